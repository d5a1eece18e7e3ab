"""Transactions for tests of the ledger, and what a store has to say about them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.conftest import NOW
from tui.domain import CREDIT, DEBIT, Direction, Money, SafeText, Transaction, TransactionStatus
from tui.ledger.store.rows import ROW_COLUMNS, to_transaction
from tui.ledger.store.store import LedgerStore


def row(
    row_id: str = "1",
    amount: str = "1.00",
    *,
    at: datetime | None = NOW,
    direction: Direction = DEBIT,
    status: str = "success",
    usecase: str = "image_generation",
    source: str = "wallet",
    reference: str | None = None,
    unit: str = "USD",
) -> Transaction:
    return Transaction(
        row_id,
        at,
        direction,
        Money(Decimal(amount), unit),
        TransactionStatus(status),
        SafeText(usecase),
        SafeText(source),
        SafeText(reference) if reference else None,
    )


def history(count: int) -> tuple[Transaction, ...]:
    """Rows of `count` quarters of an hour, newest first."""
    return tuple(
        row(
            str(count - index),
            f"{index % 250 / 100:.2f}",
            at=NOW - timedelta(minutes=15 * index),
            direction=CREDIT if index % 40 == 7 else DEBIT,
            status="failed" if index % 17 == 5 else "success",
            usecase=("image_generation", "llm", "video_generation")[index % 3],
        )
        for index in range(count)
    )


def newest(store: LedgerStore, limit: int) -> tuple[Transaction, ...]:
    """The newest rows of a store. Raises LedgerError."""
    joined = f"SELECT {ROW_COLUMNS} FROM tx JOIN facet ON facet.key = tx.facet"
    with store.explained() as db:
        found = db.execute(f"{joined} ORDER BY at DESC, tx.key LIMIT ?", (limit,)).fetchall()
    return tuple(map(to_transaction, found))


_texts = st.sampled_from(
    (
        "image_generation",
        "Image Generation",
        "llm",
        "ÉCLAIR",
        "straße",
        "100%",
        "a,b",
        "İstanbul",
        "back\\slash",
        "",
        "a..b",
    )
)
transactions = st.builds(
    Transaction,
    id=st.from_regex(r"(txn_|PI-)?[0-9]{1,3}", fullmatch=True),
    at=st.none()
    | st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 22), timezones=st.just(UTC))
    | st.integers(0, 60).map(lambda days: datetime(2026, 11, 21, tzinfo=UTC) - timedelta(days=days)),
    direction=st.sampled_from((CREDIT, DEBIT, Direction("transfer"))),
    amount=st.builds(
        Money,
        st.sampled_from([Decimal(text) for text in ("0", "0.01", "1", "1.00", "5", "4.999999999999", "123456789012.5")])
        | st.decimals(0, 30, places=2),
        st.sampled_from(("USD", "EUR", "credits")),
    ),
    status=st.sampled_from(("success", "failed", "past_due", "Pending")).map(TransactionStatus),
    usecase=_texts.map(SafeText),
    source=st.sampled_from(("stripe", "wallet", "")).map(SafeText),
    reference=st.none() | st.sampled_from(("pi_3Qx", "re 3qx", "É_1", "100%_x")).map(SafeText),
)
ledgers = st.lists(transactions, max_size=30, unique_by=lambda each: each.id)
