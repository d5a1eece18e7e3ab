"""One at a time on this machine: decisions that must not be taken twice from the same facts."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tui.storage.database import JournalError, unusable

_LOOK_EVERY = 0.2
"""Seconds between attempts while another one has its turn."""


@asynccontextmanager
async def turn(journal: Path, on_wait: Callable[[], None]) -> AsyncIterator[None]:
    """Wait for the turn beside `journal`; `on_wait` is told once if another process has it. Raises JournalError.

    The system takes the turn from a process that dies, however it dies.
    """
    path = journal.with_name(f"{journal.name}.turn")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise JournalError(unusable(path, error.strerror or type(error).__name__)) from error
    try:
        if not _taken(handle):
            on_wait()
            while not _taken(handle):
                await asyncio.sleep(_LOOK_EVERY)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
