"""Buying credits where no idempotency key exists: sent once whatever comes back, and settled by the lots."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from tests.contract.olostep import PAID, PROCESSING, PUBLISHED
from tests.faults.acts import close, says
from tests.faults.conftest import Record
from tests.faults.rig import TOKEN, no_wait, outcome
from tests.faults.server import JSON_HEADERS, Act, Exchange, head, served
from tui.config.accounts import make_account
from tui.domain import Intent, IntentState, SafeText
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import IntentJournal
from tui.payments.intents.reconciliation import reconcile
from tui.providers.olostep.client import OlostepClient
from tui.providers.olostep.top_up import SIZES
from tui.providers.transport import Transport

NEW = {"purchase_kind": "Top-up", "allocated_units": 10000, "remaining_units": 9000, "expiry_date": 1798761600}
READ = says(200, json.dumps(PUBLISHED).encode())
ISSUED = says(200, json.dumps({**PUBLISHED, "breakdown": [*PUBLISHED["breakdown"], NEW]}).encode())
UNKNOWN = json.dumps({"error": "payment_status_unknown"}).encode()


async def cut(exchange: Exchange) -> None:
    """Say that it was paid, and break off in the middle."""
    await exchange.read_body()
    body = json.dumps(PAID).encode()
    await exchange.send(head(200, {**JSON_HEADERS, "Content-Length": str(len(body))}) + body[:20])
    exchange.close()


def row(injected: str, act: Act, state: IntentState, found: IntentState, charges: int) -> object:
    mark = pytest.mark.row("H11", injected=f"top-up without a key: {injected}")
    return pytest.param(act, state, found, charges, marks=mark, id=injected)


@pytest.mark.parametrize(
    ("act", "state", "found", "charges"),
    [
        row("200", says(200, json.dumps(PAID).encode()), IntentState.ISSUING, IntentState.DONE, 1),
        row("202 processing", says(202, json.dumps(PROCESSING).encode()), IntentState.PROCESSING,
            IntentState.RECONCILED, 1),
        row("503 payment_status_unknown, charged", says(503, UNKNOWN), IntentState.UNKNOWN, IntentState.RECONCILED, 1),
        row("503 payment_status_unknown, not charged", says(503, UNKNOWN), IntentState.UNKNOWN, IntentState.UNKNOWN, 0),
        row("closed without an answer, charged", close(commit=False), IntentState.UNKNOWN, IntentState.RECONCILED, 1),
        row("200 cut in the middle, charged", cut, IntentState.UNKNOWN, IntentState.RECONCILED, 1),
    ],
)  # fmt: skip
async def test_top_up(
    act: Act,
    state: IntentState,
    found: IntentState,
    charges: int,
    tmp_path: Path,
    clock: FixedClock,
    record: Record,
) -> None:
    async with served(READ, act, ISSUED if charges else READ) as server:
        client = await asyncio.to_thread(_client, server.url, clock)
        journal = IntentJournal(tmp_path / "payments.sqlite3")
        try:
            sent = await _buy(client, journal, clock)
            looked = await reconcile(client, journal, clock, sent)
        finally:
            journal.close()
            await client.aclose()
        assert (sent.state, looked.state) == (state, found)
        assert [each.method for each in server.arrivals] == ["GET", "POST", "GET"], "read first, sent once, read again"
    record(f"Paying: {outcome(sent)} Looking: {outcome(looked)}", charges=charges)


def _client(url: str, clock: FixedClock) -> OlostepClient:
    account = make_account(name="scraper", provider="olostep", base_url=url, token=TOKEN)
    headers = {"Authorization": f"Bearer {account.token}"}
    return OlostepClient(account.ref, Transport(url, headers=headers, clock=clock, sleep=no_wait))


async def _buy(client: OlostepClient, journal: IntentJournal, clock: FixedClock) -> Intent:
    executor = Executor(client, journal, clock, sleep=no_wait)
    call = client.top_up_call(SIZES[0])
    intent = executor.prepare(call, title=SafeText("credits"), amount=SIZES[0], payment_method_id=None)
    return await executor.execute(intent)
