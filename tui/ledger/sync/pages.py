"""Pages of a provider's ledger, several on their way at a time, within the rate limit."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta

from tui.domain import TransactionPage
from tui.ledger.insights.burn_rate import Pace
from tui.providers.base import HasLedger, TransactionQuery
from tui.providers.errors import RateLimited

CONNECTIONS = 8
"""Pages on their way at a time, where the provider says how many rows there are."""
_MOST = 2 * CONNECTIONS
"""Pages asked for and not stored yet, at most."""
_MOST_PAUSES = 10
"""How often in a row a page may be refused for the rate limit."""
_PAUSE = timedelta(seconds=30)
"""How long to pause when the provider does not say."""


class Pages:
    """Reads pages by offset; `on_wait` is told of each pause for the rate limit."""

    def __init__(self, ledger: HasLedger, pace: Pace, on_wait: Callable[[], object]) -> None:
        self._ledger = ledger
        self._pace = pace
        self._on_wait = on_wait
        self._coming: deque[tuple[int, asyncio.Task[TransactionPage]]] = deque()
        self._step = 0
        self._total: int | None = None
        self._top: asyncio.Task[TransactionPage] | None = None
        self.size = ledger.page_size
        """Rows a page has: what was asked for, or less where the provider gives less."""
        self.ahead = CONNECTIONS
        """Pages on their way at a time: one where so much arrives that pages read ahead are of no use."""

    async def read(self, offset: int) -> TransactionPage:
        """Read the page at `offset`. Raises BillingError."""
        for _ in range(_MOST_PAUSES):
            if self._pace.waits > 0:
                self._on_wait()
            await self._pace.turn()
            try:
                return await self._ledger.transactions(TransactionQuery(limit=self._ledger.page_size, offset=offset))
            except RateLimited as refused:
                self._pace.pause(refused.retry_after or _PAUSE)
                last = refused
        raise last

    async def read_top(self) -> TransactionPage:
        """Read the newest page; one that has been begun behind all others is taken. Raises BillingError."""
        top, self._top = self._top, None
        return await (top or self.read(0))

    async def read_ahead(self, offset: int, step: int, total: int | None) -> TransactionPage:
        """Read the page at `offset`, and have those that follow it, `step` rows apart, come in the meantime.

        What is on its way already is taken when it is the page asked for, and given up otherwise. Behind the last page
        the newest is read once more. Without `total` nothing is read ahead. Raises BillingError.
        """
        if self._coming and self._coming[0][0] != offset:
            await self.stop()
        self._step, self._total = step, total
        if not self._coming:
            await self.stop()  # The newest page was to be read behind this one.
            self._begin(offset)
        self._go_ahead()
        return await self._first()

    def arrived(self, offset: int) -> TransactionPage | None:
        """The page at `offset` if it is the next and has been read ahead by now."""
        if not self._coming or self._coming[0][0] != offset:
            return None
        task = self._coming[0][1]
        if not task.done() or task.cancelled() or task.exception() is not None:
            return None
        self._coming.popleft()
        return task.result()

    async def read_each(self, offsets: Iterable[int]) -> AsyncIterator[TransactionPage]:
        """Read a few pages at once and give them in order. Raises BillingError."""
        await self.stop()
        self._total = None
        for offset in offsets:
            self._begin(offset)
        while self._coming:
            yield await self._first()

    async def stop(self) -> None:
        """Give up what is on its way."""
        given_up = [task for _, task in self._coming] + ([self._top] if self._top is not None else [])
        self._coming.clear()
        self._top = None
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)

    async def _first(self) -> TransactionPage:
        """Wait for the first of those that are coming."""
        _, page = self._coming[0]
        try:
            return await page
        finally:
            self._coming.popleft()

    def _begin(self, offset: int) -> None:
        task = asyncio.ensure_future(self.read(offset))
        self._coming.append((offset, task))
        task.add_done_callback(self._one_came)

    def _one_came(self, task: asyncio.Task[TransactionPage]) -> None:
        """Let the connection that is free now read on, whatever is being done with what came."""
        if not task.cancelled() and task.exception() is None and self._coming:
            self._go_ahead()

    def _go_ahead(self) -> None:
        """Begin as many pages as may be on their way. Those that have arrived are not."""
        if self._total is None or self.ahead < 2:
            return
        while sum(not task.done() for _, task in self._coming) < self.ahead and len(self._coming) < _MOST:
            last = self._coming[-1][0]
            if last + self.size > self._total:
                self._top = self._top or asyncio.ensure_future(self.read(0))
                return
            self._begin(last + self._step)
