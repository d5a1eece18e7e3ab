"""Rows T1 to T3: wrong clocks, machines that sleep in a call, links that end while nobody looks."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.conftest import FixedClock, Sandboxes
from tests.faults.acts import says
from tests.faults.conftest import Record
from tests.faults.rig import AMPLE, PATIENCE, TOKEN, check_sendings, client_of
from tests.faults.server import Exchange, funded, refusal, serve, served
from tui.config.accounts import make_account
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
from tui.sandbox.harness import RunningSandbox

row = pytest.mark.row
FIFTY = LinkRequest(Purpose.FUND, Money(Decimal(50), "USD"))
SKEWS = {
    "a day behind": timedelta(days=-1),
    "a day ahead": timedelta(days=1),
    "ten years behind": timedelta(days=-3653),
    "ten years ahead": timedelta(days=3653),
}


def skewed(what: str) -> pytest.MarkDecorator:
    """Run a test with each wrong clock."""
    params = [pytest.param(by, marks=row("T1", injected=f"our clock is {how}: {what}")) for how, by in SKEWS.items()]
    return pytest.mark.parametrize("skew", params)


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=50, seed=7, rate_limits=False)


@pytest.fixture
async def provider(sandbox: RunningSandbox, clock: FixedClock) -> AsyncIterator[ModelsLabClient]:
    clock.moment = datetime.now(UTC)
    config = make_account(
        name="sandbox", provider="modelslab", base_url=sandbox.modelslab_url, token=sandbox.token
    )  # fmt: skip
    client = having(connect(config, clock), ModelsLabClient)
    yield client
    await client.aclose()


class Watch:
    """A poller whose clock jumps to the next look."""

    def __init__(self, provider: ModelsLabClient, journal: CheckoutJournal, clock: FixedClock) -> None:
        self.clock = clock
        self.looks: list[CheckoutSession] = []
        self.poller = CheckoutPoller(
            provider, journal, clock, lambda event: self.looks.append(event.payment), Random(1)
        )

    async def look(self) -> CheckoutSession:
        self.clock.advance(timedelta(seconds=31))
        await self.poller.step()
        return self.looks[-1]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CheckoutJournal]:
    journal = CheckoutJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


@skewed("a link")
async def test_a_link_lives_by_the_servers_clock(
    skew: timedelta,
    sandbox: RunningSandbox,
    provider: ModelsLabClient,
    journal: CheckoutJournal,
    clock: FixedClock,
    record: Record,
) -> None:
    clock.moment += skew
    paid, unpaid = [await open_checkout(provider, journal, clock, FIFTY) for _ in range(2)]
    watch = Watch(provider, journal, clock)
    await watch.look()
    assert {each.state for each in watch.looks} == {CheckoutState.PENDING}
    sandbox.pay(paid.session_id)
    await watch.look()
    states = {each.session_id: each.state for each in watch.looks}
    assert states == {paid.session_id: CheckoutState.PAID, unpaid.session_id: CheckoutState.PENDING}
    assert unpaid.expires_at is not None
    record("Paid is seen as paid, unpaid as pending.", charges=1)


@skewed("a link without expiry")
async def test_a_link_without_expiry_is_watched_for_a_day_of_our_own_clock(
    skew: timedelta, journal: CheckoutJournal, clock: FixedClock, record: Record
) -> None:
    clock.moment += skew
    act = says(409, refusal("not_paid", "Not paid yet."), Date="Fri, 20 Nov 2026 18:24:05 GMT")
    async with served(act) as server:
        client = await client_of(server.url, AMPLE, clock)
        journal.add(undated(client, clock))
        watch = Watch(client, journal, clock)
        states = [(await watch.look()).state for _ in range(3)]
        clock.advance(timedelta(hours=25))
        states.append((await watch.look()).state)
        await client.aclose()
    assert states == [CheckoutState.PENDING] * 3 + [CheckoutState.EXPIRED]
    record("Pending for a day, then expired.")


@skewed("a lost answer")
async def test_a_lost_payment_is_found_in_the_ledger_by_the_servers_clock(
    skew: timedelta,
    sandbox: RunningSandbox,
    provider: ModelsLabClient,
    clock: FixedClock,
    record: Record,
    tmp_path: Path,
) -> None:
    clock.moment += skew
    before = len(sandbox.charges())
    card = next(card for card in await provider.payment_methods() if card.is_default)
    amount = Money(Decimal(40 + list(SKEWS.values()).index(skew)), "USD")
    sandbox.fault("/wallet/fund", method="POST", drop=True, after_commit=True, times=3)
    intents = IntentJournal(tmp_path / "intents.sqlite3")
    executor = Executor(provider, intents, clock, sleep=_no_wait)
    lost = await executor.execute(
        executor.prepare(
            provider.fund_call(amount, card.id), title=SafeText("$"), amount=amount, payment_method_id=card.id
        )
    )
    assert lost.state is IntentState.UNKNOWN
    found = await reconcile(provider, intents, clock, lost)
    intents.close()
    assert found.state is IntentState.RECONCILED
    assert len(sandbox.charges()) == before + 1
    record(f"Paying: unknown. Looked again: {found.state.value}.", charges=1)


async def _no_wait(_: float) -> None:
    return None


class Asleep:
    """Holds answers back until the process that wants them has been stopped and they are in its socket."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        await exchange.read_body()
        exchange.commit()
        self.arrived.set()
        await self.go_on.wait()
        await exchange.answer(200, self.body)

    async def pass_over(self, process: asyncio.subprocess.Process, seconds: float) -> str:
        """Stop a process in its call, answer meanwhile, let `seconds` pass, wake it, and return what it says."""
        await self.arrived.wait()
        process.send_signal(signal.SIGSTOP)
        self.go_on.set()
        await asyncio.sleep(seconds)  # The fault itself: time that the process does not see pass.
        process.send_signal(signal.SIGCONT)
        out, err = await process.communicate()
        assert (process.returncode, err) == (0, b"")
        return out.decode().strip()


