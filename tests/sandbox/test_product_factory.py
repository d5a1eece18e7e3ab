"""Product Factory's wire: sessions and roles, check-in, and payments that arrive as signed events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tui.sandbox.harness import RunningSandbox

CARD = {"cardNumber": "4242 4242 4242 4242", "cardExpiry": "12 / 30", "cardCvc": "123"}
COOKIE = "better-auth.session_token"


def client(sandbox: RunningSandbox, token: str, name: str = COOKIE) -> httpx.Client:
    headers = {"Cookie": f"{name}={token}"} if token else {}
    return httpx.Client(base_url=sandbox.product_factory_url, headers=headers, trust_env=False, verify=False)


@pytest.fixture
def user(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with client(sandbox, sandbox.product_factory_token) as opened:
        yield opened


@pytest.fixture
def admin(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with client(sandbox, sandbox.product_factory_admin_token) as opened:
        yield opened


def data(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()["data"]


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def checkout(user: httpx.Client, channel: str = "stripe", **change: str) -> str:
    back = "https://example.com/done?session={CHECKOUT_SESSION_ID}"
    body = {"channel": channel, "type": "subscription", "plan_id": "plan_pro", "success_url": back} | change
    return str(data(user.post("/payment/create-session", json={**body, "cancel_url": "https://example.com"}))["url"])


def newest_order(user: httpx.Client) -> dict[str, Any]:
    (order,) = data(user.get("/orders", params={"limit": 1}))
    return dict(order)


def balance(user: httpx.Client) -> int:
    return int(data(user.get("/credits/balance"))["balance"])


def test_signing_in_sets_the_cookie_that_opens_the_rest(sandbox: RunningSandbox) -> None:
    sandbox.settings(secure_session_cookie=True)
    login = {"email": "Ada@lovelace-studio.example", "password": "sandbox"}
    with client(sandbox, "") as anyone:
        assert refusal(anyone.get("/credits/balance")) == (401, "UNAUTHORIZED")
        assert refusal(anyone.post("/auth/sign-in/email", json=login | {"password": "no"}))[1] == "INVALID_CREDENTIALS"
        cookie = anyone.post("/auth/sign-in/email", json=login).headers["Set-Cookie"]
    pair, *attributes = cookie.split("; ")
    assert attributes == ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"]
    name, _, value = pair.partition("=")
    assert name == f"__Secure-{COOKIE}"
    with client(sandbox, value, name) as signed_in:
        assert signed_in.get("/auth/get-session").json()["user"]["role"] == "user"
        sandbox.advance_clock(604_800)
        assert refusal(signed_in.get("/credits/balance")) == (401, "SESSION_EXPIRED")
        assert signed_in.get("/auth/get-session").json() is None


def test_a_cookie_that_was_not_signed_here_and_a_forged_identity_open_nothing(
    sandbox: RunningSandbox, user: httpx.Client
) -> None:
    forged = {"X-User-Id": "user_grace", "X-User-Role": "admin", "X-App-Key": "other"}
    assert refusal(user.get("/admin/billing/plans", headers=forged)) == (403, "FORBIDDEN")
    assert user.get("/credits/balance", headers=forged).json() == user.get("/credits/balance").json()
    with client(sandbox, sandbox.product_factory_token[:-4] + "AAAA") as bent:
        assert refusal(bent.get("/credits/balance")) == (401, "UNAUTHORIZED")


def test_credits_add_up_and_come_once_a_day(sandbox: RunningSandbox, user: httpx.Client) -> None:
    rows: list[dict[str, Any]] = []
    while page := data(user.get("/credits/transactions", params={"limit": 100, "offset": len(rows)})):
        rows += page
    assert sum(row["amount"] for row in rows) == balance(user) > 0
    assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)
    before = balance(user)
    assert data(user.post("/checkin"))["balance"] == before + 20
    assert refusal(user.post("/checkin")) == (409, "ALREADY_CHECKED_IN")
    sandbox.advance_clock(12 * 3600)  # from noon to the next midnight of UTC
    assert data(user.post("/checkin"))["balance"] == before + 40


@pytest.mark.parametrize("channel", ["stripe", "creem"])
def test_paying_on_the_page_completes_the_order_through_a_signed_event(
    sandbox: RunningSandbox, user: httpx.Client, web: httpx.Client, channel: str
) -> None:
    before = balance(user)
    url = checkout(user, channel)
    assert newest_order(user)["status"] == "pending"
    page = web.get(url)
    assert f"<dd>{channel.title()}</dd>" in page.text
    assert "Pay Product Factory" in page.text
    done = web.post(str(page.url).partition("#")[0], data=CARD)
    session = sandbox.checkouts()[-1]["session_id"]
    assert f"https://example.com/done?session={session}" in done.text
    assert newest_order(user)["status"] == "completed"
    assert balance(user) == before + 10_000
    (event,) = sandbox.events()
    assert (event["channel"], event["attempts"], event["status"]) == (channel, 1, 200)
    # The same event again changes nothing.
    again = user.post(f"/payment/webhook/{channel}", content=event["body"], headers=event["headers"])
    assert again.status_code == 200
    assert balance(user) == before + 10_000
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize("channel", ["stripe", "creem"])
def test_an_event_whose_signature_does_not_fit_completes_nothing(
    sandbox: RunningSandbox, user: httpx.Client, channel: str
) -> None:
    sandbox.settings(hold_webhooks=True)
    checkout(user, channel)
    sandbox.pay(sandbox.checkouts()[-1]["session_id"])
    (event,) = sandbox.events()
    path = f"/payment/webhook/{channel}"
    tampered = event["body"].replace("999", "1")
    late = dict(event["headers"])
    assert refusal(user.post(path, content=tampered, headers=event["headers"])) == (401, "INVALID_SIGNATURE")
    assert refusal(user.post(path, content=event["body"])) == (401, "INVALID_SIGNATURE")
    if channel == "stripe":
        sandbox.advance_clock(301)
        assert refusal(user.post(path, content=event["body"], headers=late)) == (401, "INVALID_SIGNATURE")
    assert newest_order(user)["status"] == "pending"
    assert [event["status"] for event in sandbox.deliver_events()] == [200]
    assert newest_order(user)["status"] == "completed"


def test_an_event_that_was_refused_is_sent_again_with_the_next_delivery(
    sandbox: RunningSandbox, user: httpx.Client
) -> None:
    sandbox.fault("/payment/webhook/stripe", status=503)
    checkout(user)
    sandbox.pay(sandbox.checkouts()[-1]["session_id"])
    assert newest_order(user)["status"] == "pending"
    assert [(event["attempts"], event["status"]) for event in sandbox.deliver_events()] == [(2, 200)]
    assert newest_order(user)["status"] == "completed"


def test_what_cannot_be_bought_is_refused_and_what_runs_out_fails(sandbox: RunningSandbox, user: httpx.Client) -> None:
    body = {"type": "subscription", "success_url": "https://example.com", "cancel_url": "https://example.com"}
    without = user.post("/payment/create-session", json=body | {"channel": "creem", "plan_id": "plan_team"})
    assert refusal(without) == (409, "PLAN_NOT_CONFIGURED")
    retired = user.post("/payment/create-session", json=body | {"channel": "stripe", "plan_id": "plan_legacy"})
    assert refusal(retired) == (404, "PLAN_NOT_FOUND")
    checkout(user)
    sandbox.expire(sandbox.checkouts()[-1]["session_id"])
    assert newest_order(user)["status"] == "failed"
    checkout(user)
    sandbox.advance_clock(1800)
    assert newest_order(user)["status"] == "failed"


def test_settings_switch_what_no_source_tells(sandbox: RunningSandbox, user: httpx.Client) -> None:
    sandbox.settings(envelope_flag="ok", redirect_field="session_url", order_id_field="order_id", error_as_text=True)
    assert user.get("/credits/balance").json().keys() == {"ok", "data"}
    assert "order_id" in newest_order(user)
    answer = user.post("/subscription/portal", json={"return_url": "https://example.com/back"})
    assert data(answer).keys() == {"session_url"}
    assert user.get("/orders/none").json() == {"ok": False, "error": "Order not found."}


def test_the_portal_ends_the_subscription(sandbox: RunningSandbox, user: httpx.Client, web: httpx.Client) -> None:
    url = data(user.post("/subscription/portal", json={"return_url": "https://example.com/back"}))["url"]
    assert "https://example.com/back" in web.get(url).text
    assert "There is no subscription any more" in web.post(url).text
    again = user.post("/subscription/portal", json={"return_url": "https://example.com/back"})
    assert refusal(again) == (404, "SUBSCRIPTION_NOT_FOUND")


def test_an_admin_sells_a_new_plan_and_gives_credits(
    sandbox: RunningSandbox, user: httpx.Client, admin: httpx.Client
) -> None:
    plan = {"name": "Studio", "price_monthly": 1999, "price_yearly": 19_990, "credits_included": 25_000}
    made = data(admin.post("/admin/billing/plans", json=plan))
    changed = data(admin.put(f"/admin/billing/plans/{made['id']}", json={"price_monthly": 1799}))
    assert (changed["price_monthly"], changed["price_yearly"]) == (1799, 19_990)
    assert "Studio" in {one["name"] for one in data(user.get("/subscription/plans"))}
    coupon = {"code": "AUTUMN10", "discount_type": "percent", "discount_value": 10}
    assert data(admin.post("/admin/billing/coupons", json=coupon))["used_count"] == 0
    assert refusal(admin.post("/admin/billing/coupons", json=coupon)) == (409, "COUPON_EXISTS")
    before = balance(user)
    order = {"user_id": "user_ada", "amount": -5, "description": "Counted twice"}
    assert data(admin.post("/admin/credits/manual", json=order))["balance"] == before - 5 == balance(user)
    assert refusal(admin.post("/admin/credits/manual", json=order | {"amount": -before}))[1] == "INSUFFICIENT_CREDITS"
    newest = data(admin.get("/admin/credits/transactions", params={"limit": 1}))[0]
    assert (newest["user_id"], newest["type"], newest["amount"]) == ("user_ada", "manual", -5)
    data(admin.put("/admin/checkin/config", json={"enabled": False}))
    assert refusal(user.post("/checkin")) == (409, "CHECKIN_DISABLED")
