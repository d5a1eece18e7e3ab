"""How fast a ledger is read: a share of the provider's rate limit, and pauses when it is met all the same."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

WINDOW = 60.0
"""Seconds a rate limit counts over."""
SHARE = 0.75
"""What of the limit a sync takes: the rest is for what a person does meanwhile."""


class Pace:
    """Lets at most a share of `per_minute` calls through in any minute; all of them when that is None.

    `now` tells seconds that only grow; `sleep` waits for some.
    """

    def __init__(
        self,
        per_minute: int | None,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._most = None if per_minute is None else max(1, int(per_minute * SHARE))
        self._now = now
        self._sleep = sleep
        self._calls: deque[float] = deque()
        self._closed_until = 0.0

    async def turn(self) -> None:
        """Wait until a call may be made, and count it."""
        while (wait := self.waits) > 0:
            await self._sleep(wait)
        self._calls.append(self._now())

    def pause(self, wait: timedelta) -> None:
        """Let nothing through for a while: the provider asked for it."""
        self._closed_until = max(self._closed_until, self._now() + wait.total_seconds())

    def time_for(self, calls: int) -> float:
        """The least seconds some more calls take."""
        if self._most is None:
            return 0.0
        self._forget()
        free = self._most - len(self._calls)
        return max(0, calls - free) * WINDOW / self._most

    @property
    def waits(self) -> float:
        """Seconds until the next call may be made."""
        self._forget()
        wait = self._closed_until - self._now()
        if self._most is not None and len(self._calls) >= self._most:
            wait = max(wait, self._calls[-self._most] + WINDOW - self._now())
        return max(0.0, wait)

    def _forget(self) -> None:
        while self._calls and self._calls[0] <= self._now() - WINDOW:
            self._calls.popleft()
