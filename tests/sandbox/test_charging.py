"""Cards at the processor, funding, subscriptions, coupons: every way money moves, and how it is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox.test_guards import new_card
from tui.sandbox.harness import RunningSandbox, SandboxError

# Any: the client's types want an expiry and a number that some of these tests get wrong on purpose.
CARD: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}


@pytest.fixture
def foreign(api: httpx.Client, sandbox: RunningSandbox) -> stripe.StripeClient:
    """The processor's own client, with the publishable key."""
    key = api.get("/billing/stripe-config").json()["publishable_key"]
    return stripe.StripeClient(key, base_addresses={"api": sandbox.stripe_url}, max_network_retries=0)


def typed(card: Any) -> Any:
    return {"type": "card", "card": card}


def fund(api: httpx.Client, card: str, amount: float = 25) -> httpx.Response:
    return api.post("/wallet/fund", json={"amount": amount, "payment_method_id": card})


def test_the_processor_s_client_makes_a_card_that_pays(
    foreign: stripe.StripeClient, api: httpx.Client, sandbox: RunningSandbox
) -> None:
    made = foreign.v1.payment_methods.create(typed(CARD))
    assert made.card is not None
    assert (made.card.brand, made.card.last4, made.card.exp_year) == ("visa", "4242", 2030)
    answer = fund(api, made.id).json()["data"]
    assert answer["payment"]["status"] == "succeeded"
    assert answer["balance"] == 100.50
    status = api.get(f"/payments/{answer['payment']['payment_intent_id']}/status").json()["data"]
    assert (status["status"], status["amount"]) == ("succeeded", 25)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "12"}, "invalid_number"),
        ({"exp_year": 2020}, "invalid_expiry_year"),
        ({"exp_month": 13}, "invalid_expiry_month"),
        ({"cvc": "1"}, "invalid_cvc"),
    ],
)
def test_the_processor_s_client_understands_refusals(
    foreign: stripe.StripeClient, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        foreign.v1.payment_methods.create(typed({**CARD, **change}))
    assert caught.value.code == code
    assert caught.value.request_id


def test_a_wrong_key_and_a_missing_field(foreign: stripe.StripeClient, sandbox: RunningSandbox) -> None:
    stranger = stripe.StripeClient("pk_test_wrong", base_addresses={"api": sandbox.stripe_url}, max_network_retries=0)
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.payment_methods.create(typed(CARD))
    with pytest.raises(stripe.InvalidRequestError) as caught:
        foreign.v1.payment_methods.create({"type": "card"})
    assert caught.value.param == "card[number]"


@pytest.mark.parametrize(
    ("number", "status"), [("4242424242424242", "succeeded"), ("4000002500003155", "requires_action")]
)
def test_a_setup_intent_is_confirmed(foreign: stripe.StripeClient, api: httpx.Client, number: str, status: str) -> None:
    setup = api.post("/billing/setup-intent").json()["data"]
    data = {"type": "card", "card": {**CARD, "number": number}}
    params: Any = {"client_secret": setup["client_secret"], "payment_method_data": data}
    wrong: Any = {**params, "client_secret": "seti_wrong"}
    confirm = foreign.v1.setup_intents.confirm
    confirmed = confirm(setup["setup_intent_id"], params)
    assert confirmed.status == status
    attached = api.post("/billing/payment-methods", json={"payment_method_id": str(confirmed.payment_method)})
    assert attached.json()["data"]["is_default"] is True
    with pytest.raises(stripe.InvalidRequestError):
        confirm(setup["setup_intent_id"], wrong)


@pytest.mark.parametrize(
    ("number", "decline"),
    [
        ("4000000000000002", "generic_decline"),
        ("4000000000009995", "insufficient_funds"),
        ("4000000000000069", "expired_card"),
    ],
)
def test_a_decline_takes_nothing(api: httpx.Client, sandbox: RunningSandbox, number: str, decline: str) -> None:
    card = new_card(api, sandbox, number)
    for answer in (
        fund(api, card),
        api.post("/subscriptions", json={"plan_id": 8, "payment_method_id": card}),
    ):
        assert answer.status_code == 402
        error = answer.json()["error"]
        assert error["code"] == "payment_declined"
        assert error["details"]["decline_code"] == decline
        status = api.get(f"/payments/{error['details']['payment_intent_id']}/status").json()["data"]["status"]
        assert status == "failed"
    assert sandbox.charges() == []
    assert api.get("/wallet/balance").json()["data"]["balance"] == 75.50
    assert len(api.get("/subscriptions").json()["data"]["normal"]) == 1


def test_a_card_that_wants_authentication(api: httpx.Client, sandbox: RunningSandbox) -> None:
    card = new_card(api, sandbox, "4000002500003155")
    answer = fund(api, card)
    assert answer.status_code == 202
    assert answer.json()["error"] is None
    payment = answer.json()["data"]["payment"]
    assert payment["status"] == "requires_action"
    assert payment["client_secret"].startswith(payment["payment_intent_id"])
    status = api.get(f"/payments/{payment['payment_intent_id']}/status").json()["data"]["status"]
    assert status == "pending"
    refused = api.post("/subscriptions", json={"plan_id": 8, "payment_method_id": card})
    assert refused.status_code == 402
    assert refused.json()["error"]["details"]["decline_code"] == "authentication_required"
    assert sandbox.charges() == []


def test_funding_without_a_card_opens_a_checkout(api: httpx.Client, sandbox: RunningSandbox) -> None:
    made = api.post("/wallet/fund", json={"amount": 25}).json()["data"]
    assert made["session_id"] in made["checkout_url"]
    assert "payment" not in made
    assert sandbox.charges() == []
    sandbox.pay(made["session_id"])
    confirmed = api.post("/wallet/confirm-checkout", json={"session_id": made["session_id"]})
    assert confirmed.json()["data"]["balance"] == 100.50


def test_funding_needs_a_known_card_and_ten_dollars(api: httpx.Client, sandbox: RunningSandbox) -> None:
    assert fund(api, "pm_none").status_code == 404
    refused = fund(api, new_card(api, sandbox), 9.99)
    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, ["amount"])


