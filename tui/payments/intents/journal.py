"""The write-ahead journal of money calls: on disk before the first byte is sent."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tui.domain import Intent, IntentState, SafeText
from tui.payments.intents.rows import COLUMNS, from_row, to_row
from tui.payments.journal_table import Journal
from tui.payments.lease import is_alive
from tui.payments.text import twin_text
from tui.storage.database import JournalError

_ONE = "intent_id=:intent_id"
_UNSETTLED, _BLOCKING = map(IntentState.sql, ("unsettled", "blocks_twin"))


class Blocked(Exception):
    """An identical payment is still open: paying again could pay twice. `intent` is the open one."""

    def __init__(self, intent: Intent) -> None:
        _, why = twin_text(intent, f"{intent.created_at:%d %b %H:%M} UTC")
        super().__init__(f"{why} Settle that one first: check it again, or dismiss it.")
        self.intent = intent


class KeyTaken(Exception):
    """The idempotency key belongs to another payment of the account already: `intent`."""

    def __init__(self, intent: Intent) -> None:
        super().__init__(f"This idempotency key was already used ({intent.title}, {intent.state.value}).")
        self.intent = intent


class IntentJournal(Journal[Intent]):
    """Intents in the payments journal; one instance at a time may move an intent on."""

    def __init__(self, path: Path) -> None:
        """Open or create the journal at `path`. Raises JournalError."""
        super().__init__(path, "intents", COLUMNS, "lease_owner TEXT", from_row)

    def prepare(self, intent: Intent, owner: str) -> None:
        """Write down a new intent as this instance's.

        Raises KeyTaken, Blocked while an identical one is open, JournalError.
        """
        row = {**to_row(intent), "lease_owner": owner}
        # The looks and the insert are one transaction: two instances cannot both find the way free.
        with self._transaction() as db:
            used = db.execute("SELECT * FROM intents WHERE account=:account AND key=:key", row).fetchone()
            if used is not None:
                raise KeyTaken(from_row(used))
            _clear_the_way(db, row)
            self._insert(db, row)

    def reopen(self, intent: Intent, owner: str) -> Intent:
        """Make an ended intent that the provider never began prepared again, as this instance's, and return it.

        The caller knows that it was never begun (`actions.may_start_over`); one that moved on meanwhile is returned as
        it is. Raises Blocked while an identical one is open, JournalError.
        """
        prepared = intent.with_(state=IntentState.PREPARED, sent_at=None, settled_at=None)
        row = {**to_row(prepared), "lease_owner": owner}
        with self._transaction() as db:
            now = db.execute(f"SELECT * FROM intents WHERE {_ONE}", row).fetchone()
            if now is not None and now["state"] != intent.state.value:
                return from_row(now)
            _clear_the_way(db, row)
            self._update(db, row, _ONE)
        return prepared

    def save(self, intent: Intent) -> None:
        """Write where an intent stands now. Raises JournalError."""
        with self._file.explained() as db:
            self._update(db, to_row(intent), _ONE)

    def replace(self, before: Intent, after: Intent) -> Intent:
        """Write `after` unless the intent has moved on since `before` was read; return where it stands.

        So a slow look can never overwrite an outcome that another instance wrote meanwhile. Raises JournalError.
        """
        row = to_row(after)
        with self._transaction() as db:
            now = db.execute(f"SELECT * FROM intents WHERE {_ONE}", row).fetchone()
            if now is not None and (now["state"], now["attempts"]) != (before.state.value, before.attempts):
                return from_row(now)
            self._update(db, row, _ONE)
        return after

    def dismiss(self, intent: Intent, owner: str, now: datetime) -> Intent:
        """Stop asking about an intent, so that it no longer blocks the same payment; return where it stands.

        One that moved on meanwhile, or that another living instance has, stays as it is. Raises JournalError.
        """
        if not self.take(intent.intent_id, owner):
            return self.get(intent.intent_id) or intent
        note = SafeText(f"dismissed while it was {intent.state.value}")
        return self.replace(intent, intent.with_(state=IntentState.DISMISSED, settled_at=now, note=note))

    def get(self, intent_id: str) -> Intent | None:
        """One intent, or None. Raises JournalError."""
        return self._one("intent_id=?", intent_id)

    def by_key(self, account: str, key: str) -> Intent | None:
        """The intent of one account with this idempotency key, or None. Raises JournalError."""
        return self._one("account=? AND key=?", account, key)

    def intents(self, account: str, limit: int = 200) -> tuple[Intent, ...]:
        """The intents of one account: open ones first, newest first. Raises JournalError."""
        return self._all(f"account=? ORDER BY state NOT IN ({_UNSETTLED}), created_at DESC LIMIT ?", account, limit)

    def take(self, intent_id: str, owner: str) -> bool:
        """Take an intent over; False while another living instance has it. Raises JournalError."""
        with self._file.explained() as db:
            row = db.execute("SELECT lease_owner FROM intents WHERE intent_id=?", (intent_id,)).fetchone()
            if row is None or (row["lease_owner"] != owner and is_alive(row["lease_owner"])):
                return False
            return (
                db.execute(
                    "UPDATE intents SET lease_owner=? WHERE intent_id=? AND lease_owner IS ?",
                    (owner, intent_id, row["lease_owner"]),
                ).rowcount
                == 1
            )

    def release(self, owner: str) -> None:
        """Give back all intents of one instance. Raises JournalError."""
        with self._file.explained() as db:
            db.execute("UPDATE intents SET lease_owner=NULL WHERE lease_owner=?", (owner,))

    def recover(self, account: str, owner: str) -> tuple[Intent, ...]:
        """Turn what a killed instance left as sent into unknown; nothing is sent. Raises JournalError."""
        note = "billtop ended before the answer came"
        # One transaction: an instance that is just writing its outcome writes it before or after, never in between.
        with self._transaction() as db:
            sent = db.execute("SELECT * FROM intents WHERE account=? AND state=?", (account, IntentState.SENT))
            left = [row["intent_id"] for row in sent.fetchall() if not is_alive(row["lease_owner"])]
            for intent_id in left:
                db.execute(
                    "UPDATE intents SET state=?, note=?, lease_owner=? WHERE intent_id=?",
                    (IntentState.UNKNOWN, note, owner, intent_id),
                )
        return tuple(found for found in map(self.get, left) if found is not None)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection with the write lock held; what raises leaves nothing behind."""
        with self._file.explained() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise


def _clear_the_way(db: sqlite3.Connection, row: Mapping[str, object]) -> None:
    """Raise Blocked while a payment of the same bytes is open; one that was never sent and has no owner is ended."""
    # By address, not by account: a card belongs to one account only, whatever token spoke for it.
    twins = db.execute(
        f"SELECT * FROM intents WHERE base_url=:base_url AND path=:path AND body=:body AND state IN ({_BLOCKING})",
        row,
    ).fetchall()
    for twin in twins:
        if twin["state"] != IntentState.PREPARED or is_alive(twin["lease_owner"]):
            raise Blocked(from_row(twin))
        # Its instance died before sending a byte: certainly not done, and no reason to stand in the way.
        db.execute(
            "UPDATE intents SET state=?, note='never sent', settled_at=? WHERE intent_id=?",
            (IntentState.DISMISSED, row["created_at"], twin["intent_id"]),
        )


__all__ = ["Blocked", "IntentJournal", "JournalError", "KeyTaken"]