async def child(*words: str, **environ: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        env={**os.environ, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@row("T2", injected="stopped in a read, shorter than its deadline")
async def test_a_command_that_was_stopped_reads_what_came_meanwhile(record: Record) -> None:
    sleep = Asleep(b'{"balance": 100.5, "total_credited": 150, "amount_used": 49.5}')
    async with served(sleep) as server:
        process = await child("-m", "tui", "balance", BILLTOP_TOKEN=TOKEN, BILLTOP_BASE_URL=server.url)
        told = await sleep.pass_over(process, 0.5)
    assert "$100.50" in told
    record("Exit 0, the balance is shown.")


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(PATIENCE / 3, marks=row("T2", injected="stopped in a payment, shorter than a sending may take")),
        pytest.param(PATIENCE * 2, marks=row("T2", injected="stopped in a payment, longer than a sending may take")),
    ],
)
async def test_a_payment_that_was_stopped_ends_in_one_charge(seconds: float, record: Record, tmp_path: Path) -> None:
    sleep = Asleep(funded())
    async with served(sleep, serve) as server:
        process = await child("-m", "tests.faults.paying_child", server.url, str(tmp_path))
        told = await sleep.pass_over(process, seconds)
        check_sendings(server)
        assert server.charges == 1
    assert told.startswith("done: ")
    record(f"Paying: {told}", charges=1)


@row("T3", injected="expired while nobody looked, unpaid")
async def test_a_link_that_ended_unseen_is_looked_at_once_more(
    sandbox: RunningSandbox, provider: ModelsLabClient, journal: CheckoutJournal, clock: FixedClock, record: Record
) -> None:
    opened = await open_checkout(provider, journal, clock, FIFTY)
    assert opened.expires_at is not None
    away = opened.expires_at - clock.now() + timedelta(minutes=1)
    sandbox.advance_clock(int(away.total_seconds()))
    clock.advance(away)
    watch = Watch(provider, journal, clock)
    ended = await watch.look()
    assert (ended.state, ended.checks) == (CheckoutState.EXPIRED, 1)
    record(f"{ended.state.value}: {ended.note}", charges=0)


@row("T3", injected="paid in the last second, seen after the end")
async def test_a_link_paid_in_its_last_second_is_paid(
    sandbox: RunningSandbox, provider: ModelsLabClient, journal: CheckoutJournal, clock: FixedClock, record: Record
) -> None:
    opened = await open_checkout(provider, journal, clock, FIFTY)
    assert opened.expires_at is not None
    before = len(sandbox.charges())
    sandbox.pay(opened.session_id)
    clock.advance(opened.expires_at - clock.now() + timedelta(minutes=11))
    watch = Watch(provider, journal, clock)
    ended = await watch.look()
    assert (ended.state, ended.checks) == (CheckoutState.PAID, 1)
    assert len(sandbox.charges()) == before + 1
    record(f"{ended.state.value}: {ended.note}", charges=1)


@row("T3", injected="the server goes on saying not yet after the end")
async def test_a_link_that_never_ends_by_itself_is_over_after_one_last_look(
    journal: CheckoutJournal, clock: FixedClock, record: Record
) -> None:
    async with served(says(409, refusal("not_paid", "Not paid yet."))) as server:
        client = await client_of(server.url, AMPLE, clock)
        opened = undated(client, clock).with_(expires_at=clock.now() + timedelta(minutes=30))
        journal.add(opened)
        watch = Watch(client, journal, clock)
        clock.advance(timedelta(minutes=35))
        states = [(await watch.look()).state]
        clock.advance(timedelta(minutes=10))
        states.append((await watch.look()).state)
        await watch.look()
        await client.aclose()
        assert len(server.arrivals) == 2
    assert states == [CheckoutState.PENDING, CheckoutState.EXPIRED]
    record(f"{watch.looks[-1].state.value}: {watch.looks[-1].note}", charges=0)


def undated(client: ModelsLabClient, clock: FixedClock) -> CheckoutSession:
    """A session made just now whose expiry the provider did not tell."""
    return CheckoutSession(
        session_id="cs_fault1",
        account=client.account.fingerprint,
        base_url=client.account.base_url,
        request=FIFTY,
        url="https://checkout.stripe.com/c/pay/cs_fault1",
        created_at=clock.now(),
        expires_at=None,
        next_check_at=clock.now(),
    )
