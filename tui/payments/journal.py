"""The payments journal: what was begun is on disk before anybody can pay it."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tui.domain import CheckoutSession, CheckoutState, iso_z
from tui.payments.lease import is_alive
from tui.payments.rows import COLUMNS, from_row, to_row

SCHEMA_VERSION = 1
_BUSY_SECONDS = 5.0
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS checkouts (
    {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())},
    lease_owner TEXT, lease_until TEXT,
    PRIMARY KEY (account, session_id)
) STRICT;
"""

_TAKE = "UPDATE checkouts SET lease_owner=:owner, lease_until=:until WHERE account=:account AND session_id=:id"
_FREE = "(lease_owner IS NULL OR lease_owner=:owner OR lease_until<=:now)"


class JournalError(Exception):
    """The journal cannot be used; the text says why and what it means for payments."""


class CheckoutJournal:
    """Checkout sessions in an SQLite file of their own (0600, every write reaches the disk before it returns).

    Two running instances may share the file: a lease a session keeps them from polling the same one.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the journal at `path`. Raises JournalError."""
        self.path = path
        with _explained(path):
            _create_privately(path)
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        with _explained(self.path):
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise JournalError(
                    f"{self.path} was written by a newer billtop; this one does not touch it. Update billtop to pay."
                )
            self._db.execute(_SCHEMA)
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def add(self, session: CheckoutSession) -> None:
        """Write a new session; when this returns it is on disk. Raises JournalError."""
        row = to_row(session)
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        with _explained(self.path):
            self._db.execute(f"INSERT INTO checkouts ({names}) VALUES ({marks})", row)

    def save(self, session: CheckoutSession) -> None:
        """Write what is known of a session now, unless it was closed meanwhile. Raises JournalError."""
        row = to_row(session)
        sets = ", ".join(f"{name}=:{name}" for name in row)
        # A closed session stays as it is: "paid" must never be turned back by a slower look of another instance.
        with _explained(self.path):
            self._db.execute(
                f"UPDATE checkouts SET {sets} WHERE account=:account AND session_id=:session_id AND state='pending'",
                row,
            )

    def reopen(self, session: CheckoutSession) -> None:
        """Watch a session again that ended without being paid. Raises JournalError."""
        with _explained(self.path):
            self._db.execute(
                "UPDATE checkouts SET state='pending', closed_at=NULL, next_check_at=NULL"
                " WHERE account=? AND session_id=? AND state<>'paid'",
                (session.account, session.session_id),
            )

    def get(self, account: str, session_id: str) -> CheckoutSession | None:
        """One session of one account, or None. Raises JournalError."""
        with _explained(self.path):
            row = self._db.execute(
                "SELECT * FROM checkouts WHERE account=? AND session_id=?", (account, session_id)
            ).fetchone()
        return None if row is None else from_row(row)

    def sessions(self, account: str, limit: int = 200) -> tuple[CheckoutSession, ...]:
        """The sessions of one account: open ones first, newest first. Raises JournalError."""
        with _explained(self.path):
            rows = self._db.execute(
                "SELECT * FROM checkouts WHERE account=? ORDER BY state<>'pending', created_at DESC LIMIT ?",
                (account, limit),
            ).fetchall()
        return tuple(from_row(row) for row in rows)

    def open_sessions(self, account: str) -> tuple[CheckoutSession, ...]:
        """All sessions still waiting, oldest first. Raises JournalError."""
        with _explained(self.path):
            rows = self._db.execute(
                "SELECT * FROM checkouts WHERE account=? AND state=? ORDER BY created_at",
                (account, CheckoutState.PENDING),
            ).fetchall()
        return tuple(from_row(row) for row in rows)

    def claim(self, session: CheckoutSession, owner: str, now: datetime, until: datetime) -> bool:
        """Take or prolong the lease of a session; False while another living instance holds it. Raises JournalError."""
        values = {
            "owner": owner,
            "until": iso_z(until.replace(microsecond=0)),
            "now": iso_z(now.replace(microsecond=0)),
            "account": session.account,
            "id": session.session_id,
        }
        with _explained(self.path):
            if self._db.execute(f"{_TAKE} AND {_FREE}", values).rowcount == 1:
                return True
            row = self._db.execute(
                "SELECT lease_owner FROM checkouts WHERE account=:account AND session_id=:id", values
            ).fetchone()
            if row is None or is_alive(row["lease_owner"]):
                return False
            # Its holder was killed: nobody else would look until the lease ends by itself.
            dead = {**values, "dead": row["lease_owner"]}
            return self._db.execute(f"{_TAKE} AND lease_owner=:dead", dead).rowcount == 1

    def release(self, owner: str) -> None:
        """Give back all leases of one instance, so that the next start need not wait. Raises JournalError."""
        with _explained(self.path):
            self._db.execute("UPDATE checkouts SET lease_owner=NULL, lease_until=NULL WHERE lease_owner=?", (owner,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _create_privately(path: Path) -> None:
    """Make the file 0600 before SQLite opens it, refusing links: SQLite itself would create it 0644."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise JournalError(f"{path} is not a file. Move it away: payments are kept there.")
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn file and database errors into one that says what it means for payments."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise JournalError(f"The payments journal {path} cannot be used ({error}). No payment was begun.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise JournalError(f"The payments journal {path} cannot be opened ({reason}). No payment was begun.") from error
