"""Reading and paying against a fault server as billtop does, with short patience; and what a person sees of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.conftest import FixedClock
from tests.faults.server import FaultServer
from tui.config.accounts import AccountConfig, make_account
from tui.domain import Intent, Money, MoneyAnswer, MoneyCall, SafeText
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import IntentJournal
from tui.providers.errors import BillingError
from tui.providers.modelslab.card_setup import StripeAccess
from tui.providers.modelslab.client import ModelsLabClient
from tui.providers.transport import Transport

TOKEN = "tok-5ecret-of-the-fault-tests"
CANARY = "canary-in-a-foreign-body"
"""Stands in answers that must never be shown as they are."""
SECRETS = (TOKEN, CANARY, "seti_fault_secret_hush", "4242424242424242", "4000000000000002")
AMOUNT = Money(Decimal(25), "USD")
PATIENCE = 0.3
"""Seconds a call that is being failed may take."""
AMPLE = 10.0
"""Seconds a call may take that is expected to succeed."""


async def no_wait(_: float) -> None:
    """Take the place of the wait between two sendings."""
    await asyncio.sleep(0)


def account(url: str) -> AccountConfig:
    """The account at a fault server."""
    return make_account(name="work", provider="modelslab", base_url=url, token=TOKEN)


async def client_of(
    url: str, seconds: float = PATIENCE, clock: FixedClock | None = None, stripe: StripeAccess | None = None
) -> ModelsLabClient:
    """A client as `connect` makes it, but with a deadline in `seconds` and without waits between attempts."""
    config = account(url)

    def build() -> Transport:
        return Transport(
            url,
            headers={"Authorization": f"Bearer {config.token}", "User-Agent": "billtop/test"},
            clock=clock or FixedClock(),
            total_deadline=seconds,
            sleep=no_wait,
        )

    return ModelsLabClient(config.ref, await asyncio.to_thread(build), stripe)


async def read(url: str, seconds: float = PATIENCE) -> BillingError:
    """Read the balance, which must fail, and return how."""
    client = await client_of(url, seconds)
    try:
        balance = await client.balance()
    except BillingError as error:
        return error
    finally:
        await client.aclose()
    raise AssertionError(f"the balance was read: {balance}")


def words(error: BillingError) -> str:
    """An error as a person sees it: what failed, what to do now, the request."""
    request = f" (request {error.request_id})" if error.request_id else ""
    return f"{error} {error.next_step}{request}"


@dataclass
class Impatient:
    """The real client with less patience than the executor would give it: `faulty` sendings get PATIENCE."""

    client: ModelsLabClient
    faulty: int
    answers: list[MoneyAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.account = self.client.account

    async def send(self, call: MoneyCall, key: str, deadline: timedelta) -> MoneyAnswer:
        """Send once, really."""
        limit = PATIENCE if len(self.answers) < self.faulty else AMPLE
        answer = await self.client.send(call, key, min(deadline, timedelta(seconds=limit)))
        self.answers.append(answer)
        return answer


@dataclass
class Payer:
    """Confirmed payments, each carried out by an executor of its own on one journal."""

    folder: Path
    clock: FixedClock
    waits: list[float] = field(default_factory=list)
    on_wait: Callable[[float], Awaitable[None]] = no_wait
    """Takes the place of the pause between two sendings."""

    async def pay(self, url: str, *, faulty: int = 3, call: MoneyCall | None = None) -> Intent:
        """Charge $25 to a saved card with a client of its own."""
        client = await client_of(url, AMPLE, self.clock)
        try:
            return await self.pay_with(client, faulty=faulty, call=call)
        finally:
            await client.aclose()

    async def pay_with(self, client: ModelsLabClient, *, faulty: int = 3, call: MoneyCall | None = None) -> Intent:
        """Charge $25 to a saved card; the journal must hold what is returned."""
        journal = IntentJournal(self.folder / f"payments-{len(list(self.folder.glob('*.sqlite3')))}.sqlite3")
        executor = Executor(Impatient(client, faulty), journal, self.clock, sleep=self._wait, jitter=Random(1))
        try:
            intent = executor.prepare(
                call or client.fund_call(AMOUNT, "pm_fault1"),
                title=SafeText("$25.00 to the wallet"),
                amount=AMOUNT,
                payment_method_id="pm_fault1",
            )
            settled = await executor.execute(intent)
            assert journal.get(intent.intent_id) == settled
            return settled
        finally:
            journal.close()

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self.on_wait(seconds)


def outcome(intent: Intent) -> str:
    """Where a payment stands, as the Activity screen tells it."""
    return f"{intent.state.value}: {intent.note}"


def check_sendings(server: FaultServer) -> None:
    """Whatever was sent for one confirmed payment had one key and the same bytes, and charged once at most."""
    assert len(set(server.sendings)) <= 1
    assert server.charges <= 1
