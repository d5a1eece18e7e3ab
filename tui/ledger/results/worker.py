"""A thread that reads a ledger file, and gives up what nobody waits for any more."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tui.ledger.store.schema import failed
from tui.ledger.store.store import LedgerStore

T = TypeVar("T")

_AGAIN = 0.02
"""Seconds after which a statement that began just after an interrupt is interrupted again."""


class Superseded(Exception):
    """A newer query was asked, or the reader closed: nobody waits for this answer any more."""


@dataclass(eq=False)
class Job(Generic[T]):
    """One piece of reading: its answer, which raises Superseded or LedgerError, and whether it is still wanted."""

    future: "asyncio.Future[T]" = field(init=False)
    dropped: bool = False


class ReadingThread:
    """One thread with one connection; everything here is called from the event loop."""

    def __init__(self, store: LedgerStore, name: str) -> None:
        """Connect; the thread starts with the first job. Raises LedgerError."""
        self._path = store.path
        self._db = store.reader(mapped=True)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._under_way: set[Job[Any]] = set()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Job[T]:
        """Do `work` after what was submitted before."""
        job = Job[T]()
        job.future = asyncio.get_running_loop().run_in_executor(self._executor, self._run, work, job)
        self._under_way.add(job)

        def ended(done: "asyncio.Future[T]") -> None:
            self._under_way.discard(job)
            if not done.cancelled():
                done.exception()  # nobody may be waiting for it any more

        job.future.add_done_callback(ended)
        return job

    def drop(self, job: Job[T]) -> None:
        """Give up one piece of work."""
        job.dropped = True
        self._interrupt_dropped()

    def drop_all(self) -> None:
        """Give up everything that has not ended."""
        for job in self._under_way:
            job.dropped = True
        self._interrupt_dropped()

    async def close(self) -> None:
        """Give up everything and end the thread."""
        self.drop_all()
        await asyncio.to_thread(self._executor.shutdown)
        self._db.close()

    def _interrupt_dropped(self) -> None:
        """Interrupt now and again: an interrupt that comes between two statements stops neither."""
        if any(job.dropped for job in self._under_way):
            self._db.interrupt()
            asyncio.get_running_loop().call_later(_AGAIN, self._interrupt_dropped)

    def _run(self, work: Callable[[sqlite3.Connection], T], job: Job[T]) -> T:
        while not job.dropped:
            try:
                return work(self._db)
            except sqlite3.Error as error:
                # An interrupt meant for the job before this one may hit this one: it begins again.
                if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                    raise failed(self._path, error) from error
        raise Superseded
