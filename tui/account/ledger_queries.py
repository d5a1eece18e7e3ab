"""Looking into the local copy of a ledger: results of queries, days, words that complete a query, and exports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from tui.ledger.store.schema import LedgerError

if TYPE_CHECKING:
    # The parser behind these is imported when the ledger is looked into, not when it is read.
    from tui.domain import AccountRef, Clock, Transaction
    from tui.ledger.export.export import ExportFormat
    from tui.ledger.query.completion import Completion
    from tui.ledger.query.query import Query, QueryError
    from tui.ledger.query.vocabulary import Vocabulary
    from tui.ledger.results.result import SortOrder
    from tui.ledger.results.totals import Totals
    from tui.ledger.results.window import LedgerWindow, ResultWindow
    from tui.ledger.results.worker import ReadingThread
    from tui.ledger.store.store import LedgerStore

FIRST_PAGE_BUDGET_S = 0.004
"""Seconds the rest has to arrive with the first rows; what comes later is painted after them."""


class LedgerTrouble(Exception):
    """The ledger cannot be looked into; the text says why and what to do."""


class ExportFailed(Exception):
    """No file was written; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class LedgerRequest:
    """What somebody wants to see: a query as typed, which must be one that can be used, and an order."""

    query: str = ""
    by_amount: bool = False
    descending: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class LedgerPage:
    """A result: how much it is, and the rows around the cursor."""

    ask: LedgerRequest
    totals: Totals
    cursor: int
    """The position of the row that the cursor should be on."""
    start: int
    """The position of the first of `rows`."""
    rows: Sequence[Transaction]
    view: ResultWindow


