"""One table of the payments journal: a record a row, read and written in one place."""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from tui.payments.columns import Row
from tui.storage.database import Database

T = TypeVar("T")


class Journal(Generic[T]):
    """Records on disk.

    `notice` tells of a damaged journal that was moved away when this one was opened, None otherwise.
    """

    def __init__(
        self, path: Path, table: str, columns: Mapping[str, str], more: str, from_row: Callable[[sqlite3.Row], T]
    ) -> None:
        """Open or create `table` in the file at `path`; `more` is what its schema has besides the columns of a record.

        Raises JournalError.
        """
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self._table = table
        self._from_row = from_row
        self._file = Database(
            path, f"CREATE TABLE IF NOT EXISTS {table} ({declared}, {more}) STRICT;", {table: columns}
        )
        self.notice = self._file.notice

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _all(self, where: str, *values: str | int) -> tuple[T, ...]:
        """The records that a condition, which may end in an order, picks. Raises JournalError."""
        with self._file.explained() as db:
            rows = db.execute(f"SELECT * FROM {self._table} WHERE {where}", values).fetchall()
        return tuple(self._from_row(row) for row in rows)

    def _one(self, where: str, *values: str | int) -> T | None:
        return next(iter(self._all(where, *values)), None)

    def _insert(self, db: sqlite3.Connection, row: Row) -> None:
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO {self._table} ({names}) VALUES ({marks})", row)

    def _update(self, db: sqlite3.Connection, row: Row, where: str) -> None:
        sets = ", ".join(f"{name}=:{name}" for name in row)
        db.execute(f"UPDATE {self._table} SET {sets} WHERE {where}", row)
