"""Looking into the local copy of a ledger: results of queries, days, words that complete a query, and exports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial, wraps
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tui.ledger.export.export import export_file
from tui.ledger.query.completion import Completion, complete
from tui.ledger.query.query import EVERYTHING, Query
from tui.ledger.query.vocabulary import read_vocabulary
from tui.ledger.results.result import SortBy, SortOrder
from tui.ledger.results.stored import stored_result
from tui.ledger.results.value_counts import COUNTED, read_counts, with_counts
from tui.ledger.results.window import FIRST_ROWS, LedgerWindow, ResultWindow
from tui.ledger.results.worker import ReadingThread, Superseded
from tui.ledger.store.schema import LedgerError
from tui.storage.files import unwritable

if TYPE_CHECKING:
    from tui.domain import AccountRef, Clock, Transaction
    from tui.ledger.export.export import ExportFormat
    from tui.ledger.query.vocabulary import Vocabulary
    from tui.ledger.results.totals import Totals
    from tui.ledger.store.store import LedgerStore

P = ParamSpec("P")
T = TypeVar("T")

FIRST_PAGE_BUDGET_S = 0.004
"""Seconds the rest has to arrive with the first rows; what comes later is painted after them."""


class LedgerTrouble(Exception):
    """The ledger cannot be looked into; the text says why and what to do."""


class ExportFailed(Exception):
    """No file was written; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class LedgerRequest:
    """What somebody wants to see: a query, which must be one that can be used, and an order."""

    query: Query = EVERYTHING
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

    def means_other_days(self, now: datetime) -> bool:
        """Whether the query finds other rows by `now`, as `today` is another day."""
        return self.view.query.at(now) != self.view.query


def _superseded_is_none(read: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[None, None, T | None]]:
    """Return None where a newer request was made meanwhile; raise LedgerTrouble where the ledger cannot be read."""

    @wraps(read)
    async def answered(*args: P.args, **options: P.kwargs) -> T | None:
        try:
            return await read(*args, **options)
        except Superseded:
            return None
        except LedgerError as error:
            raise LedgerTrouble(str(error)) from error

    return answered


