"""Pages of a provider's ledger, several on their way at a time, within the rate limit."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta

from tui.domain import TransactionPage
from tui.ledger.pace import Pace
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

    def __init__(self, ledger: HasLedger, pace: Pace, on_wait: Callable[[], None]) -> None:
        """Take what is needed; nothing is read."""
        self._ledger = ledger
        self._pace = pace
        self._on_wait = on_wait
        self._coming: deque[tuple[int, asyncio.Task[TransactionPage]]] = deque()
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

    async def read_ahead(self, offset: int, step: int, total: int | None) -> TransactionPage:
        """Read the page at `offset`, and have those that follow it, `step` rows apart, come in the meantime.

        What is on its way already is taken when it is the page asked for, and given up otherwise. Without `total`
        nothing is read ahead. Raises BillingError.
        """
        if self._coming and self._coming[0][0] != offset:
            await self.stop()
        if not self._coming:
            self._begin(offset)
        ahead = self._coming[-1][0] + step
        # Those that have arrived are not on their way: while they are stored, the connections go on reading.
        while total is not None and ahead < total and self._on_their_way < self.ahead and len(self._coming) < _MOST:
            self._begin(ahead)
            ahead += step
        return await self._first()

    async def read_each(self, offsets: Iterable[int]) -> AsyncIterator[TransactionPage]:
        """Read a few pages at once and give them in order. Raises BillingError."""
        await self.stop()
        for offset in offsets:
            self._begin(offset)
        while self._coming:
            yield await self._first()

    async def stop(self) -> None:
        """Give up what is on its way."""
        given_up = [task for _, task in self._coming]
        self._coming.clear()
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)

    @property
    def _on_their_way(self) -> int:
        return sum(not task.done() for _, task in self._coming)

    async def _first(self) -> TransactionPage:
        """Wait for the first of those that are coming."""
        _, page = self._coming[0]
        try:
            return await page
        finally:
            self._coming.popleft()

    def _begin(self, offset: int) -> None:
        self._coming.append((offset, asyncio.ensure_future(self.read(offset))))
