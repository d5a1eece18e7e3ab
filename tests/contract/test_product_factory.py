"""Product Factory's published examples, and each shape no page settles."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.contract.factory import PRO, STRIPE_URL, Answer, client_for, good, order
from tui.domain import CREDIT, CREDITS, DEBIT, UNTOLD, BadId, LinkRequest, Money, Purpose
from tui.providers.base import TransactionQuery
from tui.providers.errors import (
    BillingError,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    ProtocolError,
    ServerTrouble,
    Unproven,
)
from tui.providers.product_factory.session import cookie_header, token_in

BALANCE = '{ "success": true, "data": { "balance": 1500 }}'
TRANSACTIONS = (
    '{ "success": true, "data": [ { "id": "txn-id", "type": "ai_usage", "amount": -50, "description":'
    ' "AI chat completion (gpt-4)", "created_at": "2026-04-15T10:00:00Z" } ]}'
)
PLANS = (
    '{ "success": true, "data": [ { "id": "plan-id", "name": "Pro", "description": "For growing teams",'
    ' "price_monthly": 999, "price_yearly": 9990, "credits_included": 10000,'
    ' "features": ["Unlimited AI chat", "Priority support"] } ]}'
)


def in_credits(amount: int) -> Money:
    return Money(Decimal(amount), CREDITS)


# -- published examples ---------------------------------------------------------------------------------------------


async def test_the_published_balance() -> None:
    client, foreign = client_for({"GET /credits/balance": (200, BALANCE)})
    assert (await client.balance()).available == in_credits(1500)
    names = {name.lower() for name in foreign.last.headers}
    assert not names & {"authorization", "x-user-id", "x-user-role", "x-app-key"}


async def test_the_published_transactions() -> None:
    client, foreign = client_for({"GET /credits/transactions": (200, TRANSACTIONS)})
    page = await client.transactions(TransactionQuery(limit=20))
    (row,) = page.items
    assert dict(foreign.last.url.params) == {"limit": "20", "offset": "0"}
    assert (row.id, row.direction, row.amount, row.usecase) == ("txn-id", DEBIT, in_credits(50), "ai_usage")
    assert row.source == "AI chat completion (gpt-4)"
    assert row.at == datetime(2026, 4, 15, 10, tzinfo=UTC)
    assert page.total is None


async def test_the_published_plans_cost_cents_of_a_currency_nobody_names() -> None:
    client, _ = client_for({"GET /subscription/plans": (200, PLANS)})
    (plan,) = (await client.plans()).items
    assert [(price.period, str(price.amount)) for price in plan.prices] == [
        ("monthly", "9.99 (currency not told)"),
        ("yearly", "99.90 (currency not told)"),
    ]
    assert (plan.credits_included, plan.features) == (10_000, ("Unlimited AI chat", "Priority support"))


async def test_the_published_checkout_request_byte_for_byte() -> None:
    client, foreign = client_for({"GET /orders": good([]), "POST /payment/create-session": good({"url": STRIPE_URL})})
    await client.create_payment_link(PRO, "key")
    (sent,) = [request for request in foreign.requests if request.method == "POST"]
    assert json.loads(sent.content) == {
        "channel": "stripe",
        "type": "subscription",
        "plan_id": "plan-id",
        "success_url": "https://api.example.com/dashboard/subscription?success=true",
        "cancel_url": "https://api.example.com/dashboard/subscription",
    }
    assert "idempotency-key" not in sent.headers


async def test_the_published_portal_request() -> None:
    url = "https://billing.stripe.com/p/session/live_abc"
    client, foreign = client_for({"POST /subscription/portal": good({"url": url})})
    assert await client.portal_link() == url
    assert json.loads(foreign.last.content) == {"return_url": "https://api.example.com/dashboard/subscription"}


# -- the session ----------------------------------------------------------------------------------------------------


async def test_the_session_comes_without_an_envelope() -> None:
    body = (
        '{"session": {"id": "s", "userId": "u", "expiresAt": "2026-11-27T18:24:05.000Z"},'
        ' "user": {"id": "u", "email": "ada@example.com", "name": "Ada", "role": "admin"}}'
    )
    session = await client_for({"GET /auth/get-session": (200, body)})[0].session()
    assert session.expires_at == datetime(2026, 11, 27, 18, 24, 5, tzinfo=UTC)
    assert (session.email, session.admin) == ("ada@example.com", True)


async def test_no_session_is_null_and_asks_to_log_in_again() -> None:
    with pytest.raises(NotAuthenticated) as caught:
        await client_for({"GET /auth/get-session": (200, "null")})[0].session()
    assert "billtop login" in caught.value.next_step


def test_the_cookie_goes_out_under_both_names_however_it_was_copied() -> None:
    sent = cookie_header("abc.def%3D")
    assert sent == "__Secure-better-auth.session_token=abc.def%3D; better-auth.session_token=abc.def%3D"
    assert cookie_header("better-auth.session_token=abc.def%3D") == sent
    assert cookie_header("__Secure-better-auth.session_token=abc.def%3D") == sent


def test_a_login_gives_its_cookie_under_either_name() -> None:
    assert token_in({"better-auth.session_token": "abc"}) == "abc"
    assert token_in({"__Secure-better-auth.session_token": "abc", "other": "x"}) == "abc"
    with pytest.raises(ProtocolError):
        token_in({"other": "x"})


# -- envelopes and errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        '{"ok": true, "data": {"balance": 1500}}',
        '{"data": {"balance": 1500}}',
        '{"balance": "1500"}',
        '{"success": true, "data": {"account": {"balance": 1500}}}',
        '{"success": true, "data": {"balance": 1500}, "error": null}',
    ],
)
async def test_envelopes(body: str) -> None:
    client, _ = client_for({"GET /credits/balance": (200, body)})
    assert (await client.balance()).available == in_credits(1500)


@pytest.mark.parametrize("left", ["-3", "12.5"])
async def test_balances_below_zero_and_between_whole_credits_are_kept(left: str) -> None:
    client, _ = client_for({"GET /credits/balance": (200, f'{{"success": true, "data": {{"balance": {left}}}}}')})
    assert (await client.balance()).available == Money(Decimal(left), CREDITS)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((401, '{"success": false, "error": {"code": "SESSION_EXPIRED", "message": "Over."}}'), NotAuthenticated, "O"),
        ((200, '{"ok": false, "error": {"code": "SESSION_EXPIRED", "message": "Over."}}'), NotAuthenticated, "Over."),
        ((401, '{"code": "UNAUTHORIZED", "message": "Who?"}'), NotAuthenticated, "Who?"),
        ((403, '{"ok": false, "error": "Not yours."}'), NotAllowed, "Not yours."),
        ((404, '{"success": false, "error": {"code": "NOT_FOUND", "message": "None."}}'), NotFound, "None."),
        ((422, '{"success": false, "message": "No."}'), Invalid, "No."),
        ((200, '{"success": false, "message": "Broken."}'), ServerTrouble, "Broken."),
        ((200, "[1]"), ProtocolError, "balance"),
        ((200, ""), ProtocolError, "balance"),
    ],
)
async def test_errors_in_every_shape(answer: Answer, kind: type[BillingError], words: str) -> None:
    client, _ = client_for({"GET /credits/balance": answer})
    with pytest.raises(kind, match=words):
        await client.balance()


async def test_an_ended_session_says_to_log_in_again() -> None:
    client, _ = client_for({"GET /credits/balance": (401, '{"error": {"code": "SESSION_EXPIRED"}}')})
    with pytest.raises(NotAuthenticated) as caught:
        await client.balance()
    assert "billtop login" in caught.value.next_step
    assert "tok-secret" not in repr(caught.value)


# -- lists ----------------------------------------------------------------------------------------------------------


async def test_a_server_that_wants_shorter_pages_is_asked_for_those_of_the_examples() -> None:
    refused = (400, '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "limit"}}')
    client, foreign = client_for({"GET /credits/transactions": [refused, (200, TRANSACTIONS)]})
    assert len((await client.transactions(TransactionQuery(limit=100, offset=40))).items) == 1
    assert [request.url.params["limit"] for request in foreign.requests] == ["100", "20"]
    assert client.page_size == 20


async def test_positive_rows_are_credits_and_bare_rows_do() -> None:
    client, _ = client_for({"GET /credits/transactions": good([{"id": 7, "amount": 20}], "ok")})
    (row,) = (await client.transactions(TransactionQuery())).items
    assert (row.id, row.direction, row.amount) == ("7", CREDIT, in_credits(20))


async def test_plans_as_the_guide_names_their_fields() -> None:
    plan = {"id": "p", "name": "Pro", "price": 999, "credits": 10, "features": '["a", "b"]', "currency": "eur"}
    (read,) = (await client_for({"GET /subscription/plans": good([plan])})[0].plans()).items
    assert [(price.period, str(price.amount)) for price in read.prices] == [("monthly", "€9.99")]
    assert (read.credits_included, read.features) == (10, ("a", "b"))


async def test_prices_are_in_what_the_account_s_owner_says_unless_the_answer_says() -> None:
    plans = [{"id": "p", "price_monthly": 999}, {"id": "q", "price_monthly": 999, "currency": "USD"}]
    client, _ = client_for({"GET /subscription/plans": good(plans), "GET /orders/o": good(order("o"))}, currency="EUR")
    assert [str(plan.prices[0].amount) for plan in (await client.plans()).items] == ["€9.99", "$9.99"]
    assert str((await client.order("o")).amount) == "€9.99"


async def test_a_price_that_cannot_be_cents_is_not_guessed_at() -> None:
    plan = {"id": "p", "price_monthly": 9.99, "price_yearly": None}
    (read,) = (await client_for({"GET /subscription/plans": good([plan])})[0].plans()).items
    assert read.prices == ()


@pytest.mark.parametrize(
    "row",
    [
        {"id": "o-1", "type": "subscription", "amount": 999, "status": "completed"},
        {"order_id": "o-1", "user_id": "u", "type": "subscription", "amount": 999, "status": "COMPLETED"},
        {"orderId": "o-1", "type": "subscription", "amount": "999", "status": "completed", "extra": {}},
    ],
)
async def test_orders_by_either_name_of_their_id(row: dict[str, object]) -> None:
    client, _ = client_for({"GET /orders": [good([row]), good([])], "GET /orders/o-1": good(row)})
    (listed,) = await client.orders()
    assert listed == await client.order("o-1")
    assert (listed.id, listed.kind, listed.status) == ("o-1", "subscription", "completed")
    assert listed.amount == Money(Decimal("9.99"), UNTOLD)


async def test_all_orders_are_read_without_a_total_and_none_twice() -> None:
    pages = [good([order("1"), order("2")]), good([order("2"), order("3")]), good([order("3")])]
    client, _ = client_for({"GET /orders": pages})
    assert [each.id for each in await client.orders()] == ["1", "2", "3"]


async def test_an_order_id_cannot_leave_its_place_in_the_path() -> None:
    client, foreign = client_for({})
    with pytest.raises(BadId):
        await client.order("../admin/credits/manual")
    assert foreign.requests == []


# -- check-in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "awarded", "balance"),
    [
        ({"credits": 20, "balance": 1520}, 20, 1520),
        ({"reward": 20}, 20, None),
        ({"checkin": {"credits_awarded": 20}}, 20, None),
        ({}, None, None),
        (None, None, None),
    ],
)
async def test_what_a_check_in_brought(data: object, awarded: int | None, balance: int | None) -> None:
    done = await client_for({"POST /checkin": good(data)})[0].check_in()
    assert not done.done_before
    assert done.awarded == (in_credits(awarded) if awarded else None)
    assert done.balance == (in_credits(balance) if balance else None)


@pytest.mark.parametrize(
    "answer",
    [
        (409, '{"success": false, "error": {"code": "ALREADY_CHECKED_IN", "message": "Come back tomorrow."}}'),
        (400, '{"success": false, "error": "Already checked in today"}'),
        (429, '{"ok": false, "error": {"code": "X", "message": "You have checked in."}}'),
        (200, '{"success": false, "message": "already checked in"}'),
    ],
)
async def test_a_second_check_in_is_an_answer(answer: Answer) -> None:
    assert (await client_for({"POST /checkin": answer})[0].check_in()).done_before


@pytest.mark.parametrize(
    "body",
    [
        '{"success": "pending"}',
        "[]",
        "{}",
        '{"message": "maintenance"}',
        '{"success": true, "message": "maintenance", "data": {}}',
        '{"success": true, "data": {"credits": 20, "error": "not credited"}}',
        '{"data": {"status": "pending"}}',
        '{"ok": null}',
    ],
)
async def test_an_answer_that_does_not_say_so_checks_nobody_in(body: str) -> None:
    client, foreign = client_for({"POST /checkin": (200, body)})
    with pytest.raises(Unproven) as caught:
        await client.check_in()
    assert caught.value.maybe_executed
    assert "balance tells" in caught.value.next_step
    assert len(foreign.requests) == 1


@pytest.mark.parametrize("answer", [(500, '{"error": "already checked in?"}'), (0, ""), (400, '{"error": "Off."}')])
async def test_other_trouble_of_a_check_in_is_an_error_and_sent_once(answer: Answer) -> None:
    client, foreign = client_for({"POST /checkin": answer})
    with pytest.raises(BillingError):
        await client.check_in()
    assert len(foreign.requests) == 1


# -- links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["url", "checkout_url", "redirect_url", "session_url", "portal_url"])
async def test_the_address_under_any_of_its_names_byte_for_byte(name: str) -> None:
    client, _ = client_for(
        {
            "GET /orders": good([]),
            "POST /payment/create-session": good({name: STRIPE_URL, "note": "x"}),
            "POST /subscription/portal": good({name: STRIPE_URL}, "ok"),
        }
    )
    link = await client.create_payment_link(PRO, "key")
    assert (link.url, link.expires_at) == (STRIPE_URL, None)
    assert await client.portal_link() == STRIPE_URL


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"url": STRIPE_URL}, "cs_live_a1B2c3D4e5F6"),
        ({"url": STRIPE_URL, "session_id": "s-1"}, "s-1"),
        ({"session": {"id": "s-2", "url": STRIPE_URL}}, "s-2"),
        ({"url": "https://creem.io/test/checkout/prod_4xyzABCD/ch_1QyIQDw9cbFWdA1ry5"}, "ch_1QyIQDw9cbFWdA1ry5"),
        (STRIPE_URL, "cs_live_a1B2c3D4e5F6"),
    ],
)
async def test_a_checkout_gets_a_name_from_the_answer_or_the_address(data: object, name: str) -> None:
    client, _ = client_for({"GET /orders": good([]), "POST /payment/create-session": good(data)})
    assert (await client.create_payment_link(PRO, "key")).session_id == name


async def test_the_order_that_came_with_a_checkout_names_it() -> None:
    pages = [good([order("old")]), good([order("new", "pending", plan_id="plan-id"), order("old")])]
    client, _ = client_for({"GET /orders": pages, "POST /payment/create-session": good({"url": STRIPE_URL})})
    assert (await client.create_payment_link(PRO, "key")).session_id == "new"


async def test_two_new_orders_name_nothing() -> None:
    pages = [good([]), good([order("a", "pending"), order("b", "pending")])]
    client, _ = client_for({"GET /orders": pages, "POST /payment/create-session": good({"url": STRIPE_URL})})
    assert (await client.create_payment_link(PRO, "key")).session_id == "cs_live_a1B2c3D4e5F6"


async def test_a_link_is_kept_when_its_order_cannot_be_looked_up() -> None:
    client, _ = client_for(
        {"GET /orders": [good([]), (500, "{}")], "POST /payment/create-session": good({"url": STRIPE_URL})}
    )
    assert (await client.create_payment_link(PRO, "key")).url == STRIPE_URL


async def test_a_lost_answer_is_not_asked_for_again_and_says_that_a_link_may_exist() -> None:
    client, foreign = client_for({"GET /orders": good([]), "POST /payment/create-session": (0, "")})
    with pytest.raises(BillingError) as caught:
        await client.create_payment_link(PRO, "key")
    assert "a link alone charges nothing" in caught.value.next_step
    assert len([request for request in foreign.requests if request.method == "POST"]) == 1


async def test_an_amount_cannot_be_asked_for() -> None:
    client, foreign = client_for({})
    with pytest.raises(Invalid):
        await client.create_payment_link(LinkRequest(Purpose.FUND, amount=Money(Decimal(25), "USD")), "key")
    assert foreign.requests == []