class LedgerQueries:
    """Results over one ledger file; belongs to one event loop, and reads in threads of its own.

    A result stays usable until another one is opened in full, so that rows can be fetched while that is going on.
    `zone` is whose days a query means, None the local one; it is the store's.
    """

    def __init__(self, store: LedgerStore, clock: Clock, zone: tzinfo | None) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._windows: list[LedgerWindow] = []
        self._shown: LedgerWindow | None = None
        self._reader: ReadingThread | None = None
        self._words: Vocabulary | None = None
        self._counts: tuple[str | None, Query | None, Mapping[str, int] | None] = (None, None, None)
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

    def renewed(self, query: Query) -> Query:
        """The query as it is meant now: `today` may be another day than when it was typed."""
        return query.at(self._clock.now(), self._zone)

    @_superseded_is_none
    async def complete(self, query: Query, cursor: int) -> Completion:
        """The words that could stand at `cursor`, with how many rows have them; None when they cannot be told.

        Raises LedgerTrouble.
        """
        if self._reader is None:
            self._reader = ReadingThread(self._store, "ledger-words")
        if self._words is None:
            self._words = await self._reader.submit(read_vocabulary).future
        found = complete(query, cursor, self._words)
        return with_counts(found, await self._count(found, query, self._reader))

    async def _count(self, found: Completion, query: Query, reader: ReadingThread) -> Mapping[str, int] | None:
        """Rows of each value of the key that `found` is about; None where that cannot be told at once."""
        key = found.key
        if key is None or key not in COUNTED:
            return None
        rest = query.without(found.term, self._clock.now(), self._zone)
        if rest.error is not None:
            return None
        if self._counts[:2] != (key, rest):
            self._counts = key, rest, await reader.submit(partial(read_counts, key=key, rest=rest)).future
        return self._counts[2]

    # -- results ------------------------------------------------------------------------------------------------

    @_superseded_is_none
    async def open(
        self,
        ask: LedgerRequest,
        near: Transaction | None,
        cursor: int,
        stretch: int,
        first: Callable[[Sequence[Transaction]], None] | None = None,
    ) -> LedgerPage:
        """Find what `ask` wants, with about `stretch` rows around the cursor; None when a newer call came in between.

        The cursor comes to the row `near`, or where that would be, or without one to position `cursor`. `first` is
        told the first rows when the rest takes longer than they; the cursor is among them then. Raises LedgerTrouble.
        """
        window, view = self._begin(ask)
        if first is not None and not view.query.filters:
            opened = await self._whole(ask, view, first)
            self._shown = window
            return opened
        if first is not None and await self._first_before_all(view, first):
            near, cursor = None, 0
        totals = await view.totals()
        found = await self._around(view, near, cursor, totals.count, stretch)
        self._shown = window
        return LedgerPage(ask, totals, *found, view)

    @_superseded_is_none
    async def open_at(self, ask: LedgerRequest, moment: datetime, stretch: int) -> LedgerPage:
        """Find what `ask`, in the order of time, wants, with the cursor at a moment; as `open` otherwise."""
        window, view = self._begin(ask)
        totals = await view.totals()
        found = await self._around(view, None, await view.position_of(moment), totals.count, stretch)
        self._shown = window
        return LedgerPage(ask, totals, *found, view)

    @_superseded_is_none
    async def rows(self, opened: LedgerPage, start: int, count: int) -> Sequence[Transaction]:
        """A stretch of a result; None when it is gone because another one was opened. Raises LedgerTrouble."""
        return await opened.view.rows(start, count)

    def interrupt(self) -> None:
        """Give up what is being opened: its call returns None."""
        if self._windows:
            spare = self._spare()
            spare.first_page.drop_all()
            spare.full_scan.drop_all()

    def _begin(self, ask: LedgerRequest) -> tuple[LedgerWindow, ResultWindow]:
        """Open `ask` beside the result that is shown. Raises LedgerError."""
        window = self._spare()
        return window, window.open(self.renewed(ask.query), _order(ask))

    def _spare(self) -> LedgerWindow:
        """The window that nothing is shown of. Raises LedgerError."""
        while len(self._windows) < 2:
            self._windows.append(LedgerWindow(self._store))
        return self._windows[1] if self._shown is self._windows[0] else self._windows[0]

    async def _whole(
        self, ask: LedgerRequest, view: ResultWindow, first: Callable[[Sequence[Transaction]], None]
    ) -> LedgerPage:
        """The top of all there is: what it comes to is known before each row has its place."""
        rows = await view.first(FIRST_ROWS)
        counting = asyncio.ensure_future(view.totals())
        if not (await asyncio.wait({counting}, timeout=FIRST_PAGE_BUDGET_S))[0]:
            first(rows)
        return LedgerPage(ask, await counting, 0, 0, rows, view)

    async def _first_before_all(self, view: ResultWindow, first: Callable[[Sequence[Transaction]], None]) -> bool:
        """Tell the first rows where counting and finding the others takes longer; whether they were told."""
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
        if near is not None and near.at is not None and view.order.by is SortBy.TIME:
            cursor = await view.position_of(near.at)
        cursor = max(0, min(cursor, count - 1))
        start = max(0, cursor - stretch // 2)
        rows = await view.rows(start, stretch)
        if near is not None:
            cursor = next((start + at for at, row in enumerate(rows) if row.id == near.id), cursor)
        return cursor, start, rows

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
        query, loop, stop = self.renewed(ask.query), asyncio.get_running_loop(), Event()

        def heard(count: int) -> None:
            if stop.is_set():
                raise _Stopped
            loop.call_soon_threadsafe(told, count)

        def written() -> int:
            try:
                with stored_result(self._store, query, _order(ask)) as found:
                    return export_file(path, kind, found.rows, account, heard, replace=False)
            except FileExistsError:
                raise ExportFailed(f"{path} is there already. Give another name.") from None
            except OSError as error:
                raise ExportFailed(unwritable(path, error)) from error
            except LedgerError as error:
                raise ExportFailed(str(error)) from error

        writing = asyncio.ensure_future(asyncio.to_thread(written))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait({writing})
            writing.exception()
            raise


def _order(ask: LedgerRequest) -> SortOrder:
    return SortOrder(SortBy.AMOUNT if ask.by_amount else SortBy.TIME, ask.descending)


class _Stopped(Exception):
    """Nobody wants the export any more."""
