"""The watch and the money calls against a real server, with its clock turned instead of waited for."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.payments.scripted import HandClock
from tui.config.accounts import AccountConfig, make_account
from tui.domain import CheckoutSession, CheckoutState, IntentState, LinkRequest, Money, Purpose, SafeText
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.links import open_checkout
from tui.payments.checkouts.poller import CheckoutPoller
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import IntentJournal
from tui.payments.intents.reconciliation import reconcile
from tui.providers.base import having
from tui.providers.connect import connect
from tui.providers.modelslab.client import ModelsLabClient
from tui.sandbox.harness import RunningSandbox, start_sandbox

FIFTY = LinkRequest(Purpose.FUND, Money(Decimal(50), "USD"))


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSandbox]:
    with start_sandbox(rows=60) as running:
        running.control("POST", "/settings", {"rate_limits": False})
        yield running


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime.now(UTC))


@pytest.fixture
async def provider(server: RunningSandbox, clock: HandClock) -> AsyncIterator[ModelsLabClient]:
    client = having(connect(config(server), clock), ModelsLabClient)
    yield client
    await client.aclose()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CheckoutJournal]:
    journal = CheckoutJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


@pytest.fixture
def intents(tmp_path: Path) -> Iterator[IntentJournal]:
    journal = IntentJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


def config(server: RunningSandbox) -> AccountConfig:
    return make_account(
        name="sandbox",
        provider="modelslab",
        base_url=server.modelslab_url,
        token=server.token,
        stripe_base_url=server.stripe_url,
    )


class Watch:
    """A poller whose clock jumps to the next look."""

    def __init__(self, provider: ModelsLabClient, journal: CheckoutJournal, clock: HandClock) -> None:
        self.clock, self.journal, self.account = clock, journal, provider.account.fingerprint
        self.looks: list[CheckoutSession] = []
        self.poller = CheckoutPoller(provider, journal, clock, lambda event: self.looks.append(event.payment))

    async def look(self) -> CheckoutSession:
        self.clock.advance(seconds=31)
        await self.poller.step()
        return self.looks[-1]


async def test_a_link_paid_on_its_page_is_paid_here_once(
    server: RunningSandbox, provider: ModelsLabClient, journal: CheckoutJournal, clock: HandClock
) -> None:
    before = (await provider.balance()).available
    opened = await open_checkout(provider, journal, clock, FIFTY)
    watch = Watch(provider, journal, clock)
    assert (await watch.look()).state is CheckoutState.PENDING
    server.decline(opened.session_id)
    assert (await watch.look()).state is CheckoutState.PENDING
    server.pay(opened.session_id)
    paid = await watch.look()
    assert paid.state is CheckoutState.PAID
    assert paid.balance == before + Money(Decimal(50), "USD") == (await provider.balance()).available
    looks = len(watch.looks)
    clock.advance(hours=1)
    await watch.poller.step()
    assert len(watch.looks) == looks


@pytest.mark.parametrize("style", ["409", "202", "200_pending", "402", "422", "425"])
async def test_whatever_the_provider_says_before_payment_it_is_pending(
    server: RunningSandbox, provider: ModelsLabClient, journal: CheckoutJournal, clock: HandClock, style: str
) -> None:
    server.control("POST", "/settings", {"confirm_pending_style": style})
    opened = await open_checkout(provider, journal, clock, FIFTY)
    watch = Watch(provider, journal, clock)
    for _ in range(3):
        assert (await watch.look()).state is CheckoutState.PENDING
    server.pay(opened.session_id)
    assert (await watch.look()).state is CheckoutState.PAID
    server.control("POST", "/settings", {"confirm_pending_style": "409"})


async def test_the_servers_clock_expires_a_link_and_nothing_is_charged(
    server: RunningSandbox, provider: ModelsLabClient, journal: CheckoutJournal, clock: HandClock
) -> None:
    before = (await provider.balance()).available
    opened = await open_checkout(provider, journal, clock, FIFTY)
    assert opened.expires_at is not None
    watch = Watch(provider, journal, clock)
    assert (await watch.look()).state is CheckoutState.PENDING
    server.advance_clock(int((opened.expires_at - clock.now()).total_seconds()) + 60)
    assert (await watch.look()).state is CheckoutState.EXPIRED
    assert (await provider.balance()).available == before


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
async def test_trouble_is_never_not_paid_and_ends_with_the_trouble(
    server: RunningSandbox, provider: ModelsLabClient, journal: CheckoutJournal, clock: HandClock, status: int
) -> None:
    opened = await open_checkout(provider, journal, clock, FIFTY)
    watch = Watch(provider, journal, clock)
    server.pay(opened.session_id)
    server.fault("/wallet/confirm-checkout", method="POST", status=status, times=1)
    assert (await watch.look()).state is CheckoutState.PENDING
    watch.poller.check_now(opened.session_id)
    clock.advance(minutes=6)
    assert (await watch.look()).state is CheckoutState.PAID


async def test_a_subscription_by_link_runs_after_it_is_paid(
    server: RunningSandbox, provider: ModelsLabClient, journal: CheckoutJournal, clock: HandClock
) -> None:
    mine = {each.plan_id for each in await provider.subscriptions()}
    plan = next(plan for plan in (await provider.plans()).items if plan.id not in mine)
    request = LinkRequest(Purpose.SUBSCRIBE, plan_id=plan.id, plan_name=plan.name)
    opened = await open_checkout(provider, journal, clock, request)
    watch = Watch(provider, journal, clock)
    assert (await watch.look()).state is CheckoutState.PENDING
    server.pay(opened.session_id)
    assert (await watch.look()).state is CheckoutState.PAID
    assert plan.id in {each.plan_id for each in await provider.subscriptions()}


async def fund(provider: ModelsLabClient, intents: IntentJournal, clock: HandClock, dollars: str) -> IntentState:
    card = next(card for card in await provider.payment_methods() if card.is_default)
    amount = Money(Decimal(dollars), "USD")
    executor = Executor(provider, intents, clock)
    intent = executor.prepare(
        provider.fund_call(amount, card.id), title=SafeText(f"{amount}"), amount=amount, payment_method_id=card.id
    )
    return (await executor.execute(intent)).state


async def test_a_saved_card_is_charged_once(
    server: RunningSandbox, provider: ModelsLabClient, intents: IntentJournal, clock: HandClock
) -> None:
    before, charges = (await provider.balance()).available, len(server.charges())
    assert await fund(provider, intents, clock, "31") is IntentState.DONE
    assert (await provider.balance()).available == before + Money(Decimal(31), "USD")
    assert len(server.charges()) == charges + 1


@pytest.mark.parametrize("after_commit", [True, False])
async def test_a_lost_answer_is_asked_for_again_with_the_same_key_and_charged_once(
    server: RunningSandbox, provider: ModelsLabClient, intents: IntentJournal, clock: HandClock, *, after_commit: bool
) -> None:
    charges = len(server.charges())
    server.fault("/wallet/fund", method="POST", drop=True, after_commit=after_commit, times=1)
    assert await fund(provider, intents, clock, "32" if after_commit else "33") is IntentState.DONE
    assert len(server.charges()) == charges + 1


async def test_a_charge_whose_every_answer_is_lost_is_unknown_and_then_found_in_the_ledger(
    server: RunningSandbox, provider: ModelsLabClient, intents: IntentJournal, clock: HandClock
) -> None:
    charges = len(server.charges())
    clock.moment = datetime.now(UTC)
    server.fault("/wallet/fund", method="POST", drop=True, after_commit=True, times=3)
    assert await fund(provider, intents, clock, "34") is IntentState.UNKNOWN
    assert len(server.charges()) == charges + 1
    (unknown,) = [each for each in intents.intents(provider.account.fingerprint) if each.state.open]
    assert (await reconcile(provider, intents, clock, unknown)).state is IntentState.RECONCILED


async def test_below_the_minimum_is_refused_with_the_field_named_and_nothing_charged(
    server: RunningSandbox, provider: ModelsLabClient, intents: IntentJournal, clock: HandClock
) -> None:
    charges = len(server.charges())
    assert await fund(provider, intents, clock, "1") is IntentState.FAILED
    assert len(server.charges()) == charges
