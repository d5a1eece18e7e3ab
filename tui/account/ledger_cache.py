"""The life of one account's local copy of the ledger in the dashboard: opened, kept for one run only, closed."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tui.config.locations import ledger_file_beside
from tui.domain import SafeText
from tui.ledger.store.schema import LedgerError, failed

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import date

    from tui.account.ledger_queries import LedgerQueries
    from tui.domain import Clock, Transaction
    from tui.ledger.insights.spending import Spending
    from tui.ledger.results.worker import ReadingThread
    from tui.ledger.store.store import LedgerStore

_NEWEST, _NEWEST_AT_FIRST = 200, 60
"""Transactions that are in the picture itself, for the overview; the first picture waits for a screenful alone."""

_RECENT = timedelta(days=40)
"""Days whose spending is told at first: more than the overview looks back."""

_log = logging.getLogger(__name__)


class Facts(NamedTuple):
    """What the picture tells of a copy."""

    held: int
    complete: bool
    newest: tuple[Transaction, ...]
    spending: Spending
    changes: int
    """How often rows of the file were written or removed."""


class Preloaded(NamedTuple):
    """A copy that was just opened, with what the first picture tells of it."""

    store: LedgerStore
    facts: Facts | None
    """None where they could not be read."""


def recent(clock: Clock) -> date:
    """The day from which on the first picture tells what was spent: all days of a long ledger take a while."""
    return clock.now().astimezone().date() - _RECENT


def begin(path: Path, fingerprint: str, since: date) -> Preloaded:
    """Open the copy at `path` and read how it stands, in one go and in any thread. Raises LedgerError."""
    from tui.ledger.store.store import LedgerStore

    store = LedgerStore(path, fingerprint)
    try:
        return Preloaded(store, _facts_of(store.connection, since))
    except sqlite3.Error as error:
        _log.warning("The ledger cannot be read: %s", failed(path, error))
        return Preloaded(store, None)


class LedgerCache:
    """The copy in the cache folder, or where that cannot be written one that ends with the program.

    It lies where the journal's place says. Without any `store` is None and `note` says why.
    """

    def __init__(self, journal_file: Path, clock: Clock) -> None:
        self.store: LedgerStore | None = None
        self.note: SafeText | None = None
        """What is to be said of where it is kept; None when it is in its usual place."""
        self.fingerprint = ""
        self._journal_file = journal_file
        self._clock = clock
        self._first: Facts | None = None
        self._last: Facts | None = None
        """What all of it came to when that was told last."""
        self._facts: ReadingThread | None = None
        self._search: LedgerQueries | None = None
        self._scratch: TemporaryDirectory[str] | None = None

    @property
    def for_this_run(self) -> bool:
        """Whether it ends with the program, as its usual place cannot be written."""
        return self._scratch is not None

    @property
    def search(self) -> LedgerQueries | None:
        """Where it is looked into; None while nothing is open."""
        if self._search is None and self.store is not None:
            from tui.account.ledger_queries import LedgerQueries

            self._search = LedgerQueries(self.store, self._clock, None)
        return self._search

    def changed(self) -> None:
        """Rows came: what was found before is out of date."""
        if self._search is not None:
            self._search.changed()

    async def open(self, fingerprint: str, begun: Future[Preloaded] | None = None) -> None:
        """Open the copy of an account's ledger, or take the one that somebody has `begun` to open."""
        self.fingerprint = fingerprint
        path = ledger_file_beside(self._journal_file, fingerprint)
        try:
            if begun is None:
                found = await asyncio.to_thread(begin, path, fingerprint, recent(self._clock))
            else:
                found = await asyncio.wrap_future(begun)
            self.store, self._first = found
        except LedgerError as error:
            await self._open_scratch(error)

    async def give_way(self, why: LedgerError) -> None:
        """Go on with an empty copy for this run, as this one can no longer be written."""
        await self._close_store()
        await self._open_scratch(why)

    async def renew(self) -> bool:
        """Begin with an empty copy where the file is gone, as a damaged one is deleted by whoever finds out.

        Return whether it began.
        """
        if self.store is None or self.store.path.exists():
            return False
        path = self.store.path
        await self._close_store()
        try:
            self.store = await asyncio.to_thread(self._opened, path)
        except LedgerError as error:
            await self._open_scratch(error)
        return self.store is not None

    async def close(self) -> None:
        """Close it; one for this run only is gone then."""
        await self._close_store()
        if self._scratch is not None:
            await asyncio.to_thread(self._scratch.cleanup)

    async def recent_facts(self) -> Facts | None:
        """How it stands, with what the last days cost; what opening it found is told once."""
        first, self._first = self._first, None
        return first or await self.facts(recent(self._clock))

    async def facts(self, since: date | None = None) -> Facts | None:
        """How it stands, with what days cost from `since` on; None while that cannot be told."""
        from tui.ledger.results.worker import ReadingThread, Superseded

        if self.store is None:
            return None
        try:
            if self._facts is None:
                self._facts = ReadingThread(self.store, "ledger-facts")
            found = await self._facts.submit(partial(_facts_of, since=since, known=self._last)).future
        except (LedgerError, Superseded):
            return None
        if since is None:
            self._last = found
        return found

    async def _open_scratch(self, why: LedgerError) -> None:
        """Keep the copy only as long as billtop runs, in another place."""
        _log.warning("The ledger is kept for this run only: %s", why)
        self.note = SafeText(f"What is read now is kept until billtop ends. {why}")
        try:
            self._scratch = await asyncio.to_thread(scratch_directory)
            self.store = await asyncio.to_thread(self._opened, Path(self._scratch.name) / "ledger.sqlite3")
        except (LedgerError, OSError) as error:
            _log.warning("The ledger cannot be kept at all: %s", error)
            self.store = None

    def _opened(self, path: Path) -> LedgerStore:
        from tui.ledger.store.store import LedgerStore

        return LedgerStore(path, self.fingerprint)

    async def _close_store(self) -> None:
        if self._search is not None:
            await self._search.close()
        if self._facts is not None:
            await self._facts.close()
        if self.store is not None:
            await asyncio.to_thread(self.store.close)
        self._search = self._facts = self._first = self._last = self.store = None


def _facts_of(db: sqlite3.Connection, since: date | None = None, known: Facts | None = None) -> Facts:
    """Read how the copy stands, with what days cost from `since` on; all that is `known` may still be right.

    Raises sqlite3.Error.
    """
    from tui.ledger.insights.spending import read_spending
    from tui.ledger.store.rows import count_rows, is_complete, newest_rows
    from tui.ledger.store.store import CHANGES

    # Before the rows: when they change in between, they are read once more.
    changes = int(db.execute(CHANGES).fetchone()[0])
    held, complete = count_rows(db), is_complete(db)
    if known is not None and (known.changes, known.complete) == (changes, complete):
        return known
    newest = newest_rows(db, _NEWEST if since is None else _NEWEST_AT_FIRST)
    return Facts(held, complete, newest, read_spending(db, since=since, complete=complete), changes)


def scratch_directory() -> TemporaryDirectory[str]:
    """A folder that ends with the program: in memory where the system has such a place, as a disk may be full."""
    memory = Path("/dev/shm")
    with suppress(OSError):
        if memory.is_dir():
            return TemporaryDirectory(prefix="billtop-", dir=memory)
    return TemporaryDirectory(prefix="billtop-")
