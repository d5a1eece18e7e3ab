"""Payment links from opening to confirmation, and the page in between."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tui.sandbox.harness import RunningSandbox, SandboxError

GOOD = {"email": "a@example.org", "cardNumber": "4242 4242 4242 4242", "cardExpiry": "12 / 30", "cardCvc": "123"}


def link(api: httpx.Client, **body: Any) -> dict[str, Any]:
    response = api.post("/billing/payment-link", json=body or {"purpose": "fund", "amount": 25})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def confirm(api: httpx.Client, session_id: str, what: str = "wallet", **headers: str) -> httpx.Response:
    return api.post(f"/{what}/confirm-checkout", json={"session_id": session_id}, headers=headers)


def balance(api: httpx.Client) -> float:
    return float(api.get("/wallet/balance").json()["data"]["balance"])


def test_the_address_has_the_processor_s_form_and_length(api: httpx.Client, sandbox: RunningSandbox) -> None:
    made = link(api)
    pattern = re.escape(sandbox.origin) + r"/c/pay/(cs_test_a1[A-Za-z0-9]{56})#fid[A-Za-z0-9%]+"
    found = re.fullmatch(pattern, made["payment_url"])
    assert found
    assert found[1] == made["session_id"]
    assert len(made["payment_url"]) == 433
    sandbox.settings(url_length=536)
    assert len(link(api)["payment_url"]) == 536


def test_paid_is_credited_once_however_often_it_is_confirmed(api: httpx.Client, sandbox: RunningSandbox) -> None:
    session = link(api)["session_id"]
    sandbox.pay(session)
    assert balance(api) == 75.50
    answers = [confirm(api, session).json()["data"] for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["status"] == "paid"
    assert balance(api) == answers[0]["balance"] == 100.50
    (charge,) = sandbox.charges()
    assert (charge["amount"], charge["unit"], charge["path"]) == ("25.00", "USD", f"/c/pay/{session}")
    newest = api.get("/wallet/transactions", params={"limit": 1}).json()["data"]["items"][0]
    assert newest["transaction_id"] == charge["payment_intent_id"]
    assert newest["usecase"] == "wallet_funding"


@pytest.mark.parametrize(
    ("style", "status", "code"),
    [
        ("409", 409, "checkout_not_completed"),
        ("402", 402, "checkout_not_completed"),
        ("422", 422, "checkout_not_completed"),
        ("425", 425, "checkout_not_completed"),
        ("202", 202, None),
        ("200_pending", 200, None),
    ],
)
def test_pending_is_told_in_the_style_that_is_set(
    api: httpx.Client, sandbox: RunningSandbox, style: str, status: int, code: str | None
) -> None:
    sandbox.settings(confirm_pending_style=style)
    answer = confirm(api, link(api)["session_id"])
    assert answer.status_code == status
    if code is None:
        assert answer.json()["data"]["status"] == "pending"
    else:
        assert answer.json()["error"]["code"] == code


def test_a_key_sent_with_every_poll_keeps_the_first_answer(api: httpx.Client, sandbox: RunningSandbox) -> None:
    session = link(api)["session_id"]
    first = confirm(api, session, **{"Idempotency-Key": "poll"})
    sandbox.pay(session)
    again = confirm(api, session, **{"Idempotency-Key": "poll"})
    assert (first.status_code, again.status_code) == (409, 409)
    assert again.json()["meta"]["idempotency_replay"] is True
    assert confirm(api, session).json()["data"]["status"] == "paid"


def test_a_link_expires_on_the_sandbox_s_clock(api: httpx.Client, web: httpx.Client, sandbox: RunningSandbox) -> None:
    made = link(api)
    assert made["expires_at"] > "2026-11-20T12:29:59Z"
    sandbox.advance_clock(1801)
    answer = confirm(api, made["session_id"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "checkout_expired")
    assert answer.headers["date"].startswith("Fri, 20 Nov 2026 12:30:")
    page = web.get(made["payment_url"])
    assert (page.status_code, "has expired" in page.text) == (404, True)
    assert web.post(made["payment_url"], data=GOOD).status_code == 404
    with pytest.raises(SandboxError):
        sandbox.pay(made["session_id"])
    assert sandbox.charges() == []


def test_a_paid_link_stays_paid_after_its_time(api: httpx.Client, sandbox: RunningSandbox) -> None:
    session = link(api)["session_id"]
    sandbox.pay(session)
    sandbox.advance_clock(7200)
    assert sandbox.expire(session)["status"] == "complete"
    assert confirm(api, session).json()["data"]["status"] == "paid"


def test_unknown_and_other_purpose(api: httpx.Client, sandbox: RunningSandbox) -> None:
    assert confirm(api, "cs_test_none").status_code == 404
    session = link(api, purpose="subscribe", plan_id=8)["session_id"]
    sandbox.pay(session)
    assert confirm(api, session).status_code == 404


def test_a_plan_is_subscribed_once_by_link(api: httpx.Client, sandbox: RunningSandbox) -> None:
    made = link(api, purpose="subscribe", plan_id=8)
    assert made["plan_id"] == 8
    assert "amount" not in made
    sandbox.pay(made["session_id"])
    answers = [confirm(api, made["session_id"], "subscriptions").json()["data"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["status"] == "active"
    running = api.get("/subscriptions").json()["data"]["normal"]
    assert [row["plan_id"] for row in running] == [3, 8]
    assert sandbox.charges()[0]["amount"] == "49.00"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"purpose": "fund"}, "amount"),
        ({"purpose": "fund", "amount": 9.99}, "amount"),
        ({"purpose": "fund", "amount": 10.001}, "amount"),
        ({"purpose": "fund", "amount": "25"}, "amount"),
        ({"purpose": "subscribe"}, "plan_id"),
        ({"purpose": "gift"}, "purpose"),
        ({}, "purpose"),
    ],
)
def test_an_unusable_link_request_names_its_field(api: httpx.Client, body: dict[str, Any], field: str) -> None:
    response = api.post("/billing/payment-link", json=body)
    assert response.status_code == 422
    assert list(response.json()["error"]["details"]) == [field]


def test_a_body_that_is_no_json_has_an_empty_bag(api: httpx.Client) -> None:
    response = api.post("/billing/payment-link", content="{", headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert response.json()["error"]["details"] == []


def test_the_page_pays_and_shows_the_session_id(api: httpx.Client, web: httpx.Client, sandbox: RunningSandbox) -> None:
    made = link(api)
    page = web.get(made["payment_url"])
    assert "$25.00" in page.text
    assert "Lovelace Studio" in page.text
    assert 'name="viewport"' in page.text
    for field, purpose in (("cardNumber", "cc-number"), ("cardExpiry", "cc-exp"), ("cardCvc", "cc-csc")):
        assert f'<label for="{field}">' in page.text
        assert f'autocomplete="{purpose}"' in page.text
    paid = web.post(made["payment_url"], data=GOOD)
    assert paid.url.path.endswith("/success")
    assert f'value="{made["session_id"]}"' in paid.text
    assert "4242" not in paid.text
    assert confirm(api, made["session_id"]).json()["data"]["status"] == "paid"


def test_the_page_sent_twice_charges_once(api: httpx.Client, web: httpx.Client, sandbox: RunningSandbox) -> None:
    made = link(api)
    web.post(made["payment_url"], data=GOOD)
    again = web.post(made["payment_url"], data=GOOD)
    assert "Already paid" in again.text
    assert len(sandbox.charges()) == 1


def test_many_at_once_charge_and_credit_once(api: httpx.Client, web: httpx.Client, sandbox: RunningSandbox) -> None:
    made = link(api)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: web.post(made["payment_url"], data=GOOD), range(8)))
        answers = list(pool.map(lambda _: confirm(api, made["session_id"]), range(8)))
    assert {answer.json()["data"]["balance"] for answer in answers} == {100.5}
    assert len(sandbox.charges()) == 1
    assert balance(api) == 100.5


@pytest.mark.parametrize(
    ("number", "words"),
    [("4000000000000002", "Your card was declined."), ("4000000000009995", "Your card has insufficient funds.")],
)
def test_a_decline_is_shown_and_the_link_stays_open(
    api: httpx.Client, web: httpx.Client, sandbox: RunningSandbox, number: str, words: str
) -> None:
    made = link(api)
    page = web.post(made["payment_url"], data={**GOOD, "cardNumber": number})
    assert page.status_code == 402
    assert words in page.text
    assert number not in page.text
    assert sandbox.charges() == []
    assert web.post(made["payment_url"], data=GOOD).url.path.endswith("/success")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("cardNumber", "4242 4242 4242 4241", "card number is incorrect"),
        ("cardNumber", "hello", "not a valid credit card number"),
        ("cardExpiry", "12 / 20", "expiration year is invalid"),
        ("cardExpiry", "13 / 30", "expiration month is invalid"),
        ("cardCvc", "1", "security code is invalid"),
    ],
)
def test_what_was_typed_wrong_is_said_at_its_field(
    api: httpx.Client, web: httpx.Client, field: str, value: str, words: str
) -> None:
    page = web.post(link(api)["payment_url"], data={**GOOD, field: value})
    assert page.status_code == 422
    assert words in page.text.replace("&#39;", "'")
    assert re.search(rf'<input id="{field}"[^>]*aria-invalid="true"', page.text)


def test_the_bank_is_asked_and_may_refuse(api: httpx.Client, web: httpx.Client, sandbox: RunningSandbox) -> None:
    made = link(api)
    asked = web.post(made["payment_url"], data={**GOOD, "cardNumber": "4000002500003155"})
    assert asked.url.path.endswith("/authenticate")
    assert confirm(api, made["session_id"]).status_code == 409
    refused = web.post(asked.url, data={"outcome": "fail"})
    assert (refused.status_code, "could not authenticate" in refused.text) == (402, True)
    web.post(made["payment_url"], data={**GOOD, "cardNumber": "4000002500003155"})
    approved = web.post(asked.url, data={"outcome": "approve"})
    assert approved.url.path.endswith("/success")
    assert len(sandbox.charges()) == 1


def test_text_of_the_account_is_escaped_on_the_page(api: httpx.Client, web: httpx.Client) -> None:
    api.put("/billing/info", json={"name": "<script>alert(1)</script>"})
    page = web.get(link(api)["payment_url"])
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_control_declines_and_lists(api: httpx.Client, sandbox: RunningSandbox) -> None:
    session = link(api)["session_id"]
    assert sandbox.decline(session)["status"] == "open"
    assert sandbox.charges() == []
    assert sandbox.pay(session)["charged"] is True
    assert sandbox.pay(session)["charged"] is False
    (listed,) = sandbox.checkouts()
    assert (listed["session_id"], listed["payment_status"], listed["fulfilled"]) == (session, "paid", False)
    with pytest.raises(SandboxError, match="404"):
        sandbox.pay("cs_test_none")
