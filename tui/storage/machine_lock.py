"""One at a time on this machine: locks between processes, which end with their process however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.storage.database import JournalError, unusable

if TYPE_CHECKING:
    from filelock import BaseFileLock

_POLL_INTERVAL_S = 0.2
"""Seconds between attempts while another process has the lock."""


def file_lock(path: Path, timeout_s: float) -> BaseFileLock:
    """A lock on the file at `path`, which is made readable by its owner alone.

    Taking it raises filelock.Timeout after `timeout_s`, and OSError or NotImplementedError where it cannot be made. Any
    thread may give it back.
    """
    from filelock import FileLock

    return FileLock(path, timeout=timeout_s, mode=0o600, thread_local=False)


@asynccontextmanager
async def machine_lock(journal: Path, on_wait: Callable[[], None]) -> AsyncIterator[None]:
    """Hold the lock beside `journal` for decisions that must not be taken twice from the same facts.

    `on_wait` is called once if another process has it. Raises JournalError.
    """
    from filelock import Timeout

    path = journal.with_name(f"{journal.name}.turn")
    lock = file_lock(path, 0)
    waiting = False
    while not lock.is_locked:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except Timeout:
            if not waiting:
                on_wait()
            waiting = True
            await asyncio.sleep(_POLL_INTERVAL_S)
        except (OSError, NotImplementedError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise JournalError(unusable(path, reason)) from error
    try:
        yield
    finally:
        lock.release()
