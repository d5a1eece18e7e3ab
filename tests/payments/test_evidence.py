"""Cases M1 to M3 of the field: a charge is done when the answer says so and nothing in it says otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import NOW, FixedClock
from tui.config.accounts import make_account
from tui.domain import CouponOffer, Intent, IntentState, Money, MoneyCall, SafeText
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import IntentJournal
from tui.payments.intents.reconciliation import reconcile
from tui.providers.modelslab.client import ModelsLabClient
from tui.providers.modelslab.coupons import redeem_call
from tui.providers.modelslab.subscription_calls import subscribe_call
from tui.providers.transport import Transport

AMOUNT = Money(Decimal(25), "USD")
DONE, UNKNOWN, RECONCILED = IntentState.DONE, IntentState.UNKNOWN, IntentState.RECONCILED


@dataclass
class Wallet:
    """A foreign ModelsLab in memory: it answers a charge with `answer` and lists `rows`."""

    answer: Any
    charges: bool = False
    """Whether the charge really happens."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    sendings: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/wallet/balance"):
            return httpx.Response(200, json={"data": {"balance": 75.5, "currency": "USD"}}, headers=DATE)
        if path.endswith("/wallet/transactions"):
            return httpx.Response(200, json={"data": {"items": self.rows, "total": len(self.rows)}}, headers=DATE)
        self.sendings += 1
        if self.charges:
            self.rows.append(row("pi_ours"))
        return httpx.Response(200, json=self.answer, headers=DATE)


DATE = {"Date": "Fri, 20 Nov 2026 18:24:05 GMT"}


def row(reference: str, at: str = "2026-11-20T18:24:05Z") -> dict[str, Any]:
    return {
        "id": 7,
        "source": "stripe",
        "transaction_id": reference,
        "type": "credit",
        "amount": 25,
        "status": "success",
        "usecase": "wallet_funding",
        "created_at": at,
    }


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[IntentJournal]:
    journal = IntentJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


async def charge(wallet: Wallet, journal: IntentJournal, clock: FixedClock | None = None) -> Intent:
    """Charge $25 as the dashboard does, with a look at the ledger when the answer proves nothing."""
    clock = clock or FixedClock()
    account = make_account(name="work", provider="modelslab", base_url="https://modelslab.com/api", token="t0ken").ref
    transport = Transport(account.base_url, headers={}, clock=clock, http=httpx.MockTransport(wallet))
    client = ModelsLabClient(account, transport)

    async def look(intent: Intent) -> Intent:
        return await reconcile(client, journal, clock, intent)

    executor = Executor(client, journal, clock, look=look)
    intent = executor.prepare(
        client.fund_call(AMOUNT, "pm_1"), title=SafeText("$25.00"), amount=AMOUNT, payment_method_id="pm_1"
    )
    try:
        return await executor.execute(intent)
    finally:
        await client.aclose()


PAID = {"status": "succeeded", "payment_intent_id": "pi_ours"}


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"payment": PAID}},
        {"data": {"payment": PAID, "balance": 100.5, "currency": "usd", "amount": "25.00"}},
        {"payment": PAID},
        {"data": {"status": "success", "message": "Wallet funded."}},
        {"data": {"balance": 100.5}},
        {"data": {"wallet": {"balance": "100.50", "currency": "USD"}}},
    ],
)
async def test_it_is_done_by_a_word_or_a_balance_that_rose_by_the_amount(journal: IntentJournal, answer: Any) -> None:
    wallet = Wallet(answer)
    assert (await charge(wallet, journal)).state is DONE
    assert wallet.sendings == 1


SAYS_NOTHING = [
    {"data": {"balance": 75.5}},
    {"data": {"balance": 100.49}},
    {"data": {"balance": 50.5}},
    {"data": {"balance": 100.5, "currency": "EUR"}},
    {"data": {"message": "Wallet funded."}},
    {"data": {"status": "hypothesised", "balance": 100.5}},
    {"data": {"payment": {"status": None}, "balance": 100.5}},
    {"data": []},
    {"success": True},
    {"data": {"balance": 100.5, "status": "active"}},
]
CONTRADICTS = [
    {"data": {"success": False, "balance": 75.5}},
    {"data": {"success": False, "balance": 100.5}},
    {"success": False, "data": {"payment": PAID}},
    {"data": {"payment": PAID, "success": "false"}},
    {"data": {"balance": 100.5, "error": "card declined"}},
    {"data": {"payment": {**PAID, "error": {"code": "card_error"}}}},
    {"data": {"payment": PAID, "message": "The payment failed."}},
    {"data": {"payment": PAID, "amount": 5}},
    {"data": {"payment": {**PAID, "amount": 1}, "amount": 25}},
    {"data": {"payment": PAID, "currency": "EUR"}},
    {"data": {"payment": PAID, "amount": "25,00"}},
    {"data": {"payment": PAID, "payment_method_id": "pm_2"}},
    {"data": {"payment": PAID, "payment_intent_id": "pi_another"}},
    {"data": {"status": "succeeded", "payment": {"status": "failed"}}},
    {"data": {"status": "succeeded", "payment": {"status": "requires_action"}}},
    {"data": {"payment": PAID, "checkout_url": "https://checkout.stripe.com/c/pay/cs_1"}},
    {"data": {"payment": PAID}, "meta": {"status": "error"}},
]


