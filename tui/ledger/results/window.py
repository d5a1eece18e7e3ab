"""A window on a result: its counts and sums, and any stretch of its rows, in the same time for any length.

Two threads with a connection each. One finds the first rows by walking the index of times, which is quick where many
rows match, and adds up; the other puts the keys of all rows that match into a table in memory, in order, which is quick
where few do, and after which any stretch is a look-up. A newer query interrupts both, so its rows are never replaced by
older ones.
"""

import asyncio
from datetime import datetime
from typing import TypeVar

from tui.domain import Transaction
from tui.ledger.query.query import Query
from tui.ledger.results.result import NEWEST_FIRST, Selection, SortOrder
from tui.ledger.results.totals import Totals
from tui.ledger.results.worker import Job, ReadingThread, Superseded
from tui.ledger.store.store import LedgerStore

T = TypeVar("T")

FIRST_ROWS = 100
"""Rows that are looked for before all others: more than any terminal has lines."""


class ResultWindow:
    """One result. Every method raises Superseded when a newer view was opened, and LedgerError."""

    def __init__(self, window: "LedgerWindow", query: Query, order: SortOrder) -> None:
        """Begin to look; made by `LedgerWindow.open` alone."""
        self.query = query
        self.order = order
        self._window = window
        self._selection = Selection(query, order)
        self._first = window.first_page.submit(lambda db: self._selection.first(db, FIRST_ROWS))
        self._sums = window.first_page.submit(self._selection.totals)
        self._all = window.full_scan.submit(self._selection.find)

    async def first(self, length: int) -> tuple[Transaction, ...]:
        """The first rows, at most `length` or FIRST_ROWS, as soon as either thread has them."""
        await self._either(self._first)
        if not self._all.future.done():
            return (await self._answer(self._first))[:length]
        self._window.first_page.drop(self._first)
        return await self.rows(0, length)

    async def totals(self) -> Totals:
        """How many rows match and what they come to, each unit apart."""
        await self._either(self._sums)
        if self._all.future.done() and (found := await self._answer(self._all)) is not None:
            self._window.first_page.drop(self._sums)
            return found
        return await self._answer(self._sums)

    async def found(self) -> None:
        """Wait until all rows have been counted and found: everything else is quick then."""
        await self.totals()
        await self._answer(self._all)

    async def rows(self, start: int, length: int) -> tuple[Transaction, ...]:
        """The rows from position `start` on, at most `length` of them, once all have been found."""
        await self._answer(self._all)
        return await self._answer(self._window.full_scan.submit(lambda db: self._selection.rows(db, start, length)))

    async def position_of(self, moment: datetime) -> int:
        """The position of the first row at or after which, in the order of times, `moment` would stand.

        For newest first that is the newest row not after `moment`; the number of rows when there is none. Raises
        ValueError for a result in the order of amounts.
        """
        await self._answer(self._all)
        return await self._answer(self._window.full_scan.submit(lambda db: self._selection.position_of(db, moment)))

    async def _either(self, job: Job[T]) -> None:
        """Wait until a job has ended or all rows were found; neither is cancelled when this is."""
        await asyncio.wait((job.future, self._all.future), return_when=asyncio.FIRST_COMPLETED)

    async def _answer(self, job: Job[T]) -> T:
        """Wait for a job, whose answer counts only while no newer view is open; giving up waiting stops nobody else."""
        if self._window.shown is not self:
            raise Superseded
        answer = await asyncio.shield(job.future)
        if self._window.shown is not self:
            raise Superseded
        return answer


class LedgerWindow:
    """Opens results of one ledger file, one at a time; belongs to one event loop."""

    def __init__(self, store: LedgerStore) -> None:
        """Start the threads. Raises LedgerError."""
        self.first_page = ReadingThread(store, "ledger-first-page")
        self.full_scan = ReadingThread(store, "ledger-full-scan")
        self.shown: ResultWindow | None = None
        """The newest view; None before the first and once closed."""

    def open(self, query: Query, order: SortOrder = NEWEST_FIRST) -> ResultWindow:
        """Begin to look for `query`; views opened before end with Superseded."""
        self.first_page.drop_all()
        self.full_scan.drop_all()
        self.shown = ResultWindow(self, query, order)
        return self.shown

    async def close(self) -> None:
        """Interrupt what is under way and end the threads."""
        self.shown = None
        await asyncio.gather(self.first_page.close(), self.full_scan.close())


__all__ = ["FIRST_ROWS", "NEWEST_FIRST", "LedgerWindow", "ResultWindow", "SortOrder", "Superseded"]
