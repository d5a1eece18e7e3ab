"""An unknown payment is found out by reading, and never by wishing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.payments.scripted import START, HandClock, ScriptedProvider, session
from tui.domain import (
    CREDIT,
    CallKind,
    CheckoutState,
    Intent,
    IntentState,
    Money,
    MoneyCall,
    PaymentReport,
    PaymentState,
    SafeText,
    Transaction,
    TransactionPage,
    TransactionStatus,
)
from tui.payments.intents.journal import IntentJournal
from tui.payments.intents.reconciliation import reconcile
from tui.providers.base import TransactionQuery
from tui.providers.errors import NotFound

DOLLARS = Money(Decimal(25), "USD")


def credit(
    number: int, *, minutes: float = 0, amount: Money = DOLLARS, status: str = "success", source: str = "stripe"
) -> Transaction:
    return Transaction(
        str(number),
        START + timedelta(minutes=minutes),
        CREDIT,
        amount,
        TransactionStatus(status),
        SafeText("wallet_funding"),
        SafeText(source),
        SafeText(f"pi_{number}"),
    )


class Books:
    """Stands in for the provider's ledger and its payment intents."""

    page_size = 200

    def __init__(self, *rows: Transaction, status: str | None = None) -> None:
        self.rows, self.status, self.server_offset = rows, status, timedelta(0)

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        return TransactionPage(self.rows[query.offset : query.offset + query.limit], query.offset, len(self.rows))

    async def payment_status(self, payment_intent_id: str) -> PaymentReport:
        if self.status is None:
            raise NotFound(SafeText("no such payment"))
        return PaymentReport(payment_intent_id, PaymentState(self.status), DOLLARS)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[IntentJournal]:
    journal = IntentJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


def unknown(journal: IntentJournal, name: str = "i1", payment_intent_id: str | None = None) -> Intent:
    intent = Intent(
        intent_id=name,
        account=ScriptedProvider().account.fingerprint,
        base_url="https://modelslab.com/api",
        title=SafeText("$25.00 to the wallet"),
        amount=DOLLARS,
        payment_method_id="pm_1",
        call=MoneyCall(CallKind.FUND, "POST", "/wallet/fund", name.encode()),
        key=name,
        created_at=START,
        sent_at=START,
        state=IntentState.UNKNOWN,
        payment_intent_id=payment_intent_id,
    )
    journal.prepare(intent, "1-test")
    journal.save(intent)
    return intent


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], IntentState.UNKNOWN),
        ([credit(1)], IntentState.RECONCILED),
        ([credit(1, minutes=1), credit(2, minutes=-120)], IntentState.RECONCILED),
        ([credit(1, minutes=29)], IntentState.UNKNOWN),
        ([credit(1, minutes=-1)], IntentState.UNKNOWN),
        ([credit(1), credit(2, minutes=10)], IntentState.UNKNOWN),
        ([credit(1), credit(2)], IntentState.UNKNOWN),
        ([credit(1, minutes=-6)], IntentState.UNKNOWN),
        ([credit(1, minutes=31)], IntentState.UNKNOWN),
        ([credit(1, amount=Money(Decimal("25.01"), "USD"))], IntentState.UNKNOWN),
        ([credit(1, status="failed")], IntentState.UNKNOWN),
        ([credit(1, status="pending")], IntentState.UNKNOWN),
        ([credit(1, source="coupon")], IntentState.UNKNOWN),
    ],
)
async def test_only_one_matching_credit_settles_it(
    journal: IntentJournal, rows: list[Transaction], state: IntentState
) -> None:
    found = await reconcile(Books(*rows), journal, HandClock(), unknown(journal))
    assert found.state is state
    assert journal.get("i1") == found


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("succeeded", IntentState.RECONCILED),
        ("failed", IntentState.FAILED),
        ("pending", IntentState.UNKNOWN),
        ("weird", IntentState.UNKNOWN),
    ],
)
async def test_a_known_payment_intent_is_asked_first(journal: IntentJournal, status: str, state: IntentState) -> None:
    intent = unknown(journal, payment_intent_id="pi_9")
    assert (await reconcile(Books(status=status), journal, HandClock(), intent)).state is state


async def test_a_credit_another_payment_accounts_for_is_not_taken(journal: IntentJournal) -> None:
    other = unknown(journal, "i0")
    journal.save(other.with_(state=IntentState.DONE, payment_intent_id="pi_1"))
    assert (await reconcile(Books(credit(1)), journal, HandClock(), unknown(journal))).state is IntentState.UNKNOWN


@pytest.mark.parametrize("state", [IntentState.UNKNOWN, IntentState.DONE, IntentState.DISMISSED])
async def test_one_credit_is_not_taken_for_either_of_two_payments(journal: IntentJournal, state: IntentState) -> None:
    journal.save(unknown(journal, "i0").with_(state=state))
    found = await reconcile(Books(credit(1)), journal, HandClock(), unknown(journal))
    assert found.state is IntentState.UNKNOWN
    assert "unclear" in found.note


async def test_a_payment_that_failed_takes_no_credit(journal: IntentJournal) -> None:
    journal.save(unknown(journal, "i0").with_(state=IntentState.FAILED))
    assert (await reconcile(Books(credit(1)), journal, HandClock(), unknown(journal))).state is IntentState.RECONCILED


async def test_a_payment_link_of_the_same_amount_leaves_it_open(journal: IntentJournal) -> None:
    provider = ScriptedProvider()
    link = session(provider).with_(state=CheckoutState.PAID, closed_at=START + timedelta(minutes=2))
    link = link.with_(request=link.request.__class__(link.request.purpose, DOLLARS))
    found = await reconcile(Books(credit(1)), journal, HandClock(), unknown(journal), [link])
    assert found.state is IntentState.UNKNOWN
    assert "unclear" in found.note


async def test_the_ledgers_clock_counts_not_ours(journal: IntentJournal) -> None:
    books = Books(credit(1, minutes=60 * 24 * 365))
    books.server_offset = datetime(2027, 11, 20, 18, tzinfo=UTC) - START
    assert (await reconcile(books, journal, HandClock(), unknown(journal))).state is IntentState.RECONCILED
