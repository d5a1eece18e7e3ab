"""Faults that can be ordered, and shapes that can be switched."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.cli.wallet import until
from tests.sandbox.test_guards import new_card
from tui.sandbox.harness import RunningSandbox


def test_a_status_strikes_as_often_as_ordered(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.fault("/wallet/balance", status=503, error_code="overloaded", headers={"Retry-After": "7"}, times=2)
    answers = [api.get("/wallet/balance") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["error"]["code"] == "overloaded"
    assert answers[0].headers["retry-after"] == "7"


def test_a_body_goes_out_as_it_is(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.fault("/wallet/balance", status=502, body="<h1>Bad Gateway</h1>")
    page = api.get("/wallet/balance")
    assert (page.text, page.headers["content-type"]) == ("<h1>Bad Gateway</h1>", "text/html; charset=utf-8")
    sandbox.fault("/wallet/balance", body={"data": {"wallet": {"balance": "1"}}})
    assert api.get("/wallet/balance").json() == {"data": {"wallet": {"balance": "1"}}}


def test_method_and_glob_choose_the_call(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.fault("/billing/invoices/*/pdf", method="GET", status=500, times=None)
    invoice = api.get("/billing/invoices").json()["data"][0]["id"]
    assert api.get(f"/billing/invoices/{invoice}").status_code == 200
    assert api.get(f"/billing/invoices/{invoice}/pdf").status_code == 500
    sandbox.clear_faults()
    assert api.get(f"/billing/invoices/{invoice}/pdf").status_code == 200


@pytest.mark.parametrize(("after", "charges"), [(False, 0), (True, 1)])
def test_a_cut_connection_before_and_after_the_money_moved(
    api: httpx.Client, sandbox: RunningSandbox, after: bool, charges: int
) -> None:
    body = {"amount": 25, "payment_method_id": new_card(api, sandbox)}
    sandbox.fault("/wallet/fund", drop=True, after_commit=after)
    with pytest.raises(httpx.TransportError):
        api.post("/wallet/fund", json=body, headers={"Idempotency-Key": "k"})
    assert len(sandbox.charges()) == charges
    again = api.post("/wallet/fund", json=body, headers={"Idempotency-Key": "k"})
    assert again.json()["data"]["balance"] == 100.5
    assert len(sandbox.charges()) == 1


def test_a_late_answer_after_the_money_moved(api: httpx.Client, sandbox: RunningSandbox) -> None:
    body = {"amount": 25, "payment_method_id": new_card(api, sandbox)}
    sandbox.fault("/wallet/fund", delay_ms=5000, after_commit=True)
    with pytest.raises(httpx.ReadTimeout):
        api.post("/wallet/fund", json=body, timeout=httpx.Timeout(60, read=0.3))
    # A slow machine gives up before the money moves, and the charge comes all the same.
    until(lambda: len(sandbox.charges()) == 1, "the charge")


def test_latency_holds_answers_back_but_not_the_control_surface(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.latency(300)
    started = time.monotonic()
    api.get("/wallet/balance")
    assert time.monotonic() - started >= 0.3
    sandbox.latency(0)


def test_shapes_the_sources_disagree_on(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.settings(nested_balance=True, envelope_everything=True, flat_subscriptions=True)
    assert api.get("/wallet/balance").json()["data"]["wallet"]["balance"] == 75.5
    assert "publishable_key" in api.get("/billing/stripe-config").json()["data"]
    assert {row["category"] for row in api.get("/subscriptions").json()["data"]} == {"addon", "enterprise", "normal"}


def test_rows_arrive_and_settle(api: httpx.Client, sandbox: RunningSandbox) -> None:
    ids = sandbox.add_transactions(amount_cents=125, count=3, status="pending")
    assert ids == [301, 302, 303]
    assert api.get("/wallet/balance").json()["data"]["balance"] == 75.5
    sandbox.settle(302, "success")
    sandbox.settle(302, "success")
    assert api.get("/wallet/balance").json()["data"]["balance"] == 74.25
    rows = api.get("/wallet/transactions", params={"limit": 3}).json()["data"]["items"]
    assert [(row["id"], row["status"]) for row in rows] == [(303, "pending"), (302, "success"), (301, "pending")]


def test_the_clock_returns_to_real_time(sandbox: RunningSandbox) -> None:
    assert sandbox.set_clock("2027-01-31T10:00:00+01:00") == "2027-01-31T09:00:00Z"
    assert sandbox.advance_clock(60) == "2027-01-31T09:01:00Z"
    assert sandbox.control("POST", "/clock", {"reset": True})["offset_seconds"] == 0
