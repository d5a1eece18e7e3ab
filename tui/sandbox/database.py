"""SQLite behind typed reading: rows come back as the dataclass or scalar that was asked for."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

APPLICATION_ID = 0x62747362  # "btsb": written into the file's header
Value = str | int | float | bytes | None
T = TypeVar("T")


class Database:
    """One connection, used only from the event loop's thread, so that a handler without `await` is atomic.

    Money is kept as integer cents, time as Unix seconds on the sandbox's clock.

    Raises:
        sqlite3.DatabaseError: The file is no database, or another program's.
        OSError: It cannot be made.

    """

    def __init__(self, path: Path, schema: str) -> None:
        if not path.exists():
            # sqlite itself would create the file readable by everybody; it holds the bearer token.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._depth = 0
        self._claim()
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(schema)

    def _claim(self) -> None:
        """Mark a new file as the sandbox's; somebody else's is left as it is."""
        (mark,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if tables and mark != APPLICATION_ID:
            self._connection.close()
            raise sqlite3.DatabaseError("the file belongs to another program")
        self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def close(self) -> None:
        """Close the file; its write-ahead log is folded in."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside together, or nothing; the outermost of nested blocks decides."""
        if self._depth:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        else:
            self._connection.execute("COMMIT")
        finally:
            self._depth -= 1

    def run(self, sql: str, *values: Value) -> int:
        """Execute one statement and return the number of rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, *values: Value) -> int:
        """Execute one INSERT and return the row's id."""
        rowid = self._connection.execute(sql, values).lastrowid
        return rowid or 0

    def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Execute one statement for every row, streaming the rows."""
        self._connection.executemany(sql, rows)

    def all(self, kind: Callable[..., T], sql: str, *values: Value) -> list[T]:
        """Return every row as `kind(*columns)`."""
        return [kind(*row) for row in self._connection.execute(sql, values)]

    def first(self, kind: Callable[..., T], sql: str, *values: Value) -> T | None:
        """Return the first row as `kind(*columns)`, or None."""
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else kind(*row)

    def number(self, sql: str, *values: Value) -> int:
        """Return the single integer a query yields, 0 for NULL or no row."""
        return self.first(lambda value: int(value or 0), sql, *values) or 0
