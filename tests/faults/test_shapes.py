"""Rows H13 and H14: the same facts in other shapes are read, and what is not clear about money is not guessed."""

import json

import pytest

from tests.faults.acts import says
from tests.faults.conftest import Record
from tests.faults.rig import AMPLE, Payer, check_sendings, client_of, outcome
from tests.faults.server import served
from tui.domain import IntentState
from tui.providers.base import TransactionQuery
from tui.providers.errors import BillingError

row = pytest.mark.row
DONE, UNKNOWN = IntentState.DONE, IntentState.UNKNOWN

FACTS = {"payment": {"status": "succeeded", "payment_intent_id": "pi_1"}, "balance": 75.5, "currency": "USD"}
LATE_ERROR = {"code": "internal", "message": "Something broke."}


async def seen_reading(body: bytes) -> str:
    """The balance, or the words that there is none."""
    async with served(says(200, body)) as server:
        client = await client_of(server.url, AMPLE)
        try:
            return str((await client.balance()).available)
        except BillingError as error:
            return f"{error.kind}: {error}"
        finally:
            await client.aclose()


@pytest.mark.parametrize(
    ("body", "read", "state"),
    [
        pytest.param(
            {"data": FACTS, "error": None, "meta": {}}, "$75.50", DONE, marks=row("H13", injected="the envelope")
        ),
        pytest.param(FACTS, "$75.50", DONE, marks=row("H13", injected="no envelope")),
        pytest.param({"data": FACTS}, "$75.50", DONE, marks=row("H13", injected="data alone")),
        pytest.param(
            {"data": FACTS, "error": [], "meta": None}, "$75.50", DONE, marks=row("H13", injected="an error that is []")
        ),
        pytest.param(
            {"data": FACTS, "error": LATE_ERROR},
            "server: 127.0.0.1 answered 200 OK: Something broke.",
            UNKNOWN,
            marks=row("H13", injected="an error beside data under 200"),
        ),
        pytest.param(
            {"data": None, "error": None, "meta": {}},
            "protocol: The answer cannot be read: balance is not an object.",
            UNKNOWN,
            marks=row("H13", injected="data that is null"),
        ),
        pytest.param(
            {**FACTS, "payment": {"status": "hypothesised"}}, "$75.50", UNKNOWN,
            marks=row("H14", injected="a payment status nobody knows"),
        ),
        pytest.param(
            {**FACTS, "payment": {"status": None}, "balance": None}, "", UNKNOWN,
            marks=row("H14", injected="neither status nor balance"),
        ),
        pytest.param({**FACTS, "balance": "75.50"}, "$75.50", DONE, marks=row("H14", injected="an amount as text")),
        pytest.param({**FACTS, "balance": 75}, "$75.00", DONE, marks=row("H14", injected="a whole amount")),
        pytest.param(
            {**FACTS, "balance": "75,50"}, "", DONE, marks=row("H14", injected="an amount with a comma")
        ),
        pytest.param(
            {**FACTS, "currency": None, "novelty": [1, {}]}, "$75.50", DONE,
            marks=row("H14", injected="no currency, and a field nobody knows"),
        ),
        pytest.param({**FACTS, "currency": 7}, "", UNKNOWN, marks=row("H14", injected="a currency that is a number")),
    ],
)  # fmt: skip
async def test_the_same_facts_in_another_shape(
    body: object, read: str, state: IntentState, payer: Payer, record: Record
) -> None:
    raw = json.dumps(body).encode()
    seen = await seen_reading(raw)
    assert seen == read or (read == "" and seen.startswith("protocol: "))
    async with served(says(200, raw, commit=True)) as server:
        settled = await payer.pay(server.url)
        check_sendings(server)
        assert (settled.state, server.charges) == (state, 1)
    record(f"Reading: {seen} Paying: {outcome(settled)} Balance: {settled.balance or 'not told'}", charges=1)


@row("H14", injected="rows with ids as number and text, new words, missing and null fields")
async def test_a_ledger_of_odd_rows(record: Record) -> None:
    rows = [
        {"id": 7, "type": "credit", "amount": "25.00", "status": "success", "created_at": "2026-11-20T10:00:00Z"},
        {"id": "8", "type": "debit", "amount": 25, "status": "frozen", "created_at": None, "new": {"deep": [1]}},
        {"id": 9, "type": "debit", "amount": 0.05, "status": None, "usecase": None},
    ]
    async with served(says(200, json.dumps({"data": {"items": rows, "total": 3}}).encode())) as server:
        client = await client_of(server.url, AMPLE)
        page = await client.transactions(TransactionQuery())
        await client.aclose()
    seen = [f"{each.id} {each.amount} {each.status.label or '–'}" for each in page.items]
    assert seen == ["7 $25.00 success", "8 $25.00 frozen", "9 $0.05 unknown"]
    record(f"Reading: {'; '.join(seen)}.")
