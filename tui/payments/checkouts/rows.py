"""Checkout sessions as rows of the journal."""

import sqlite3
from datetime import datetime
from decimal import Decimal

from tui.domain import (
    CheckoutSession,
    CheckoutState,
    LinkRequest,
    Money,
    Purpose,
    SafeText,
    iso_z,
    parse_iso,
)

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
        "amount": str(request.amount.amount) if request.amount else None,
        "unit": request.amount.unit if request.amount else None,
        "plan_id": request.plan_id,
        "plan_name": str(request.plan_name) if request.plan_name else None,
        "url": None if session.state.closed else session.url,
        "created_at": iso_z(session.created_at),
        "expires_at": _iso(session.expires_at),
        "state": session.state.value,
        "closed_at": _iso(session.closed_at),
        "checks": session.checks,
        "last_checked_at": _iso(session.last_checked_at),
        "next_check_at": _iso(session.next_check_at),
        "note": str(session.note),
        "balance": str(session.balance.amount) if session.balance else None,
        "balance_unit": session.balance.unit if session.balance else None,
        "channel": str(request.channel) if request.channel else None,
        "balance_before": str(session.balance_before.amount) if session.balance_before else None,
        "balance_before_unit": session.balance_before.unit if session.balance_before else None,
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
            amount=_money(row["amount"], row["unit"]),
            plan_id=row["plan_id"],
            plan_name=SafeText(row["plan_name"]) if row["plan_name"] else None,
            channel=SafeText(row["channel"]) if row["channel"] else None,
        ),
        url=row["url"],
        created_at=parse_iso(row["created_at"]),
        expires_at=_time(row["expires_at"]),
        state=CheckoutState(row["state"]),
        closed_at=_time(row["closed_at"]),
        checks=row["checks"],
        last_checked_at=_time(row["last_checked_at"]),
        next_check_at=_time(row["next_check_at"]),
        note=SafeText(row["note"]),
        balance=_money(row["balance"], row["balance_unit"]),
        balance_before=_money(row["balance_before"], row["balance_before_unit"]),
        was_unpaid=bool(row["was_unpaid"]),
    )


def _iso(moment: datetime | None) -> str | None:
    return iso_z(moment) if moment else None


def _time(text: str | None) -> datetime | None:
    return parse_iso(text) if text else None


def _money(amount: str | None, unit: str | None) -> Money | None:
    return Money(Decimal(amount), unit) if amount is not None and unit is not None else None
