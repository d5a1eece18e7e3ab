"""The tables of a ledger file, and opening one: private, in WAL mode, thrown away when it cannot be used.

A transaction is a few numbers and a facet: direction, status, use case, source and unit, of which there are few
different ones. The rollup holds, for each local day and facet, how many rows there are and what they come to; it is
kept in the transaction that changes the rows.
"""

import errno
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from tui.storage import sqlite
from tui.storage.files import make_private_directory
from tui.storage.sqlite import broken, is_broken

APPLICATION_ID = 0x62696C6C
"""Marks the file as ours ("bill")."""
SCHEMA_VERSION = 3
_BUSY_SECONDS = 10.0
_OPEN_AT_ONCE = 3
"""Tries to open: another instance may throw a broken file away at the same moment."""

NO_DAY = 0
"""The rollup's day of rows without a time."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facet (
    key INTEGER PRIMARY KEY,
    direction TEXT NOT NULL,
    status TEXT NOT NULL,
    usecase TEXT NOT NULL,
    source TEXT NOT NULL,
    unit TEXT NOT NULL,
    flow INTEGER NOT NULL,            -- 1 a credit that moved money, 2 a debit that did, 0 neither
    status_folded TEXT NOT NULL,
    usecase_folded TEXT NOT NULL,
    source_folded TEXT NOT NULL,
    UNIQUE (direction, status, usecase, source, unit)
) STRICT;
CREATE TABLE IF NOT EXISTS tx (
    key INTEGER PRIMARY KEY,          -- pages are written newest first: among rows of one moment the lower is newer
    id TEXT NOT NULL UNIQUE,
    at INTEGER,                       -- microseconds since 1970, UTC
    facet INTEGER NOT NULL,
    flow INTEGER NOT NULL,            -- the facet's
    whole INTEGER NOT NULL,           -- the amount is whole + frac / 10^12
    frac INTEGER NOT NULL,
    reference TEXT
) STRICT;
-- All that a filter asks, but for texts, is in the index, in the order that is shown: the rows are not looked at.
CREATE INDEX IF NOT EXISTS tx_by_time ON tx (at DESC, key, facet, flow, whole, frac);
CREATE TABLE IF NOT EXISTS rollup (
    day INTEGER NOT NULL,             -- local, counted as date.toordinal does; 0 for rows without a time
    facet INTEGER NOT NULL,
    count INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    frac INTEGER NOT NULL,
    PRIMARY KEY (day, facet)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unproven (key INTEGER PRIMARY KEY) STRICT;
"""


class LedgerError(Exception):
    """The ledger file cannot be used; the text says why and what to do."""


def open_ledger(path: Path, fingerprint: str) -> sqlite3.Connection:
    """Open the file of one account, for one thread at a time; an unusable one is deleted and made anew.

    Unusable is a damaged file, one of a newer billtop, of another account or of another program: it is only a copy of
    what the provider has. Raises LedgerError when the disk does not let us.
    """
    try:
        make_private_directory(path.parent)
        for _ in range(_OPEN_AT_ONCE):
            try:
                return _open(path, fingerprint)
            except sqlite3.DatabaseError as error:
                if not is_broken(error):
                    raise
                remove_ledger(path)
        return _open(path, fingerprint)
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


def connect(path: Path, *, mapped: bool = False) -> sqlite3.Connection:
    """Connect to a ledger file that is there, without looking whether it is good. Raises sqlite3.Error.

    `mapped` reads it by way of memory: a query over all rows is a third faster, but any page brings fifteen others.
    """
    connection = sqlite.connect(path, busy_s=_BUSY_SECONDS)
    # A copy may lose its last moments in a power cut, and a result is put together in memory.
    connection.executescript("PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;")
    if mapped:
        connection.execute("PRAGMA mmap_size=268435456")
    return connection


def remove_ledger(path: Path) -> None:
    """Delete a ledger file with its write-ahead log. Raises OSError."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def failed(path: Path, error: sqlite3.Error) -> LedgerError:
    """Say why a file that was open cannot be used; a damaged one is deleted, so that the next opening starts anew."""
    if is_broken(error):
        with suppress(OSError):
            remove_ledger(path)
    return unusable(path, error)


def unusable(path: Path, error: OSError | sqlite3.Error | NotImplementedError) -> LedgerError:
    """Say why the file cannot be used; no amount or name of a row is in what SQLite says."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return LedgerError(f"The local copy of the ledger, {path}, cannot be used ({reason}). Nothing of yours is lost.")


def _open(path: Path, fingerprint: str) -> sqlite3.Connection:
    _create_privately(path)
    connection = connect(path)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        if not _is_made(connection, fingerprint):
            connection.executescript(
                f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id={APPLICATION_ID};"
                f"PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
            )
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('account', ?)", (fingerprint,))
    except BaseException:
        connection.close()
        raise
    return connection


def _is_made(connection: sqlite3.Connection, fingerprint: str) -> bool:
    """Whether the tables are there and named after the account: such a file is opened without writing to it.

    Raise what SQLite raises for a damaged file when this one is not of this account and version, or is damaged.
    Only the parts every read relies on are looked at: a whole check of a million rows takes seconds, and damage
    found later leads here as well.
    """
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        return False
    pragmas = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    if pragmas != [APPLICATION_ID, SCHEMA_VERSION] or not {"meta", "facet", "tx", "rollup", "unproven"} <= tables:
        raise broken("it is of another version or program")
    held = connection.execute("SELECT value FROM meta WHERE name = 'account'").fetchone()
    if held is not None and held[0] != fingerprint:
        raise broken("it is of another account")
    return held is not None


def _create_privately(path: Path) -> None:
    """Make the file 0600 before SQLite opens it; a link in its place is removed, what it points to is left alone."""
    if path.is_symlink():
        path.unlink()
    # An existing file is not opened here: closing it would drop the locks this process holds on it (POSIX).
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        return
    if not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is not a file", str(path))
    path.chmod(0o600)
