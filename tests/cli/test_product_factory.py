"""A Product Factory account from the command line: orders, check-in, portal, a plan paid by link."""

import re
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Run
from tui.sandbox.harness import RunningSandbox


@pytest.fixture
def shop(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSandbox]:
    """The sandbox, with its Product Factory account in the environment."""
    monkeypatch.setenv("BILLTOP_PROVIDER", "product-factory")
    monkeypatch.setenv("BILLTOP_BASE_URL", sandbox.product_factory_url)
    monkeypatch.setenv("BILLTOP_TOKEN", sandbox.product_factory_token)
    yield sandbox
    sandbox.reset()


def test_orders_and_one_of_them(run: Run, shop: RunningSandbox) -> None:
    orders = run("orders", "--json").json["items"]
    assert list(orders[0]) == ["id", "type", "status", "amount", "plan_id", "channel", "at"]
    assert orders[0]["amount"] == {"amount": "9.99", "unit": "XXX"}
    assert run("order", orders[0]["id"], "--json").json == orders[0]
    assert "9.99 (currency not told)" in run("orders").out
    assert run("order", "order_nobody_has").code == 5


def test_a_check_in_a_day(run: Run, shop: RunningSandbox) -> None:
    first, second = run("check-in", "--json"), run("check-in", "--json")
    assert (first.code, second.code) == (0, 0)
    assert first.json["awarded"] == {"amount": "20", "unit": "credits"}
    assert (first.json["done_before"], second.json["done_before"]) == (False, True)


def test_the_portal_is_a_link_on_stdout(run: Run, shop: RunningSandbox) -> None:
    ran = run("portal")
    assert ran.code == 0
    assert ran.out.startswith(f"{shop.origin}/")
    assert len(ran.out.splitlines()) == 1


def test_a_plan_paid_by_link_through_the_chosen_processor(run: Run, shop: RunningSandbox) -> None:
    made = run("pay", "--plan", "plan_pro", "--channel", "creem", "--no-wait", "--json")
    assert (made.code, made.json["status"], made.json["expires_at"]) == (0, "pending", None)
    (listed,) = run("checkouts", "--json").json["items"]
    assert (listed["channel"], listed["session_id"]) == ("creem", made.json["session_id"])
    found = re.search(r"ch_\w+", made.json["url"])
    assert found is not None
    shop.pay(found.group())
    ended = run("checkouts", "--resume", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["items"][0]["status"] == "paid"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pay", "25"), "has no payment link for an amount"),
        (("pay", "9.99", "--plan", "plan_pro"), "Leave the amount out"),
        (("pay", "--plan", "plan_pro", "--channel", "cheque"), "none of: stripe, creem"),
        (("pay", "25", "--channel", "creem"), "--channel goes with --plan"),
        (("cards",), "has no payment methods"),
        (("check-in", "--read-only"), "The check-in is refused"),
        (("portal", "--read-only"), "--read-only was given"),
    ],
)
def test_what_cannot_be_asked_is_said(run: Run, shop: RunningSandbox, arguments: tuple[str, ...], words: str) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert run("checkouts", "--json").json["items"] == []
