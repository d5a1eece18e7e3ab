"""`billtop ensure-funded`: charges only when less is left, one way only, and never twice."""

from decimal import Decimal
from typing import Any

import pytest

from tests.cli.conftest import Billtop, Result, account_of, finished
from tests.cli.test_fund import FUND
from tests.cli.test_paying import Payment
from tests.cli.wallet import HELD, until_said
from tests.conftest import Sandboxes
from tui.sandbox.harness import RunningSandbox


@pytest.fixture(scope="module")
def server(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=50, seed=7, rate_limits=False)


@pytest.fixture
def sandbox(server: RunningSandbox) -> RunningSandbox:
    """A fresh account, as charges of all tests change one balance: $75.50 at first."""
    server.reset()
    server.clear_faults()
    server.settings(rate_limits=False)
    return server


@pytest.fixture
def billtop(sandbox: RunningSandbox) -> Billtop:
    return Billtop(account_of(sandbox))


def ensure(billtop: Billtop, minimum: str, top_up: str, *way: str) -> Result:
    return billtop.run("ensure-funded", "--min", minimum, "--top-up", top_up, *(way or CARD), "--json")


CARD = ("--card", "default", "--yes")
DOLLARS = {"unit": "USD"}


def amounts(sandbox: RunningSandbox) -> list[str]:
    return [each["amount"] for each in sandbox.charges()]


@pytest.mark.parametrize("minimum", ["10", "75.50"])
def test_enough_is_left(billtop: Billtop, sandbox: RunningSandbox, minimum: str) -> None:
    ran = ensure(billtop, minimum, "50")
    assert ran.code == 0
    assert ran.json == {
        "intent_id": None,
        "status": "done",
        "payment_intent_id": None,
        "balance": {"amount": "75.50", "unit": "USD"},
    }
    assert ensure(billtop, minimum, "50", "--link").json["status"] == "done"
    assert (amounts(sandbox), sandbox.checkouts()) == ([], [])


def test_a_cent_too_little_is_topped_up_by_card_once(billtop: Billtop, sandbox: RunningSandbox) -> None:
    first, second = ensure(billtop, "75.51", "50"), ensure(billtop, "75.51", "50")
    assert (first.code, first.json["status"], first.json["balance"]["amount"]) == (0, "done", "125.50")
    assert (second.code, second.json["intent_id"]) == (0, None)
    assert amounts(sandbox) == ["50.00"]


def test_a_top_up_that_does_not_reach_is_made_and_told(billtop: Billtop, sandbox: RunningSandbox) -> None:
    ran = ensure(billtop, "500", "50")
    assert (ran.code, amounts(sandbox)) == (0, ["50.00"])
    assert "still less than asked for" in ran.err


def test_two_at_once_charge_once(billtop: Billtop, sandbox: RunningSandbox) -> None:
    sandbox.fault(FUND, delay_ms=HELD)
    command = ["ensure-funded", "--min", "100", "--top-up", "50", *CARD, "--json"]
    with billtop.start(*command) as first, billtop.start(*command) as second:
        until_said("Another ensure-funded", first, second)
        sandbox.clear_faults()
        ran = [finished(first), finished(second)]
    assert [each.code for each in ran] == [0, 0]
    assert amounts(sandbox) == ["50.00"]


def test_a_lost_payment_that_arrived_is_found_and_enough(billtop: Billtop, sandbox: RunningSandbox) -> None:
    sandbox.fault(FUND, drop=True, after_commit=True, times=3)
    assert ensure(billtop, "100", "50").code == 8
    ran = ensure(billtop, "100", "50")
    assert (ran.code, ran.json["balance"]["amount"]) == (0, "125.50")
    assert amounts(sandbox) == ["50.00"]


