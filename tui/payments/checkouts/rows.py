"""Checkout sessions as rows of the journal."""

import sqlite3

from tui.domain import (
    CheckoutSession,
    CheckoutState,
    LinkRequest,
    Purpose,
    SafeText,
    iso_z,
    parse_iso,
)
from tui.payments.row_values import money_of, money_values, text_value, time_of, time_value

COLUMNS = {
    "account": "TEXT NOT NULL",
    "session_id": "TEXT NOT NULL",
    "base_url": "TEXT NOT NULL",
    "purpose": "TEXT NOT NULL",
    "amount": "TEXT",
    "unit": "TEXT",
    "plan_id": "TEXT",
    "plan_name": "TEXT",
    "url": "TEXT",
    "created_at": "TEXT NOT NULL",
    "expires_at": "TEXT",
    "state": "TEXT NOT NULL",
    "closed_at": "TEXT",
    "checks": "INTEGER NOT NULL",
    "last_checked_at": "TEXT",
    "next_check_at": "TEXT",
    "note": "TEXT NOT NULL",
    "balance": "TEXT",
    "balance_unit": "TEXT",
    "channel": "TEXT",
    "balance_before": "TEXT",
    "balance_before_unit": "TEXT",
    "was_unpaid": "INTEGER",
}
"""Columns of the table of checkout sessions with their SQLite types."""


def to_row(session: CheckoutSession) -> dict[str, str | int | None]:
    """Return the columns of `session`; the URL is kept only while it can be paid."""
    request = session.request
    return {
        "account": session.account,
        "session_id": session.session_id,
        "base_url": session.base_url,
        "purpose": request.purpose.value,
        **money_values("amount", request.amount, "unit"),
        "plan_id": request.plan_id,
        "plan_name": text_value(request.plan_name),
        "url": None if session.state.closed else session.url,
        "created_at": iso_z(session.created_at),
        "expires_at": time_value(session.expires_at),
        "state": session.state.value,
        "closed_at": time_value(session.closed_at),
        "checks": session.checks,
        "last_checked_at": time_value(session.last_checked_at),
        "next_check_at": time_value(session.next_check_at),
        "note": str(session.note),
        **money_values("balance", session.balance, "balance_unit"),
        "channel": text_value(request.channel),
        **money_values("balance_before", session.balance_before, "balance_before_unit"),
        "was_unpaid": int(session.was_unpaid),
    }


def from_row(row: sqlite3.Row) -> CheckoutSession:
    """Return the session a row tells of."""
    return CheckoutSession(
        session_id=row["session_id"],
        account=row["account"],
        base_url=row["base_url"],
        request=LinkRequest(
            purpose=Purpose(row["purpose"]),
            amount=money_of(row["amount"], row["unit"]),
            plan_id=row["plan_id"],
            plan_name=SafeText(row["plan_name"]) if row["plan_name"] else None,
            channel=SafeText(row["channel"]) if row["channel"] else None,
        ),
        url=row["url"],
        created_at=parse_iso(row["created_at"]),
        expires_at=time_of(row["expires_at"]),
        state=CheckoutState(row["state"]),
        closed_at=time_of(row["closed_at"]),
        checks=row["checks"],
        last_checked_at=time_of(row["last_checked_at"]),
        next_check_at=time_of(row["next_check_at"]),
        note=SafeText(row["note"]),
        balance=money_of(row["balance"], row["balance_unit"]),
        balance_before=money_of(row["balance_before"], row["balance_before_unit"]),
        was_unpaid=bool(row["was_unpaid"]),
    )
