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
from tui.payments.kinds import Resend, Trace, kind_of
from tui.payments.row_values import money_of, money_values, text_value, time_of, time_value

COLUMNS = {
    "intent_id": "TEXT PRIMARY KEY",
    "account": "TEXT NOT NULL",
    "base_url": "TEXT NOT NULL",
    "title": "TEXT NOT NULL",
    "amount": "TEXT NOT NULL",
    "unit": "TEXT NOT NULL",
    "payment_method_id": "TEXT",
    "method": "TEXT NOT NULL",
    "path": "TEXT NOT NULL",
    "body": "BLOB NOT NULL",
    "resend_allowed": "INTEGER NOT NULL",
    "key": "TEXT NOT NULL",
    "created_at": "TEXT NOT NULL",
    "state": "TEXT NOT NULL",
    "sent_at": "TEXT",
    "settled_at": "TEXT",
    "attempts": "INTEGER NOT NULL",
    "payment_intent_id": "TEXT",
    "request_id": "TEXT",
    "note": "TEXT NOT NULL",
    "balance": "TEXT",
    "balance_unit": "TEXT",
    "answer": "TEXT",
    "decline_code": "TEXT",
    "retry_at": "TEXT",
    "keyed": "INTEGER",
    "advice": "TEXT",
    "code": "TEXT",
    "lots_before": "TEXT",
    "adjusts": "INTEGER",
    "credits": "INTEGER",
    "kind": "TEXT",
    "about": "TEXT",
    "balance_before": "TEXT",
    "balance_before_unit": "TEXT",
    "provider_sent_at": "TEXT",
    "provider_lost_at": "TEXT",
}
"""Columns of the table of intents with their SQLite types; what is NULL in an older row means its default.

`resend_allowed`, `keyed`, `adjusts` and `credits` follow from the kind: they are written for an older billtop that
shares the journal, and read only to tell the kind of a row that has none.
"""


def to_row(intent: Intent) -> dict[str, str | int | bytes | None]:
    """Return the columns of `intent`."""
    call, kind = intent.call, kind_of(intent)
    return {
        "intent_id": intent.intent_id,
        "account": intent.account,
        "base_url": intent.base_url,
        "title": str(intent.title),
        "amount": str(intent.amount.amount),
        "unit": intent.amount.unit,
        "payment_method_id": intent.payment_method_id,
        "method": call.method,
        "path": call.path,
        "body": call.body,
        "resend_allowed": int(kind.resend is Resend.AUTOMATIC),
        "key": intent.key,
        "created_at": iso_z(intent.created_at),
        "state": intent.state.value,
        "sent_at": time_value(intent.sent_at),
        "settled_at": time_value(intent.settled_at),
        "attempts": intent.attempts,
        "payment_intent_id": intent.payment_intent_id,
        "request_id": text_value(intent.request_id),
        "note": str(intent.note),
        **money_values("balance", intent.balance, "balance_unit"),
        "answer": intent.answer.value if intent.answer else None,
        "decline_code": text_value(intent.decline_code),
        "retry_at": time_value(intent.retry_at),
        "keyed": int(kind.resend is not Resend.NEVER),
        "advice": str(intent.advice),
        "code": text_value(intent.code),
        "lots_before": None if intent.lots_before is None else write_lots(intent.lots_before),
        "adjusts": int(kind.trace is Trace.REASON),
        "credits": int(kind.trace is Trace.WALLET),
        "kind": call.kind.value,
        "about": json.dumps([[subject.value, named] for subject, named in call.about]),
        **money_values("balance_before", intent.balance_before, "balance_before_unit"),
        "provider_sent_at": time_value(intent.provider_sent_at),
        "provider_lost_at": time_value(intent.provider_lost_at),
    }


def from_row(row: sqlite3.Row) -> Intent:
    """Return the intent a row tells of."""
    return Intent(
        intent_id=row["intent_id"],
        account=row["account"],
        base_url=row["base_url"],
        title=SafeText(row["title"]),
        amount=Money(Decimal(row["amount"]), row["unit"]),
        payment_method_id=row["payment_method_id"],
        call=_call(row),
        key=row["key"],
        created_at=parse_iso(row["created_at"]),
        state=IntentState(row["state"]),
        sent_at=time_of(row["sent_at"]),
        settled_at=time_of(row["settled_at"]),
        attempts=row["attempts"],
        payment_intent_id=row["payment_intent_id"],
        request_id=SafeText(row["request_id"]) if row["request_id"] else None,
        note=SafeText(row["note"]),
        balance=money_of(row["balance"], row["balance_unit"]),
        answer=AnswerKind(row["answer"]) if row["answer"] else None,
        decline_code=SafeText(row["decline_code"]) if row["decline_code"] else None,
        retry_at=time_of(row["retry_at"]),
        advice=SafeText(row["advice"] or ""),
        code=SafeText(row["code"]) if row["code"] else None,
        lots_before=None if row["lots_before"] is None else read_lots(row["lots_before"]),
        balance_before=money_of(row["balance_before"], row["balance_before_unit"]),
        provider_sent_at=time_of(row["provider_sent_at"]),
        provider_lost_at=time_of(row["provider_lost_at"]),
    )


def _call(row: sqlite3.Row) -> MoneyCall:
    return MoneyCall(
        kind=CallKind(row["kind"]) if row["kind"] else _kind_of_old(row),
        method=row["method"],
        path=row["path"],
        body=row["body"],
        about=tuple((Subject(subject), named) for subject, named in json.loads(row["about"] or "[]")),
    )


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


def write_lots(lots: tuple[Lot, ...]) -> str:
    """Write lots as they are kept beside an intent."""
    return json.dumps(
        [
            [
                str(lot.kind),
                lot.allocated.wire,
                lot.remaining.wire,
                lot.allocated.unit,
                time_value(lot.expires_at),
            ]
            for lot in lots
        ]
    )


def read_lots(text: str) -> tuple[Lot, ...]:
    """Read lots back."""
    return tuple(
        Lot(LotKind(kind), Money(Decimal(size), unit), Money(Decimal(left), unit), time_of(expires))
        for kind, size, left, unit, expires in json.loads(text)
    )
