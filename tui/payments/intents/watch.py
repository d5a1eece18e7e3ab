"""Looking by itself at money calls whose end only reading can tell: paid and not issued, processing, lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tui.domain import AnswerKind, Clock, Intent
from tui.payments.intents.lots import SOON
from tui.payments.kinds import Resend, kind_of
from tui.payments.schedule import pause_after, wait_for
from tui.providers.errors import BillingError, NotAuthenticated
from tui.storage.database import JournalError

_IDLE_INTERVAL_S = 30.0
"""Seconds between looks into a journal in which nothing waits: another instance may have left something."""
_SLOW_INTERVAL_S = 600.0
"""Seconds between looks at what is still being processed after the first hour."""


@dataclass(eq=False)
class ChargeWatch:
    """Looks at each call that `intents` gives and whose end only reading can tell: after 3 s, then ever less often.

    `look` finds out about one and writes it down. A refused token stops the looks until `resume`. What an hour did not
    clear up is left to the person, what the provider said it is processing goes on.
    """

    intents: Callable[[], Awaitable[Sequence[Intent]]]
    look: Callable[[Intent], Awaitable[object]]
    clock: Clock
    jitter: Random = field(default_factory=Random)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _looks: dict[str, int] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)
    _refused: bool = False

    async def run(self) -> None:
        """Look at what is due, for ever; cancel to stop."""
        while True:
            self._wake.clear()
            pause = await self.step(asyncio.get_running_loop().time())
            await wait_for(self._wake, max(pause, 0.2))

    def wake(self) -> None:
        """Read the journal again: a call was sent."""
        self._wake.set()

    def resume(self) -> None:
        """Look again after a refused token."""
        if self._refused:
            self._refused = False
            self._wake.set()

    async def step(self, now: float) -> float:
        """Look once at every call that is due at `now` (the loop's seconds); return how long to wait for the next."""
        if self._refused:
            return _IDLE_INTERVAL_S
        pause = _IDLE_INTERVAL_S
        try:
            for intent in await self.intents():
                if not self._watches(intent):
                    continue
                name = intent.intent_id
                if self._due.setdefault(name, now + self._pause(intent)) <= now:
                    self._looks[name] = self._looks.get(name, 0) + 1
                    self._due[name] = now + self._pause(intent)
                    await self.look(intent)
                pause = min(pause, self._due[name] - now)
        except NotAuthenticated:
            self._refused = True
        except (BillingError, JournalError):
            # It is looked at again, and whoever looks on is told by what is shown of the account.
            return min(pause, _IDLE_INTERVAL_S)
        return pause

    def _watches(self, intent: Intent) -> bool:
        unsettled = kind_of(intent).resend is Resend.NEVER or intent.answer is AnswerKind.UNPROVEN
        if not unsettled or not intent.state.watched:
            return False
        return not intent.state.in_doubt or self._age(intent) <= SOON

    def _pause(self, intent: Intent) -> float:
        if self._age(intent) > SOON:
            return _SLOW_INTERVAL_S
        return pause_after(self._looks.get(intent.intent_id, 0), self.jitter).total_seconds()

    def _age(self, intent: Intent) -> timedelta:
        return self.clock.now() - (intent.sent_at or intent.created_at)
