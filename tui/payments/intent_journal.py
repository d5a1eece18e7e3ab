"""The write-ahead journal of money calls: on disk before the first byte is sent."""

from pathlib import Path

from tui.domain import Intent, IntentState, SafeText
from tui.payments.database import Database, JournalError
from tui.payments.intent_rows import COLUMNS, from_row, to_row
from tui.payments.lease import is_alive

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS intents (
    {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())},
    lease_owner TEXT
) STRICT;
"""
_OPEN = ("prepared", "sent", "unknown", "processing")


class Blocked(Exception):
    """An identical payment is still open: paying again could pay twice. `intent` is the open one."""

    def __init__(self, intent: Intent) -> None:
        super().__init__(
            f"The same payment ({intent.title}) is already {intent.state.value} since"
            f" {intent.created_at:%d %b %H:%M} UTC. Settle that one first: check it again, or set it aside."
        )
        self.intent = intent


class IntentJournal:
    """Intents in the payments journal; one instance at a time may move an intent on.

    `notice` tells of a damaged journal that was set aside when this one was opened, None otherwise.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the journal at `path`. Raises JournalError."""
        self._file = Database(path, _SCHEMA)
        self.notice = self._file.notice

    def prepare(self, intent: Intent, owner: str) -> None:
        """Write down a new intent as this instance's. Raises Blocked while an identical one is open, JournalError."""
        row = {**to_row(intent), "lease_owner": owner}
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        with self._file.explained() as db:
            # The look and the insert are one transaction: two instances cannot both find the way free.
            db.execute("BEGIN IMMEDIATE")
            try:
                twin = db.execute(
                    "SELECT * FROM intents WHERE account=:account AND path=:path AND body=:body"
                    " AND state IN ('prepared', 'sent', 'unknown', 'processing') LIMIT 1",
                    row,
                ).fetchone()
                if twin is not None and twin["state"] == "prepared" and not is_alive(twin["lease_owner"]):
                    # Its instance died before sending a byte: certainly not done, and no reason to stand in the way.
                    db.execute(
                        "UPDATE intents SET state='abandoned', note='never sent' WHERE intent_id=?",
                        (twin["intent_id"],),
                    )
                    twin = None
                if twin is None:
                    db.execute(f"INSERT INTO intents ({names}) VALUES ({marks})", row)
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        if twin is not None:
            raise Blocked(from_row(twin))

    def save(self, intent: Intent) -> None:
        """Write where an intent stands now. Raises JournalError."""
        row = to_row(intent)
        sets = ", ".join(f"{name}=:{name}" for name in row)
        with self._file.explained() as db:
            db.execute(f"UPDATE intents SET {sets} WHERE intent_id=:intent_id", row)

    def get(self, intent_id: str) -> Intent | None:
        """One intent, or None. Raises JournalError."""
        with self._file.explained() as db:
            row = db.execute("SELECT * FROM intents WHERE intent_id=?", (intent_id,)).fetchone()
        return None if row is None else from_row(row)

    def by_key(self, account: str, key: str) -> Intent | None:
        """The intent of one account with this idempotency key, or None. Raises JournalError."""
        with self._file.explained() as db:
            row = db.execute("SELECT * FROM intents WHERE account=? AND key=?", (account, key)).fetchone()
        return None if row is None else from_row(row)

    def intents(self, account: str, limit: int = 200) -> tuple[Intent, ...]:
        """The intents of one account: open ones first, newest first. Raises JournalError."""
        marks = ", ".join("?" * len(_OPEN))
        with self._file.explained() as db:
            rows = db.execute(
                f"SELECT * FROM intents WHERE account=? ORDER BY state NOT IN ({marks}), created_at DESC LIMIT ?",
                (account, *_OPEN, limit),
            ).fetchall()
        return tuple(from_row(row) for row in rows)

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
        left = [each for each in self.intents(account) if each.state is IntentState.SENT]
        found = []
        for intent in left:
            if self.take(intent.intent_id, owner):
                unknown = intent.with_(
                    state=IntentState.UNKNOWN,
                    note=SafeText("billtop ended before the answer came; it may have gone through"),
                )
                self.save(unknown)
                found.append(unknown)
        return tuple(found)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


__all__ = ["Blocked", "IntentJournal", "JournalError"]
