"""The payments journal: what was begun is on disk before anybody can pay it."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from tui.domain import CheckoutSession, CheckoutState, Money, SafeText, iso_z
from tui.payments.checkouts.rows import COLUMNS, from_row, to_row
from tui.payments.journal_table import Journal
from tui.payments.lease import is_alive
from tui.storage.database import JournalError

__all__ = ["CheckoutJournal", "JournalError"]

_LEASE = "lease_owner TEXT, lease_until TEXT, PRIMARY KEY (account, session_id)"
_TAKE = "UPDATE checkouts SET lease_owner=:owner, lease_until=:until WHERE account=:account AND session_id=:id"
_OPEN, _WATCHED, _REOPENABLE = map(CheckoutState.sql, ("open", "watched", "reopenable"))
_FOUND_PAID = f"checkouts.state IN ({CheckoutState.sql('dismissed')}) AND :state IN ({CheckoutState.sql('succeeded')})"
_FREE = "(lease_owner IS NULL OR lease_owner=:owner OR lease_until<=:now)"


class CheckoutJournal(Journal[CheckoutSession]):
    """Checkout sessions on disk. Two running instances may share the file: a lease keeps them off the same session."""

    def __init__(self, path: Path) -> None:
        """Open or create the journal at `path`. Raises JournalError."""
        super().__init__(path, "checkouts", COLUMNS, _LEASE, from_row)

    def require_room(self) -> None:
        """Make sure that a session can be written. Raises JournalError."""
        self._file.require_room()

    def add(self, session: CheckoutSession) -> None:
        """Write a new session; when this returns it is on disk. Raises JournalError."""
        with self._file.explained() as db:
            self._insert(db, to_row(session))

    def save(self, session: CheckoutSession) -> None:
        """Write what is known of a session now, unless it was closed meanwhile. Raises JournalError."""
        # A closed session stays as it is: "paid" must never be turned back by a slower look of another instance.
        # What was dismissed while a check was under way is not known to be unpaid: that check may find it paid.
        open_to = f"(checkouts.state IN ({_OPEN}) OR ({_FOUND_PAID}))"
        with self._file.explained() as db:
            self._update(db, to_row(session), f"account=:account AND session_id=:session_id AND {open_to}")

    def dismiss(self, session: CheckoutSession, now: datetime) -> CheckoutSession:
        """Stop looking at a session that is still open; return where it stands. Raises JournalError."""
        last = f"; the last check said: {session.note}" if session.note else ""
        self.save(
            session.with_(
                state=CheckoutState.DISMISSED,
                closed_at=now,
                next_check_at=None,
                note=SafeText(f"dismissed{last}"),
            )
        )
        return self.get(session.account, session.session_id) or session

    def reopen(self, session: CheckoutSession) -> None:
        """Watch a session again that ended without being paid. Raises JournalError."""
        with self._file.explained() as db:
            db.execute(
                "UPDATE checkouts SET state=?, closed_at=NULL, next_check_at=NULL"
                f" WHERE account=? AND session_id=? AND state IN ({_REOPENABLE})",
                (CheckoutState.PENDING, session.account, session.session_id),
            )

    def get(self, account: str, session_id: str) -> CheckoutSession | None:
        """One session of one account, or None. Raises JournalError."""
        return self._one("account=? AND session_id=?", account, session_id)

    def sessions(self, account: str, limit: int = 200) -> tuple[CheckoutSession, ...]:
        """The sessions of one account: open ones first, newest first. Raises JournalError."""
        return self._all(f"account=? ORDER BY state NOT IN ({_OPEN}), created_at DESC LIMIT ?", account, limit)

    def open_sessions(self, account: str) -> tuple[CheckoutSession, ...]:
        """All sessions still waiting, oldest first. Raises JournalError."""
        return self._all(f"account=? AND state IN ({_WATCHED}) ORDER BY created_at", account)

    def charged_since(self, account: str, moment: datetime) -> frozenset[Money]:
        """The amounts of the money calls sent since `moment`: a payment of one of them may be theirs.

        Charges are kept in the same file by `IntentJournal`; before the first there is no table. Raises JournalError.
        """
        with self._file.explained() as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name='intents'").fetchone() is None:
                return frozenset()
            rows = db.execute(
                "SELECT amount, unit FROM intents WHERE account=? AND sent_at>=?", (account, iso_z(moment))
            ).fetchall()
        return frozenset(Money(Decimal(row["amount"]), row["unit"]) for row in rows)

    def claim(self, session: CheckoutSession, owner: str, now: datetime, until: datetime) -> bool:
        """Take or prolong the lease of a session; False while another living instance holds it. Raises JournalError."""
        values = {
            "owner": owner,
            "until": iso_z(until.replace(microsecond=0)),
            "now": iso_z(now.replace(microsecond=0)),
            "account": session.account,
            "id": session.session_id,
        }
        with self._file.explained() as db:
            if db.execute(f"{_TAKE} AND {_FREE}", values).rowcount == 1:
                return True
            row = db.execute(
                "SELECT lease_owner FROM checkouts WHERE account=:account AND session_id=:id", values
            ).fetchone()
            if row is None or is_alive(row["lease_owner"]):
                return False
            # Its holder was killed: nobody else would look until the lease ends by itself.
            dead = {**values, "dead": row["lease_owner"]}
            return db.execute(f"{_TAKE} AND lease_owner=:dead", dead).rowcount == 1

    def release(self, owner: str) -> None:
        """Give back all leases of one instance, so that the next start need not wait. Raises JournalError."""
        with self._file.explained() as db:
            db.execute("UPDATE checkouts SET lease_owner=NULL, lease_until=NULL WHERE lease_owner=?", (owner,))
