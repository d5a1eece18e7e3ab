"""The file money is remembered in: private, written through to the disk, never overwritten, never deleted."""

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tui.storage.sqlite import broken, connect, is_broken, is_busy

SCHEMA_VERSION = 1
_BUSY_SECONDS = 5.0
_ROOM = 16_384
"""Bytes that must fit on the disk before a payment is begun: several times what is written about one."""


class JournalError(Exception):
    """The journal cannot be used; the text says why and what it means for payments."""


class JournalBusy(JournalError):
    """Another program keeps the journal locked."""


class Database:
    """An SQLite file (0600, WAL, synchronous=FULL): a write is on the disk before its call returns.

    `notice` tells of a broken file that was set aside, None otherwise.
    """

    def __init__(self, path: Path, schema: str, columns: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Open or create the file at `path` with the tables of `schema`. Raises JournalError.

        `columns` are those its tables shall have: one that a file of an older billtop lacks is added, empty.
        """
        self.path = path
        self._columns = columns or {}
        self.notice: str | None = None
        try:
            self.connection = self._open(schema)
        except sqlite3.DatabaseError as error:
            if not is_broken(error):
                raise JournalError(unusable(path, str(error))) from error
            self.notice = _set_aside(path)
            try:
                self.connection = self._open(schema)
            except sqlite3.Error as again:
                raise JournalError(unusable(path, str(again))) from again

    def _open(self, schema: str) -> sqlite3.Connection:
        try:
            _create_privately(self.path)
        except OSError as error:
            raise JournalError(unusable(self.path, error.strerror or type(error).__name__)) from error
        connection = connect(self.path, busy_s=_BUSY_SECONDS)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise JournalError(
                    f"{self.path} was written by a newer billtop; this one does not touch it. Update billtop to pay."
                )
            _check(connection)
            connection.executescript(schema)
            for table, columns in self._columns.items():
                _add_missing(connection, table, columns)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def explained(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, and turn what SQLite raises into words about payments. Raises JournalError."""
        try:
            yield self.connection
        except sqlite3.Error as error:
            if is_busy(error):
                raise JournalBusy(f"The payments journal is busy: another program keeps {self.path} locked.") from error
            raise JournalError(unusable(self.path, str(error))) from error

    def require_room(self) -> None:
        """Write what a payment needs and take it back: a full disk is found out before anything is sent.

        Raises JournalError.
        """
        with self.explained() as db:
            db.execute("CREATE TABLE IF NOT EXISTS room (filler BLOB) STRICT")
            db.execute("INSERT INTO room VALUES (zeroblob(?))", (_ROOM,))
            db.execute("DELETE FROM room")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def unusable(path: Path, reason: str) -> str:
    """Say that the journal cannot be used, and that no payment begins without it."""
    return f"The payments journal {path} cannot be used ({reason}). No payment is begun without it."


def _add_missing(connection: sqlite3.Connection, table: str, columns: Mapping[str, str]) -> None:
    """Add the columns that `table` does not have; another instance may be at it as well."""
    if columns.keys() <= _names(connection, table):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for name in columns.keys() - _names(connection, table):
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")
    finally:
        connection.execute("COMMIT")


def _names(connection: sqlite3.Connection, table: str) -> set[str]:
    return {str(row["name"]) for row in connection.execute(f"PRAGMA table_info({table})")}


def _check(connection: sqlite3.Connection) -> None:
    """Raise what SQLite raises for a damaged file, also for damage that it would only report."""
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise broken(found)


def _set_aside(path: Path) -> str:
    """Rename a broken journal, its write-ahead log with it, and say so; nothing is deleted."""
    aside = path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    try:
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise JournalError(unusable(path, error.strerror or type(error).__name__)) from error
    return (
        f"The payments journal was damaged and is kept as {aside}. Payments whose outcome was open may be in it: "
        "compare the ledger before you pay again."
    )


def _create_privately(path: Path) -> None:
    """Make the file 0600 before SQLite opens it, refusing links: SQLite itself would create it 0644.

    A file that is there is never opened here: closing it would drop the locks of every other connection this process
    has to it (POSIX), and the next process to leave would then delete the write-ahead log under them.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError:
        raise JournalError(unusable(path, "its folder is a file")) from None
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            reason = "it is a link" if stat.S_ISLNK(found.st_mode) else "it is no file"
            raise JournalError(unusable(path, reason)) from None
        if stat.S_IMODE(found.st_mode) != 0o600:
            path.chmod(0o600)
        if not os.access(path, os.W_OK):
            raise JournalError(unusable(path, "it cannot be written")) from None
