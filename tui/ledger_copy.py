"""The life of one account's local copy of the ledger in the dashboard: opened, kept for one run only, closed."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tui.config.locations import ledger_file_beside
from tui.domain import SafeText
from tui.ledger.schema import LedgerError
from tui.ledger_search import LedgerSearch

if TYPE_CHECKING:
    from datetime import date

    from tui.domain import Clock, Transaction
    from tui.ledger.spending import Spending
    from tui.ledger.store import LedgerStore
    from tui.ledger.worker import ReadingThread

NEWEST = 200
"""Transactions that are in the picture itself, for the overview."""

_log = logging.getLogger(__name__)


class Facts(NamedTuple):
    """What the picture tells of a copy."""

    held: int
    complete: bool
    newest: tuple[Transaction, ...]
    spending: Spending


class LedgerCopy:
    """The copy in the cache folder, or where that cannot be written one that ends with the program.

    It lies where the journal's place says. Without any `store` is None and `note` says why.
    """

    def __init__(self, journal_file: Path, clock: Clock) -> None:
        """Take what is needed; nothing is opened before `open`."""
        self.store: LedgerStore | None = None
        self.search: LedgerSearch | None = None
        """Where it is looked into; None while nothing is open."""
        self.note: SafeText | None = None
        """What is to be said of where it is kept; None when it is in its usual place."""
        self.fingerprint = ""
        self._journal_file = journal_file
        self._clock = clock
        self._facts: ReadingThread | None = None
        self._scratch: TemporaryDirectory[str] | None = None

    @property
    def for_this_run(self) -> bool:
        """Whether it ends with the program, as its usual place cannot be written."""
        return self._scratch is not None

    async def open(self, fingerprint: str) -> None:
        """Open the copy of an account's ledger."""
        self.fingerprint = fingerprint
        try:
            self.store = await asyncio.to_thread(self._opened, ledger_file_beside(self._journal_file, fingerprint))
        except LedgerError as error:
            await self._open_scratch(error)
        self._begin()

    async def give_way(self, why: LedgerError) -> None:
        """Go on with an empty copy for this run, as this one can no longer be written."""
        await self._close_store()
        await self._open_scratch(why)
        self._begin()

    async def close(self) -> None:
        """Close it; one for this run only is gone then."""
        await self._close_store()
        if self._scratch is not None:
            await asyncio.to_thread(self._scratch.cleanup)

    async def facts(self, since: date | None = None) -> Facts | None:
        """How it stands, with what days cost from `since` on; None while that cannot be told."""
        from tui.ledger.worker import Superseded

        if self._facts is None:
            return None
        try:
            return await self._facts.submit(partial(_facts_of, since=since)).future
        except (LedgerError, Superseded):
            return None

    async def _open_scratch(self, why: LedgerError) -> None:
        """Keep the copy only as long as billtop runs, in another place."""
        _log.warning("The ledger is kept for this run only: %s", why)
        self.note = SafeText(f"What is read now is kept until billtop ends. {why}")
        try:
            self._scratch = await asyncio.to_thread(_scratch_directory)
            self.store = await asyncio.to_thread(self._opened, Path(self._scratch.name) / "ledger.sqlite3")
        except (LedgerError, OSError) as error:
            _log.warning("The ledger cannot be kept at all: %s", error)
            self.store = None

    def _opened(self, path: Path) -> LedgerStore:
        from tui.ledger.store import LedgerStore

        return LedgerStore(path, self.fingerprint)

    def _begin(self) -> None:
        from tui.ledger.worker import ReadingThread

        if self.store is not None:
            self._facts = ReadingThread(self.store, "ledger-facts")
            self.search = LedgerSearch(self.store, self._clock, None)

    async def _close_store(self) -> None:
        if self.search is not None:
            await self.search.close()
        if self._facts is not None:
            await self._facts.close()
        if self.store is not None:
            await asyncio.to_thread(self.store.close)
        self.search = self._facts = self.store = None


def _facts_of(db: sqlite3.Connection, since: date | None = None) -> Facts:
    """Read how the copy stands, with what days cost from `since` on. Raises sqlite3.Error."""
    from tui.ledger.rows import ROW_COLUMNS, to_transaction
    from tui.ledger.spending import read_recent_spending, read_spending

    held = int(db.execute("SELECT coalesce(sum(count), 0) FROM rollup").fetchone()[0])
    told = db.execute("SELECT value FROM meta WHERE name = 'complete'").fetchone()
    complete = told is not None and told[0] == "1"
    found = db.execute(
        f"SELECT {ROW_COLUMNS} FROM tx JOIN facet ON facet.key = tx.facet ORDER BY at DESC, tx.key LIMIT ?",
        (NEWEST,),
    )
    newest = tuple(map(to_transaction, found.fetchall()))
    if since is None:
        return Facts(held, complete, newest, read_spending(db, complete=complete))
    return Facts(held, complete, newest, read_recent_spending(db, since, complete=complete))


def _scratch_directory() -> TemporaryDirectory[str]:
    """A folder that ends with the program: in memory where the system has such a place, as a disk may be full."""
    memory = Path("/dev/shm")
    with suppress(OSError):
        if memory.is_dir():
            return TemporaryDirectory(prefix="billtop-", dir=memory)
    return TemporaryDirectory(prefix="billtop-")
