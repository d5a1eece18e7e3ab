"""Intents as rows of the journal."""

import json
import sqlite3
from decimal import Decimal

from tui.domain import (
    AnswerKind,
    CallKind,
    Intent,
    IntentState,
    Lot,
    LotKind,
    Money,
    MoneyCall,
    SafeText,
    Subject,
    iso_z,
    parse_iso,
)
from tui.payments.columns import (
    NUMBER,
    REQUIRED_TEXT,
    REQUIRED_TIME,
    REQUIRED_WORDS,
    TEXT,
    TIME,
    WORDS,
    JournalColumn,
    JournalColumns,
    Row,
    one_of,
)
from tui.payments.kinds import Resend, Trace, kind_of


def _write_lots(lots: tuple[Lot, ...]) -> str:
    """Write lots as they are kept beside an intent."""
    return json.dumps(
        [
            [
                str(lot.kind),
                lot.allocated.wire,
                lot.remaining.wire,
                lot.allocated.unit,
                iso_z(lot.expires_at) if lot.expires_at else None,
            ]
            for lot in lots
        ]
    )


def _read_lots(text: str) -> tuple[Lot, ...]:
    """Read lots back."""
    return tuple(
        Lot(
            LotKind(kind),
            Money(Decimal(size), unit),
            Money(Decimal(left), unit),
            parse_iso(expires) if expires else None,
        )
        for kind, size, left, unit, expires in json.loads(text)
    )


def _write_about(about: tuple[tuple[Subject, str], ...]) -> str:
    return json.dumps([[subject.value, named] for subject, named in about])


def _read_about(text: str) -> tuple[tuple[Subject, str], ...]:
    return tuple((Subject(subject), named) for subject, named in json.loads(text))


_INTENT = JournalColumns(
    {
        "intent_id": JournalColumn("TEXT PRIMARY KEY"),
        "account": REQUIRED_TEXT,
        "base_url": REQUIRED_TEXT,
        "title": REQUIRED_WORDS,
        "payment_method_id": TEXT,
        "key": REQUIRED_TEXT,
        "created_at": REQUIRED_TIME,
        "state": one_of(IntentState),
        "sent_at": TIME,
        "settled_at": TIME,
        "attempts": NUMBER,
        "payment_intent_id": TEXT,
        "request_id": WORDS,
        "note": REQUIRED_WORDS,
        "answer": JournalColumn("TEXT", str, AnswerKind),
        "decline_code": WORDS,
        "retry_at": TIME,
        "advice": JournalColumn("TEXT", str, SafeText, null=SafeText("")),
        "code": WORDS,
        "lots_before": JournalColumn("TEXT", _write_lots, _read_lots),
        "provider_sent_at": TIME,
        "provider_lost_at": TIME,
    },
    {"amount": "unit", "balance": "balance_unit", "balance_before": "balance_before_unit"},
)
_CALL = JournalColumns(
    {
        "method": REQUIRED_TEXT,
        "path": REQUIRED_TEXT,
        "body": JournalColumn("BLOB NOT NULL"),
        "kind": JournalColumn("TEXT", str, CallKind),
        "about": JournalColumn("TEXT", _write_about, _read_about, null=()),
    }
)
_OLDER = {"resend_allowed": "INTEGER NOT NULL", "keyed": "INTEGER", "adjusts": "INTEGER", "credits": "INTEGER"}
"""What follows from the kind: written for an older billtop that shares the journal, and read only to tell the kind of a
row that has none."""
COLUMNS = _INTENT.sql | _CALL.sql | _OLDER | dict.fromkeys(("amount", "unit"), "TEXT NOT NULL")
"""Columns of the table of intents with their SQLite types."""


def to_row(intent: Intent) -> Row:
    """Return the columns of `intent`."""
    kind = kind_of(intent)
    older: Row = {
        "resend_allowed": int(kind.resend is Resend.AUTOMATIC),
        "keyed": int(kind.resend is not Resend.NEVER),
        "adjusts": int(kind.trace is Trace.REASON),
        "credits": int(kind.trace is Trace.WALLET),
    }
    return _INTENT.write(intent) | _CALL.write(intent.call) | older


def from_row(row: sqlite3.Row) -> Intent:
    """Return the intent a row tells of."""
    call = _CALL.read(row)
    call["kind"] = call["kind"] or _kind_of_old(row)
    return Intent(call=MoneyCall(**call), **_INTENT.read(row))


_OLD_KINDS = {
    "/subscriptions": CallKind.SUBSCRIBE,
    "/reset-cycle": CallKind.RESTART,
    "/fix-payment": CallKind.REPAIR,
    "/redeem": CallKind.COUPON,
    "/withdraw": CallKind.WITHDRAWAL,
}
"""How the paths ended of calls that a billtop wrote which did not keep the kind (up to 0.9)."""


def _kind_of_old(row: sqlite3.Row) -> CallKind:
    if row["adjusts"]:
        return CallKind.ADJUSTMENT
    if row["keyed"] == 0:
        return CallKind.TOP_UP
    return next((kind for end, kind in _OLD_KINDS.items() if row["path"].endswith(end)), CallKind.FUND)