def test_a_headless_subscription(api: httpx.Client, sandbox: RunningSandbox) -> None:
    body = {"plan_id": 10, "payment_method_id": new_card(api, sandbox)}
    made = api.post("/subscriptions", json=body).json()["data"]
    assert made["message"] == "Subscription created."
    assert made["subscription"] == {"id": 46, "plan_id": 10, "feature": "enterprise", "status": "active"}
    assert made["status"] == "active"
    assert made["stripe_subscription_id"].startswith("sub_")
    assert [charge["amount"] for charge in sandbox.charges()] == ["249.00"]
    newest = api.get("/billing/invoices").json()["data"][0]
    assert (newest["number"][-4:], newest["amount"], newest["status"]) == ("0019", 249, "paid")


def test_subscribing_without_a_card_opens_a_checkout(api: httpx.Client) -> None:
    made = api.post("/subscriptions", json={"plan_id": 10}).json()["data"]
    assert made["session_id"] in made["checkout_url"]
    assert "subscription" not in made


def test_pausing_resuming_and_changing(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.settings(rate_limits=False)
    paused = api.post("/subscriptions/45/pause").json()["data"]["subscription"]
    assert (paused["status"], paused["next_billing_date"]) == ("paused", None)
    assert api.post("/subscriptions/45/pause").status_code == 409
    assert api.post("/subscriptions/45/resume").json()["data"]["subscription"]["status"] == "active"
    changed = api.put("/subscriptions/45", json={"new_plan_id": 11}).json()["data"]["subscription"]
    assert (changed["plan_name"], changed["category"]) == ("Standard Enterprise", "enterprise")
    assert api.put("/subscriptions/45", json={"new_plan_id": 11}).status_code == 409
    assert api.put("/subscriptions/45", json={"new_plan_id": 31}).status_code == 409
    assert api.put("/subscriptions/45", json={"new_plan_id": 99}).status_code == 404
    assert api.post("/subscriptions/99/pause").status_code == 404
    assert sandbox.charges() == []


def test_resetting_the_cycle_charges_the_default_card(api: httpx.Client, sandbox: RunningSandbox) -> None:
    moved = api.post("/subscriptions/45/reset-cycle").json()["data"]
    assert moved["charged"] == 249
    assert moved["subscription"]["current_period_start"].startswith("2026-11-20T12:00")
    assert moved["subscription"]["current_period_end"].startswith("2026-12-20T12:00")
    assert len(sandbox.charges()) == 1


def test_repairing_finds_the_past_due_one_among_equal_ids(api: httpx.Client, sandbox: RunningSandbox) -> None:
    repaired = api.post("/subscriptions/45/fix-payment").json()["data"]
    assert (repaired["subscription"]["category"], repaired["subscription"]["status"]) == ("addon", "active")
    assert [charge["amount"] for charge in sandbox.charges()] == ["19.00"]
    assert {row["status"] for row in api.get("/billing/invoices").json()["data"]} == {"paid"}
    assert api.post("/subscriptions/45/fix-payment", json={"plan_category": "addon"}).status_code == 409
    assert len(sandbox.charges()) == 1


def test_charging_a_custom_amount(api: httpx.Client, sandbox: RunningSandbox) -> None:
    for amount in (4.99, 10_000.01):
        assert api.post("/subscriptions/charge-amount", json={"amount": amount}).status_code == 422
    answer = api.post("/subscriptions/charge-amount", json={"amount": 42.42}).json()["data"]
    assert (answer["amount"], answer["status"]) == (42.42, "succeeded")
    assert [charge["amount"] for charge in sandbox.charges()] == ["42.42"]


def test_removing_the_default_card_promotes_another(api: httpx.Client) -> None:
    first, second, _ = api.get("/billing/payment-methods").json()["data"]
    assert api.delete(f"/billing/payment-methods/{first['id']}").status_code == 200
    left = api.get("/billing/payment-methods").json()["data"]
    assert (left[0]["id"], left[0]["is_default"]) == (second["id"], True)
    assert api.delete(f"/billing/payment-methods/{first['id']}").status_code == 404
    assert api.put(f"/billing/payment-methods/{left[1]['id']}/default").json()["data"]["is_default"] is True


def test_automatic_recharge_is_kept(api: httpx.Client) -> None:
    setting = {"auto_charge_amount": 25, "charge_threshold": 5}
    assert api.put("/wallet/auto-funding", json=setting).status_code == 200
    shown = api.get("/billing/overview").json()["data"]["auto_funding"]
    assert shown == {"enabled": True, **setting}
    assert api.put("/wallet/auto-funding", json={**setting, "auto_charge_amount": 4}).status_code == 422
    assert api.delete("/wallet/auto-funding").json()["data"]["auto_funding"]["enabled"] is False


def test_withdrawing_is_for_resellers(api: httpx.Client) -> None:
    refused = api.post("/wallet/withdraw", json={"amount": 10})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "reseller_only")


