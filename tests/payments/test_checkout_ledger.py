"""Case M4: an answer to confirm-checkout that gives a balance and no word is settled by the ledger, or stays open."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from tests.payments.scripted import START, URL, HandClock
from tui.config.accounts import make_account
from tui.domain import (
    CallKind,
    CheckoutSession,
    CheckoutState,
    Intent,
    IntentState,
    LinkRequest,
    Money,
    MoneyCall,
    Purpose,
    SafeText,
)
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.poller import CheckoutPoller
from tui.payments.intents.journal import IntentJournal
from tui.providers.modelslab.client import ModelsLabClient
from tui.providers.transport import Transport

AMOUNT = Money(Decimal(25), "USD")
PENDING, PAID, EXPIRED = CheckoutState.PENDING, CheckoutState.PAID, CheckoutState.EXPIRED
NOT_YET = (409, {"error": {"code": "payment_pending", "message": "Not paid yet."}})
BALANCE = (200, {"data": {"balance": 99.97}})
"""It rose by less than the amount: credits were spent meanwhile."""


def row(number: int, minutes: float, amount: float = 25) -> dict[str, Any]:
    at = START + timedelta(minutes=minutes)
    facts = {"id": number, "type": "credit", "amount": amount, "status": "success", "source": "stripe"}
    return {**facts, "transaction_id": f"pi_{number}", "created_at": at.isoformat()}


class Provider:
    """A foreign ModelsLab in memory."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers, self.rows = list(answers), [row(1, -60)]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/wallet/transactions"):
            return httpx.Response(200, json={"data": {"items": self.rows, "total": len(self.rows)}})
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return httpx.Response(status, json=body)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "payments.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[CheckoutJournal]:
    journal = CheckoutJournal(path)
    yield journal
    journal.close()


ACCOUNT = make_account(name="work", provider="modelslab", base_url="https://modelslab.com/api", token="t0ken").ref


def link(session_id: str = "cs_1") -> CheckoutSession:
    """A link for $25, made when the balance was $75.50."""
    return CheckoutSession(
        session_id=session_id,
        account=ACCOUNT.fingerprint,
        base_url=ACCOUNT.base_url,
        request=LinkRequest(Purpose.FUND, amount=AMOUNT),
        url=URL,
        created_at=START,
        expires_at=START + timedelta(minutes=30),
        next_check_at=START,
        balance_before=Money(Decimal("75.50"), "USD"),
    )


async def watched(
    provider: Provider, journal: CheckoutJournal, looks: int, between: Callable[[], None] = lambda: None
) -> CheckoutSession:
    """Add a link, look at it `looks` times with `between` before the last, and return where it stands."""
    clock = HandClock()
    journal.add(link())
    transport = Transport(ACCOUNT.base_url, headers={}, clock=clock, http=httpx.MockTransport(provider))
    client = ModelsLabClient(ACCOUNT, transport)
    poller = CheckoutPoller(client, journal, clock, lambda _: None, Random(1))
    for number in range(1, looks + 1):
        if number == looks:
            between()
        await poller.step()
        clock.advance(minutes=1)
    await client.aclose()
    found = journal.get(ACCOUNT.fingerprint, "cs_1")
    assert found is not None
    return found


async def test_not_yet_then_a_balance_and_one_payment_in_the_ledger_is_paid(journal: CheckoutJournal) -> None:
    provider = Provider(NOT_YET, BALANCE)
    found = await watched(provider, journal, 2, lambda: provider.rows.insert(0, row(2, 0.5)))
    assert found.state is PAID
    assert found.balance == Money(Decimal("99.97"), "USD")


async def test_a_balance_that_is_always_told_leaves_a_payment_of_another_machine_alone(
    journal: CheckoutJournal,
) -> None:
    provider = Provider(BALANCE)
    found = await watched(provider, journal, 2, lambda: provider.rows.insert(0, row(2, 0.5)))
    assert found.state is PENDING
    assert "transaction 2" in found.note


@pytest.mark.parametrize(
    "rows",
    [[], [row(2, 0.5, amount=26)], [row(2, -1)], [row(3, 0.7), row(2, 0.5)]],
    ids=["none", "other", "old", "two"],
)
async def test_without_the_one_payment_it_stays_open_and_never_expires(
    journal: CheckoutJournal, rows: list[dict[str, Any]]
) -> None:
    provider = Provider(NOT_YET, BALANCE)

    def later() -> None:
        provider.rows[:0] = rows

    found = await watched(provider, journal, 60, later)
    assert found.state is PENDING


ROSE = (200, {"data": {"balance": 100.5}})


async def test_a_balance_that_rose_by_exactly_the_amount_is_paid(journal: CheckoutJournal) -> None:
    assert (await watched(Provider(ROSE), journal, 1)).state is PAID


@pytest.mark.parametrize("answer", [BALANCE, ROSE])
async def test_a_charge_of_ours_of_the_same_amount_leaves_it_open(
    journal: CheckoutJournal, path: Path, answer: tuple[int, Any]
) -> None:
    charge = Intent(
        intent_id="i1",
        account=ACCOUNT.fingerprint,
        base_url=ACCOUNT.base_url,
        title=SafeText("$25.00"),
        amount=AMOUNT,
        payment_method_id="pm_1",
        call=MoneyCall(CallKind.FUND, "POST", "/wallet/fund", b"{}"),
        key="k",
        created_at=START,
        sent_at=START,
        state=IntentState.DONE,
    )
    intents = IntentJournal(path)
    intents.prepare(charge, "1-test")
    intents.save(charge)
    intents.close()
    provider = Provider(NOT_YET, answer)
    found = await watched(provider, journal, 2, lambda: provider.rows.insert(0, row(2, 0.5)))
    assert found.state is PENDING
    assert "Other payments of this amount" in found.note


async def test_without_a_balance_an_expired_link_ends_as_before(journal: CheckoutJournal) -> None:
    found = await watched(Provider(NOT_YET), journal, 60)
    assert found.state is EXPIRED