def test_a_lost_payment_that_is_too_little_is_settled_before_the_next(
    billtop: Billtop, sandbox: RunningSandbox
) -> None:
    sandbox.fault(FUND, drop=True, after_commit=True, times=3)
    assert ensure(billtop, "200", "50").code == 8
    assert ensure(billtop, "200", "60").code == 0
    assert amounts(sandbox) == ["50.00", "60.00"]


@pytest.mark.parametrize("way", [CARD, ("--link",)], ids=["card", "link"])
def test_a_payment_nobody_knows_of_blocks_both_ways(
    billtop: Billtop, sandbox: RunningSandbox, way: tuple[str, ...]
) -> None:
    sandbox.fault(FUND, drop=True, times=3)
    lost = ensure(billtop, "100", "50")
    assert lost.code == 8
    for top_up in ("50", "60"):
        ran = ensure(billtop, "100", top_up, *way)
        assert (ran.code, ran.json["error"]["kind"]) == (8, "blocked")
        assert ran.json["intent_id"] == lost.json["intent_id"]
    assert (amounts(sandbox), sandbox.checkouts()) == ([], [])


def test_declined(billtop: Billtop, sandbox: RunningSandbox) -> None:
    sandbox.fault(FUND, status=402, body={"error": {"code": "payment_declined", "message": "No."}})
    ran = ensure(billtop, "100", "50")
    assert (ran.code, ran.json["status"], ran.json["error"]["kind"]) == (6, "failed", "declined")


def linked(billtop: Billtop, top_up: str = "50") -> Any:
    return billtop.start("ensure-funded", "--min", "100", "--top-up", top_up, "--link", "--json")


def test_by_link(billtop: Billtop, sandbox: RunningSandbox) -> None:
    with linked(billtop) as process:
        payment = Payment(process)
        sandbox.pay(payment.session_id)
        ran = payment.ends()
    assert (ran.code, ran.json["status"]) == (0, "paid")
    assert list(ran.json) == ["session_id", "url", "status", "expires_at", "balance"]
    assert Decimal(ran.json["balance"]["amount"]) == Decimal("125.50")
    assert amounts(sandbox) == ["50.00"]


def test_a_link_that_waits_is_waited_for_and_no_second_one_is_made(billtop: Billtop, sandbox: RunningSandbox) -> None:
    with linked(billtop) as first:
        made = Payment(first)
        with linked(billtop, "60") as second:
            shown = Payment(second)
            assert shown.url == made.url
            sandbox.pay(made.session_id)
            assert (made.ends().code, shown.ends().code) == (0, 0)
    assert len(sandbox.checkouts()) == 1
    assert amounts(sandbox) == ["50.00"]


def test_a_link_that_could_still_be_paid_keeps_the_card_from_being_charged(
    billtop: Billtop, sandbox: RunningSandbox
) -> None:
    made = billtop.run("pay", "50", "--no-wait", "--json").json["session_id"]
    ran = ensure(billtop, "100", "50")
    assert (ran.code, ran.json["error"]["kind"]) == (7, "blocked")
    assert amounts(sandbox) == []
    sandbox.expire(made)
    assert ensure(billtop, "100", "50").code == 0
    assert amounts(sandbox) == ["50.00"]


def test_a_link_that_was_paid_meanwhile_is_enough(billtop: Billtop, sandbox: RunningSandbox) -> None:
    made = billtop.run("pay", "50", "--no-wait", "--json").json["session_id"]
    sandbox.pay(made)
    ran = ensure(billtop, "100", "50")
    assert (ran.code, ran.json["balance"]["amount"]) == (0, "125.50")
    assert amounts(sandbox) == ["50.00"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--min", "10", "--top-up", "50"],
        ["--min", "10", "--top-up", "50", "--card", "x", "--link"],
        ["--min", "10", "--card", "x"],
        ["--top-up", "50", "--link"],
        ["--min", "nan", "--top-up", "50", "--link"],
    ],
    ids=" ".join,
)
def test_refused(billtop: Billtop, arguments: list[str]) -> None:
    assert billtop.run("ensure-funded", *arguments).code == 2