class LedgerQueries:
    """Results over one ledger file; belongs to one event loop, and reads in threads of its own.

    A result stays usable until another one is opened in full, so that rows can be fetched while that is going on.
    `zone` is whose days a query means, None the local one; it is the store's.
    """

    def __init__(self, store: LedgerStore, clock: Clock, zone: tzinfo | None) -> None:
        """Take the store, of which only its readers are used."""
        self._store = store
        self._clock = clock
        self._zone = zone
        self._windows: list[LedgerWindow] = []
        self._shown: LedgerWindow | None = None
        self._reader: ReadingThread | None = None
        self._words: Vocabulary | None = None
        self._counts: tuple[str | None, str | None, Mapping[str, int] | None] = (None, None, None)
        """Rows of each value of a key, with some rest of a query: they stay the same while a value is typed."""

    async def close(self) -> None:
        """End the threads."""
        if self._reader is not None:
            await self._reader.close()
        await asyncio.gather(*(window.close() for window in self._windows))

    def changed(self) -> None:
        """The ledger has other rows than before: words for completion are read anew."""
        self._words, self._counts = None, (None, None, None)

    # -- queries ------------------------------------------------------------------------------------------------

    def understand(self, text: str) -> Query | QueryError:
        """Read a query; an error names the word that is wrong."""
        from tui.ledger.query.query import parse

        return parse(text, self._clock.now(), self._zone)

    async def complete(self, text: str, cursor: int) -> Completion | None:
        """The words that could stand at `cursor`, with how many rows have them; None when they cannot be told.

        Raises LedgerTrouble.
        """
        from tui.ledger.query.completion import complete
        from tui.ledger.query.vocabulary import read_vocabulary
        from tui.ledger.results.value_counts import with_counts
        from tui.ledger.results.worker import ReadingThread, Superseded

        try:
            if self._reader is None:
                self._reader = ReadingThread(self._store, "ledger-words")
            if self._words is None:
                self._words = await self._reader.submit(read_vocabulary).future
            found = complete(text, cursor, self._words)
            return with_counts(found, await self._count(found, text, self._reader))
        except Superseded:
            return None
        except LedgerError as error:
            raise LedgerTrouble(str(error)) from error

    async def _count(self, found: Completion, text: str, reader: ReadingThread) -> Mapping[str, int] | None:
        """Rows of each value of the key that `found` is about; None where that cannot be told at once."""
        from tui.ledger.query.query import Query
        from tui.ledger.results.value_counts import COUNTED, read_counts, rest_of

        key = found.key
        rest = rest_of(text, found.term) if key in COUNTED else None
        query = None if rest is None else self.understand(rest)
        if key is None or not isinstance(query, Query):
            return None
        if self._counts[:2] != (key, rest):
            self._counts = key, rest, await reader.submit(partial(read_counts, key=key, rest=query)).future
        return self._counts[2]

    # -- results ------------------------------------------------------------------------------------------------

    async def open(
        self,
        ask: LedgerRequest,
        near: Transaction | None,
        cursor: int,
        stretch: int,
        first: Callable[[Sequence[Transaction]], None] | None = None,
    ) -> LedgerPage | None:
        """Find what `ask` wants, with about `stretch` rows around the cursor; None when a newer call came in between.

        The cursor comes to the row `near`, or where that would be, or without one to position `cursor`. `first` is
        told the first rows when the rest takes longer than they; the cursor is among them then. Raises LedgerTrouble.
        """
        from tui.ledger.results.window import Superseded

        try:
            window, view = self._begin(ask)
            if first is not None and not view.query.terms:
                opened = await self._whole(ask, view, first)
                self._shown = window
                return opened
            if first is not None and await self._first_before_all(view, first):
                near, cursor = None, 0
            totals = await view.totals()
            found = await self._around(view, near, cursor, totals.count, stretch)
        except Superseded:
            return None
        except LedgerError as error:
            raise LedgerTrouble(str(error)) from error
        self._shown = window
        return LedgerPage(ask, totals, *found, view)

    async def open_at(self, ask: LedgerRequest, moment: datetime, stretch: int) -> LedgerPage | None:
        """Find what `ask`, in the order of time, wants, with the cursor at a moment; as `open` otherwise."""
        from tui.ledger.results.window import Superseded

        try:
            window, view = self._begin(ask)
            totals = await view.totals()
            cursor = max(0, min(await view.position_of(moment), totals.count - 1))
            start = max(0, cursor - stretch // 2)
            rows = await view.rows(start, stretch)
        except Superseded:
            return None
        except LedgerError as error:
            raise LedgerTrouble(str(error)) from error
        self._shown = window
        return LedgerPage(ask, totals, cursor, start, rows, view)

    async def rows(self, opened: LedgerPage, start: int, count: int) -> Sequence[Transaction] | None:
        """A stretch of a result; None when it is gone because another one was opened. Raises LedgerTrouble."""
        from tui.ledger.results.window import Superseded

        try:
            return await opened.view.rows(start, count)
        except Superseded:
            return None
        except LedgerError as error:
            raise LedgerTrouble(str(error)) from error

    def interrupt(self) -> None:
        """Give up what is being opened: its call returns None."""
        if self._windows:
            spare = self._spare()
            spare.scout.drop_all()
            spare.digger.drop_all()

    def _begin(self, ask: LedgerRequest) -> tuple[LedgerWindow, ResultWindow]:
        """Open `ask` beside the result that is shown. Raises LedgerError, LedgerTrouble."""
        from tui.ledger.query.query import QueryError

        query = self.understand(ask.query)
        if isinstance(query, QueryError):
            raise LedgerTrouble(query.message)
        window = self._spare()
        return window, window.open(query, _order(ask))

    def _spare(self) -> LedgerWindow:
        """The window that nothing is shown of. Raises LedgerError."""
        from tui.ledger.results.window import LedgerWindow

        while len(self._windows) < 2:
            self._windows.append(LedgerWindow(self._store))
        return self._windows[1] if self._shown is self._windows[0] else self._windows[0]

    async def _whole(
        self, ask: LedgerRequest, view: ResultWindow, first: Callable[[Sequence[Transaction]], None]
    ) -> LedgerPage:
        """The top of all there is: what it comes to is known before each row has its place."""
        from tui.ledger.results.window import FIRST_ROWS

        rows = await view.first(FIRST_ROWS)
        counting = asyncio.ensure_future(view.totals())
        if not (await asyncio.wait({counting}, timeout=FIRST_PAGE_BUDGET_S))[0]:
            first(rows)
        return LedgerPage(ask, await counting, 0, 0, rows, view)

    async def _first_before_all(self, view: ResultWindow, first: Callable[[Sequence[Transaction]], None]) -> bool:
        """Tell the first rows where counting and finding the others takes longer; whether they were told."""
        from tui.ledger.results.window import FIRST_ROWS

        rows = await view.first(FIRST_ROWS)
        rest = asyncio.ensure_future(view.found())
        done, _ = await asyncio.wait({rest}, timeout=FIRST_PAGE_BUDGET_S)
        if done:
            await rest
            return False
        rest.cancel()
        first(rows)
        return True

    async def _around(
        self, view: ResultWindow, near: Transaction | None, cursor: int, count: int, stretch: int
    ) -> tuple[int, int, Sequence[Transaction]]:
        """The cursor, and the rows around it with the position of the first."""
        if near is not None and near.at is not None and not self._by_amount(view):
            cursor = await view.position_of(near.at)
        cursor = max(0, min(cursor, count - 1))
        start = max(0, cursor - stretch // 2)
        rows = await view.rows(start, stretch)
        if near is not None:
            cursor = next((start + at for at, row in enumerate(rows) if row.id == near.id), cursor)
        return cursor, start, rows

    @staticmethod
    def _by_amount(view: ResultWindow) -> bool:
        from tui.ledger.results.result import SortBy

        return view.order.by is SortBy.AMOUNT

    # -- exports ------------------------------------------------------------------------------------------------

    async def export(
        self,
        kind: ExportFormat,
        path: Path,
        ask: LedgerRequest,
        account: AccountRef,
        told: Callable[[int], None],
    ) -> int:
        """Write what `ask` wants to a new file; return how many rows that is. Cancelling it leaves no file.

        `told` hears on the event loop how many rows are written. Raises ExportFailed.
        """
        from tui.ledger.query.query import QueryError

        query, loop, stop = self.understand(ask.query), asyncio.get_running_loop(), Event()
        if isinstance(query, QueryError):
            raise ExportFailed(query.message)

        def heard(count: int) -> None:
            if stop.is_set():
                raise _Stopped
            loop.call_soon_threadsafe(told, count)

        writing = asyncio.ensure_future(asyncio.to_thread(self._export, kind, path, ask, query, account, heard))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait({writing})
            writing.exception()
            raise

    def _export(
        self,
        kind: ExportFormat,
        path: Path,
        ask: LedgerRequest,
        query: Query,
        account: AccountRef,
        told: Callable[[int], None],
    ) -> int:
        from tui.ledger.export.export import export_file
        from tui.ledger.results.stored import stored_result

        try:
            with stored_result(self._store, query, _order(ask)) as found:
                return export_file(path, kind, found.rows, account, told, replace=False)
        except FileExistsError:
            raise ExportFailed(f"{path} is there already. Give another name.") from None
        except OSError as error:
            raise ExportFailed(f"{path} cannot be written ({error.strerror or error}).") from error
        except LedgerError as error:
            raise ExportFailed(str(error)) from error


def _order(ask: LedgerRequest) -> SortOrder:
    from tui.ledger.results.result import SortBy, SortOrder

    return SortOrder(SortBy.AMOUNT if ask.by_amount else SortBy.TIME, ask.descending)


class _Stopped(Exception):
    """Nobody wants the export any more."""


__all__ = ["ExportFailed", "LedgerPage", "LedgerQueries", "LedgerRequest", "LedgerTrouble"]
