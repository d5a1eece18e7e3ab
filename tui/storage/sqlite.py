"""Opening SQLite files, and what SQLite's errors mean."""

import sqlite3
from pathlib import Path
from typing import Literal


def connect(path: Path, *, mode: Literal["rw", "ro"] = "rw", busy_s: float) -> sqlite3.Connection:
    """Connect to a file that exists, for one thread at a time; statements commit by themselves.

    `busy_s` is how many seconds a statement waits for a lock of another connection. Raises sqlite3.Error, also where
    there is no file: an empty one in the place of one that was deleted meanwhile would look like one without tables.
    """
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=busy_s, isolation_level=None, check_same_thread=False)


def is_broken(error: sqlite3.Error) -> bool:
    """Whether the file itself is damaged or no database, as opposed to busy, full or read-only."""
    return _primary_code(error) in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection keeps the file locked."""
    return _primary_code(error) == sqlite3.SQLITE_BUSY


def broken(reason: str) -> sqlite3.DatabaseError:
    """Return the error that SQLite raises for a damaged file, for damage that it does not see itself."""
    error = sqlite3.DatabaseError(reason)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _primary_code(error: sqlite3.Error) -> int | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
