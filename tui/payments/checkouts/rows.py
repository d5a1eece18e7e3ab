"""Checkout sessions as rows of the journal."""

import sqlite3

from tui.domain import CheckoutSession, CheckoutState, LinkRequest, Purpose
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

_SESSION = JournalColumns(
    {
        "account": REQUIRED_TEXT,
        "session_id": REQUIRED_TEXT,
        "base_url": REQUIRED_TEXT,
        "url": TEXT,
        "created_at": REQUIRED_TIME,
        "expires_at": TIME,
        "state": one_of(CheckoutState),
        "closed_at": TIME,
        "checks": NUMBER,
        "last_checked_at": TIME,
        "next_check_at": TIME,
        "note": REQUIRED_WORDS,
        "was_unpaid": JournalColumn("INTEGER", int, bool, null=False),
    },
    {"balance": "balance_unit", "balance_before": "balance_before_unit"},
)
_REQUEST = JournalColumns(
    {"purpose": one_of(Purpose), "plan_id": TEXT, "plan_name": WORDS, "channel": WORDS}, {"amount": "unit"}
)
COLUMNS = _SESSION.sql | _REQUEST.sql
"""Columns of the table of checkout sessions with their SQLite types."""


def to_row(session: CheckoutSession) -> Row:
    """Return the columns of `session`; the URL is kept only while it can be paid."""
    url = None if session.state.closed else session.url
    return _SESSION.write(session) | _REQUEST.write(session.request) | {"url": url}


def from_row(row: sqlite3.Row) -> CheckoutSession:
    """Return the session a row tells of."""
    return CheckoutSession(request=LinkRequest(**_REQUEST.read(row)), **_SESSION.read(row))
