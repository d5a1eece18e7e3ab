"""A provider's ledger in memory: a double of the foreign service, to which anything may happen between two pages."""

import asyncio
from collections.abc import Callable, Sequence

from tui.domain import Transaction, TransactionPage
from tui.providers.base import TransactionQuery
from tui.providers.errors import BillingError


class Server:
    """Answers pages of `rows`, newest first; `meanwhile` is called before each answer with its number."""

    def __init__(
        self,
        rows: Sequence[Transaction],
        *,
        page_size: int = 20,
        gives: int | None = None,
        counts: bool = True,
        meanwhile: Callable[["Server", int], None] = lambda server, number: None,
    ) -> None:
        self.rows = list(rows)
        self.page_size = page_size
        self.gives = gives or page_size
        """Rows it really gives at most."""
        self.counts = counts
        self.meanwhile = meanwhile
        self.offsets: list[int] = []
        """The offset of each call, in order."""
        self.most_at_once = 0
        self.refusals: list[BillingError] = []
        """What the next calls are refused with."""
        self._under_way = 0

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        self.offsets.append(query.offset)
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        for _ in range(3):  # so that calls made at the same time are under way at the same time
            await asyncio.sleep(0)
        self._under_way -= 1
        if self.refusals:
            raise self.refusals.pop(0)
        self.meanwhile(self, len(self.offsets))
        found = tuple(self.rows[query.offset : query.offset + min(query.limit, self.gives)])
        return TransactionPage(found, query.offset, len(self.rows) if self.counts else None)