@pytest.mark.parametrize("answer", [*SAYS_NOTHING, *CONTRADICTS])
async def test_an_answer_that_proves_nothing_leaves_it_unknown(journal: IntentJournal, answer: Any) -> None:
    wallet = Wallet(answer)
    settled = await charge(wallet, journal)
    assert (settled.state, settled.payment_intent_id, settled.balance) == (UNKNOWN, None, None)
    assert wallet.sendings == 1, "the same answer would come again"
    assert journal.get(settled.intent_id) == settled


@pytest.mark.parametrize("answer", [SAYS_NOTHING[0], CONTRADICTS[0], CONTRADICTS[7]])
async def test_the_ledger_settles_what_the_answer_did_not(journal: IntentJournal, answer: Any) -> None:
    settled = await charge(Wallet(answer, charges=True), journal)
    assert (settled.state, settled.payment_intent_id) == (RECONCILED, "pi_ours")


async def test_the_mismatch_is_said(journal: IntentJournal) -> None:
    wallet = Wallet({"data": {"payment": PAID, "amount": 5}})
    account = await charge(wallet, journal)
    assert account.state is UNKNOWN
    executor_note = journal.get(account.intent_id)
    assert executor_note is not None
    assert "5 instead of 25" in executor_note.note


@pytest.mark.parametrize("hours", [-48, 48, 1])
async def test_a_clock_that_is_wrong_finds_its_own_charge(journal: IntentJournal, hours: int) -> None:
    """Case M13: times are compared on the provider's clock, as it was when the charge was sent."""
    clock = FixedClock(NOW + timedelta(hours=hours))
    settled = await charge(Wallet(SAYS_NOTHING[0], charges=True), journal, clock)
    assert settled.state is RECONCILED


@pytest.mark.parametrize("at", ["2026-11-20T18:30:00Z", "2026-11-20T18:20:00Z"])
async def test_the_charge_of_another_machine_is_not_taken_for_ours(journal: IntentJournal, at: str) -> None:
    """Case M12: the same amount in the ledger, at another time; what was seen is said."""
    settled = await charge(Wallet(SAYS_NOTHING[0], rows=[row("pi_theirs", at)]), journal)
    assert settled.state is UNKNOWN
    assert "transaction 7 of this amount" in settled.note


SUBSCRIBED = [
    {
        "id": 9,
        "plan_id": 7,
        "category": "enterprise",
        "status": "active",
        "current_period_start": "2026-11-20T18:24:05Z",
    }
]


@dataclass
class Shop:
    """A foreign ModelsLab that has begun one subscription and loses every answer to another."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/subscriptions"):
            return httpx.Response(200, json={"data": SUBSCRIBED}, headers=DATE)
        return httpx.Response(200, json={"data": {"items": self.rows, "total": len(self.rows)}}, headers=DATE)


async def look_at(foreign: Any, journal: IntentJournal, calls: list[tuple[MoneyCall, IntentState]]) -> Intent:
    """Write down calls sent at NOW, and find out about the last one."""
    account = make_account(name="work", provider="modelslab", base_url="https://modelslab.com/api", token="t0ken").ref
    transport = Transport(account.base_url, headers={}, clock=FixedClock(), http=httpx.MockTransport(foreign))
    client = ModelsLabClient(account, transport)
    for number, (call, state) in enumerate(calls):
        intent = Intent(
            intent_id=f"i{number}",
            account=account.fingerprint,
            base_url=account.base_url,
            title=SafeText("a payment"),
            amount=AMOUNT,
            payment_method_id=None,
            call=call,
            key=f"k{number}",
            created_at=NOW,
            sent_at=NOW,
            provider_sent_at=NOW,
            state=state,
        )
        journal.prepare(intent.with_(state=IntentState.PREPARED), "1-test")
        journal.save(intent)
    try:
        return await reconcile(client, journal, FixedClock(), intent)
    finally:
        await client.aclose()


async def test_a_subscription_of_another_card_of_ours_is_not_taken_for_it(journal: IntentJournal) -> None:
    first, second = subscribe_call("7", "pm_1"), subscribe_call("7", "pm_2")
    assert (await look_at(Shop(), journal, [(first, DONE), (second, UNKNOWN)])).state is UNKNOWN


async def test_a_subscription_that_began_then_settles_it(journal: IntentJournal) -> None:
    other = subscribe_call("8", "pm_1")
    assert (await look_at(Shop(), journal, [(other, DONE), (subscribe_call("7", "pm_1"), UNKNOWN)])).state is RECONCILED


@pytest.mark.parametrize(("code", "state"), [("WELCOME50", RECONCILED), ("BONUS20", UNKNOWN)])
async def test_a_coupon_is_found_by_its_code_in_the_ledger(
    journal: IntentJournal, code: str, state: IntentState
) -> None:
    call = redeem_call(CouponOffer("WELCOME50", SafeText(), needs_purchase=False, gives=AMOUNT), None, None)
    assert (await look_at(Shop([{**row(code), "source": "coupon"}]), journal, [(call, UNKNOWN)])).state is state