def test_a_coupon_is_redeemed_once(api: httpx.Client, sandbox: RunningSandbox) -> None:
    shown = api.get("/wallet/coupons/validate", params={"coupon_code": "WELCOME50"}).json()["data"]
    assert (shown["valid"], shown["discount_amount"], shown["requires_payment_method"]) == (True, 50, False)
    redeemed = api.post("/wallet/coupons/redeem", json={"coupon_code": "welcome50"}).json()["data"]
    assert (redeemed["credited"], redeemed["charged"], redeemed["balance"]) == (50, 0, 125.5)
    assert api.post("/wallet/coupons/redeem", json={"coupon_code": "WELCOME50"}).status_code == 409
    assert sandbox.charges() == []


def test_a_coupon_that_a_test_adds(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.add_coupon("once", percent=10)
    sandbox.add_coupon("often", percent=10, reusable=True)
    with pytest.raises(SandboxError, match="409"):
        sandbox.add_coupon("ONCE", percent=20)
    body = {"payment_method_id": new_card(api, sandbox), "purchase_amount": 50}
    for code, statuses in (("once", [200, 409]), ("often", [200, 200])):
        told = [api.post("/wallet/coupons/redeem", json={"coupon_code": code, **body}).status_code for _ in range(2)]
        assert told == statuses
    assert [each["amount"] for each in sandbox.charges()] == ["50.00"] * 3


def test_a_bonus_coupon_charges_the_card(api: httpx.Client, sandbox: RunningSandbox) -> None:
    query = {"coupon_code": "BONUS20", "purchase_amount": "50"}
    shown = api.get("/wallet/coupons/validate", params=query).json()["data"]
    assert (shown["type"], shown["discount_amount"], shown["requires_payment_method"]) == ("bonus", 10, True)
    assert api.post("/wallet/coupons/redeem", json={"coupon_code": "BONUS20"}).status_code == 422
    declining = {"payment_method_id": new_card(api, sandbox, "4000000000000002"), "purchase_amount": 50}
    assert api.post("/wallet/coupons/redeem", json={"coupon_code": "BONUS20", **declining}).status_code == 402
    body = {"coupon_code": "BONUS20", "payment_method_id": new_card(api, sandbox), "purchase_amount": 50}
    redeemed = api.post("/wallet/coupons/redeem", json=body).json()["data"]
    assert (redeemed["charged"], redeemed["credited"], redeemed["balance"]) == (50, 60, 135.5)
    assert [charge["amount"] for charge in sandbox.charges()] == ["50.00"]


@pytest.mark.parametrize(("code", "status"), [("NOPE", 404), ("SPRING10", 410)])
def test_a_coupon_that_gives_nothing(api: httpx.Client, code: str, status: int) -> None:
    assert api.get("/wallet/coupons/validate", params={"coupon_code": code}).status_code == status
