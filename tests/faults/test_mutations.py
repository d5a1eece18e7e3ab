"""Some hundreds of changed answers, and what the oracle and the operators themselves promise.

All of them: `python -m tests.faults.mutations --all`.
"""

import json
from decimal import Decimal

import pytest

from tests.faults.mutations.catalog import SCENARIOS, sample
from tests.faults.mutations.operators import Mutation, apply, mutations, parse_id
from tests.faults.mutations.oracle import Wanted, says_done
from tests.faults.mutations.pool import Pool
from tests.faults.mutations.proxy import Answer
from tests.faults.mutations.report import Report

SEED = 12
COMMANDS, DASHBOARDS = 200, 6
"""How many mutations of each kind a run of the tests takes."""
SLOW_TO_RECORD = frozenset({"views-modelslab", "views-shop"})
"""Dashboards that only the whole run walks through."""
WANTED = Wanted(amounts={"amount": Decimal(25)}, currency="USD", ids={"session_id": "cs_1"}, reached=Decimal("100.50"))
PAID = {"data": {"status": "paid", "session_id": "cs_1", "amount": 25, "balance": 100.5}, "error": None, "meta": {}}


def answer(body: object, status: int = 200) -> Answer:
    return Answer(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def changed(where: str, operator: str, status: int = 200) -> Answer:
    made = apply(where, operator, answer(PAID, status))
    assert made is not None
    return made


def test_hundreds_of_changed_answers_break_nothing_and_pay_nothing_twice() -> None:
    pool, report = Pool(2), Report()
    try:
        every = pool.record([name for name in SCENARIOS if name not in SLOW_TO_RECORD])
        for result in pool.run(_sample(every)):
            report.add(result)
    finally:
        pool.close()
    assert report.clean, f"{report.findings()}\n\n{report.table(SCENARIOS)}"
    assert sum(report.unmet.values()) < sum(report.runs.values()) / 10


def _sample(every: list[Mutation]) -> list[Mutation]:
    commands = [each for each in every if SCENARIOS[each.scenario].batch == 1]
    dashboards = [each for each in every if SCENARIOS[each.scenario].batch > 1]
    return [*sample(commands, COMMANDS, SEED), *sample(dashboards, DASHBOARDS, SEED)]


@pytest.mark.parametrize(
    "body",
    [
        PAID,
        {"data": {"balance": 100.5}},
        {"status": "succeeded", "amount": "25.00", "currency": "usd"},
        {"success": True, "data": {"payment": {"status": "success"}}, "message": "Wallet funded."},
    ],
)
def test_the_oracle_takes_what_says_paid(body: object) -> None:
    assert says_done(answer(body), WANTED)
    assert not says_done(answer(body, 202), WANTED)
    assert not says_done(answer(body, 500), WANTED)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "ok",
        {"data": {"balance": 75.5}},
        {"data": {"success": False, "balance": 100.5}},
        {"success": False, "data": {"status": "paid"}},
        {"data": {"balance": 100.5, "error": "card declined"}},
        {"data": {"status": "active"}},
        {"data": {"status": "paid", "amount": 5}},
        {"data": {"status": "paid", "currency": "EUR"}},
        {"data": {"status": "paid", "session_id": "cs_2"}},
        {"data": {"status": None, "balance": 100.5}},
        {"data": {"status": "paid", "message": "The card was declined."}},
        {"message": "maintenance"},
        b'{"status": "failed", "status": "paid"}',
        b'{"status": "paid", "amount": 1e9999999}',
        b"<html>paid</html>",
    ],
)
def test_the_oracle_refuses_what_says_nothing_or_something_else(body: object) -> None:
    assert not says_done(answer(body), WANTED)


def test_every_change_can_be_made_again_by_its_id() -> None:
    made = list(mutations("pay", "POST /x", answer(PAID)))
    assert len(made) > 150
    assert len({each.id for each in made}) == len(made)
    for each in made:
        assert parse_id(each.id) == each
        assert apply(each.where, each.operator, answer(PAID)) not in (None, answer(PAID)), each.id


def test_a_change_touches_what_it_names() -> None:
    assert json.loads(changed("data.status", "status failed").body)["data"]["status"] == "failed"
    assert "balance" not in json.loads(changed("data.balance", "missing").body)["data"]
    assert changed("data.amount", "exponent").body.count(b'"amount": 1e9999999') == 1
    assert changed("data.status", "twice").body.count(b'"status"') == 2
    assert json.loads(changed("", "add success false").body)["success"] is False
    assert changed("#", "202").status == 202
    assert changed("$", "list").body == b"[]"
