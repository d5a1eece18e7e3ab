"""What each answer to confirm-checkout means: only a word for it, or a balance with nothing against it, means paid."""

import json
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.foreign import checkout, client_for, client_reading, json_answer
from tests.contract.judging import confirmed
from tui.domain import ConfirmAnswer, ConfirmKind, LinkRequest, Money, Purpose
from tui.payments.evidence import judge_checkout
from tui.providers.modelslab.confirm import classify
from tui.providers.transport import Json, Reply

PAID, PENDING, EXPIRED = ConfirmKind.PAID, ConfirmKind.PENDING, ConfirmKind.EXPIRED
UNCLEAR, DECLINED, UNKNOWN, AUTH, TRANSIENT = (
    ConfirmKind.UNCLEAR,
    ConfirmKind.DECLINED,
    ConfirmKind.UNKNOWN_SESSION,
    ConfirmKind.AUTH,
    ConfirmKind.TRANSIENT,
)


BEFORE = Money(Decimal("75.50"), "USD")
TWENTY_FIVE = Money(Decimal(25), "USD")


def judge(
    status: int, body: Json, purpose: Purpose = Purpose.FUND, before: Money | None = None, session_id: str = "cs_1"
) -> ConfirmAnswer:
    """Judge an answer about a link for $25, with `before` as the balance when it was made."""
    request = LinkRequest(purpose, amount=TWENTY_FIVE if purpose is Purpose.FUND else None, plan_id="10")
    asked = replace(checkout(session_id), request=request, balance_before=before)
    return judge_checkout(asked, classify(Reply(host="modelslab.com", status=status, json=body)))


def error(code: str | None = None, message: str | None = None, details: Json = None) -> Json:
    return {"data": None, "error": {"code": code, "message": message, "details": details}}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        *(({"status": word}, PAID) for word in ("paid", "succeeded", "success", "complete", "completed", "confirmed")),
        ({"status": "PAID"}, PAID),
        ({"payment_status": "paid"}, PAID),
        ({"payment_status": "no_payment_required", "status": "complete"}, PAID),
        ({"session": {"status": "complete", "payment_status": "paid"}}, PAID),
        ({"paid": True}, PAID),
        ({"status": "active"}, TRANSIENT),
        ({"balance": 100}, UNCLEAR),
        ({"balance": 100, "message": "Wallet funded."}, UNCLEAR),
        *(
            ({"status": word}, PENDING)
            for word in ("pending", "open", "unpaid", "processing", "requires_action", "incomplete")
        ),
        ({"status": "requires_payment_method"}, PENDING),
        ({"paid": False}, PENDING),
        ({"balance": 75, "status": "pending"}, PENDING),
        ({"balance": 75, "message": "Payment is still pending."}, PENDING),
        ({"balance": 75, "message": "The session has not been completed yet."}, PENDING),
        ({"status": "success", "message": "Session not paid yet"}, PENDING),
        ({"status": "complete", "payment_status": "unpaid"}, PENDING),
        ({"status": "open", "payment": {"status": "failed"}}, PENDING),
        ({"status": "expired"}, EXPIRED),
        ({"status": "expired", "payment_status": "unpaid"}, EXPIRED),
        ({"status": "failed"}, DECLINED),
        ({"status": "canceled"}, DECLINED),
        ({"status": "expired", "payment_status": "paid"}, TRANSIENT),
        ({"status": "in_review"}, TRANSIENT),
        ({"status": "in_review", "balance": 75}, TRANSIENT),
        ({"status": "complete", "payment_status": "in_review"}, TRANSIENT),
        ({"balance": "plenty"}, TRANSIENT),
        ({"balance": None}, TRANSIENT),
        ({"message": "OK"}, TRANSIENT),
        ({"error": "Payment could not be confirmed.", "balance": 75}, TRANSIENT),
        ({"error": "Session not paid", "balance": 75}, PENDING),
        ({}, TRANSIENT),
        ([], TRANSIENT),
        (None, TRANSIENT),
        (True, TRANSIENT),
        ("paid", TRANSIENT),
    ],
)
def test_successes_for_the_wallet(data: Json, kind: ConfirmKind) -> None:
    assert judge(200, {"data": data, "error": None, "meta": {}}).kind is kind
    if isinstance(data, dict) and data:
        assert judge(201, data).kind is kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"status": "active"}, PAID),
        ({"status": "trialing"}, PAID),
        ({"subscription": {"id": 1, "status": "active"}}, PAID),
        ({"status": "incomplete"}, PENDING),
        ({"status": "incomplete_expired"}, EXPIRED),
        ({"balance": 75}, TRANSIENT),
    ],
)
def test_successes_for_a_subscription(data: Json, kind: ConfirmKind) -> None:
    assert judge(200, {"data": data}, Purpose.SUBSCRIBE).kind is kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"balance": Decimal("100.50")}, PAID),
        ({"balance": "100.50", "currency": "usd"}, PAID),
        ({"wallet": {"balance": Decimal("100.50")}}, PAID),
        ({"new_balance": Decimal("100.50")}, PAID),
        ({"balance": Decimal("100.50"), "message": "Wallet funded."}, PAID),
        ({"balance": Decimal("75.50")}, UNCLEAR),
        ({"balance": Decimal("100.49")}, UNCLEAR),
        ({"balance": Decimal("100.50"), "currency": "EUR"}, UNCLEAR),
        ({"balance": Decimal("100.50"), "success": False}, PENDING),
        ({"balance": Decimal("100.50"), "session_id": "cs_2"}, UNCLEAR),
        ({"balance": Decimal("100.50"), "amount": 5}, UNCLEAR),
        ({"balance": Decimal("100.50"), "status": "active"}, TRANSIENT),
    ],
)
def test_a_balance_alone_pays_when_it_rose_by_the_amount(data: Json, kind: ConfirmKind) -> None:
    answer = judge(200, {"data": data}, before=BEFORE)
    assert answer.kind is kind
    assert (answer.balance is not None) is (kind is PAID)
    assert judge(200, {"data": data}).kind is not PAID, "without a balance to compare with it proves nothing"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"data": {"success": False, "status": "paid"}}, PENDING),
        ({"success": False, "data": {"status": "paid"}}, PENDING),
        ({"data": {"status": "paid", "payment": {"error": "card declined"}}}, PENDING),
        ({"data": {"status": "paid", "message": "Your card was declined."}}, PENDING),
        ({"data": {"status": "paid", "session_id": "cs_2"}}, UNCLEAR),
        ({"data": {"status": "paid", "session": {"id": "cs_2"}}}, UNCLEAR),
        ({"data": {"status": "paid", "id": "cs_2"}}, UNCLEAR),
        ({"data": {"status": "paid", "session_id": "cs_1", "amount": 25, "currency": "usd"}}, PAID),
        ({"data": {"status": "paid", "amount": 5}}, UNCLEAR),
        ({"data": {"status": "paid", "amount": "plenty"}}, UNCLEAR),
        ({"data": {"status": "paid", "currency": "EUR"}}, UNCLEAR),
        ({"data": {"status": None, "balance": Decimal("100.50")}}, TRANSIENT),
    ],
)
def test_an_answer_that_contradicts_the_payment_pays_nothing(body: Json, kind: ConfirmKind) -> None:
    answer = judge(200, body, before=BEFORE)
    assert answer.kind is kind
    assert answer.message


def test_a_plan_must_be_the_one_asked_for() -> None:
    other: Json = {"data": {"status": "active", "subscription": {"id": 1, "plan_id": 11, "status": "active"}}}
    assert judge(200, other, Purpose.SUBSCRIBE).kind is UNCLEAR


def test_a_status_beside_the_data_says_nothing_about_the_payment() -> None:
    assert judge(200, {"status": "success", "data": {"message": "received"}}).kind is TRANSIENT


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (202, {"data": {"payment": {"status": "requires_action"}}}, PENDING),
        (202, {"data": {"balance": 75}}, PENDING),
        (202, None, PENDING),
        (409, error("conflict", "In progress."), PENDING),
        (409, None, PENDING),
        (425, None, PENDING),
        (400, error("checkout_not_completed", "Checkout not completed."), PENDING),
        (400, error("payment_pending"), PENDING),
        (422, error("session_unpaid"), PENDING),
        (422, error("invalid_state", "The session has not been paid."), PENDING),
        (402, error("payment_incomplete"), PENDING),
        (402, error("authentication", "This payment requires authentication."), PENDING),
        (400, {"message": "Payment not completed yet"}, PENDING),
        (400, {"error": "Session is not paid"}, PENDING),
        (400, {"data": {"status": "open"}, "error": {"message": "No."}}, PENDING),
        (400, error("session_expired", "The session is no longer open and has not been paid."), EXPIRED),
        (410, error("expired"), EXPIRED),
        (422, error("invalid_state", "This checkout session has expired."), EXPIRED),
        (422, error("invalid_state", "The session is pending and has not expired."), PENDING),
        (404, error("session_expired"), EXPIRED),
        (402, error("payment_declined", "Your card has expired.", {"decline_code": "expired_card"}), DECLINED),
        (402, error("payment_declined", "Payment incomplete."), DECLINED),
        (402, error(None, "No.", {"decline_code": "insufficient_funds"}), DECLINED),
        (402, error("payment_required", "Your card has expired."), TRANSIENT),
        (402, None, TRANSIENT),
        (404, error("not_found", "No such session, it may have expired."), UNKNOWN),
        (404, None, UNKNOWN),
        (400, error("resource_missing", "No such checkout.session"), UNKNOWN),
        (401, {"message": "Unauthenticated."}, AUTH),
        (401, error("token_expired", "The token has expired."), AUTH),
        (403, error("insufficient_scope"), AUTH),
        (429, {"message": "Too Many Attempts."}, TRANSIENT),
        (500, error("server", "Session expired"), TRANSIENT),
        (503, error("payment_pending"), TRANSIENT),
        (302, None, TRANSIENT),
        (422, error("validation_error", "The session id field is required.", {"session_id": ["required"]}), TRANSIENT),
        (400, error(None, None, []), TRANSIENT),
        (200, {"data": {"balance": 100, "status": "paid"}, "error": {"code": "odd", "message": "Odd."}}, TRANSIENT),
        (200, {"error": {"code": "payment_pending"}, "data": None}, PENDING),
        (200, {"error": "Payment pending"}, PENDING),
    ],
)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_refusals(status: int, body: Json, kind: ConfirmKind, purpose: Purpose) -> None:
    answer = judge(status, body, purpose)
    assert answer.kind is kind
    assert answer.message
    assert answer.balance is None


@pytest.mark.parametrize("status", [403, 404])
def test_a_web_page_in_between_decides_nothing(status: int) -> None:
    reply = Reply(host="modelslab.com", status=status, unreadable="a web page came instead of data")
    assert classify(reply).kind is TRANSIENT


def test_the_balance_comes_with_paid() -> None:
    assert judge(200, {"data": {"status": "paid", "balance": "100.50"}}).balance == Money(Decimal("100.50"), "USD")


@pytest.mark.parametrize("place", ["top", "data", "meta"])
def test_a_stored_not_yet_says_nothing(place: str) -> None:
    body: dict[str, Json] = {"data": {"status": "pending"}, "error": None, "meta": {}}
    where = body if place == "top" else body[place]
    assert isinstance(where, dict)
    where["idempotency_replay"] = True
    assert judge(200, body).kind is TRANSIENT


leaves: st.SearchStrategy[Json] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.decimals(allow_nan=False, allow_infinity=False)
)
names = st.sampled_from(["data", "error", "meta", "status", "message", "code", "wallet", "balance", "payment", "x"])
documents: st.SearchStrategy[Json] = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)),
    max_leaves=8,
)


@given(status=st.integers(200, 599), body=documents, purpose=st.sampled_from(list(Purpose)))
def test_no_answer_breaks_the_judgement_and_no_failure_pays(status: int, body: Json, purpose: Purpose) -> None:
    answer = judge(status, body, purpose)
    if status >= 300 or status == 202 or (isinstance(body, dict) and body.get("error")):
        assert answer.kind is not PAID


@given(status=st.sampled_from([200, 201]), message=st.text(), purpose=st.sampled_from(list(Purpose)))
def test_words_for_people_alone_never_pay(status: int, message: str, purpose: Purpose) -> None:
    assert judge(status, {"data": {"message": message}}, purpose).kind is not PAID


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (429, {"retry-after": "17"}, b'{"message": "Too Many Attempts."}'),
        (502, {"content-type": "text/html"}, b"<html>Bad gateway</html>"),
        (200, {"content-type": "text/html"}, b"<html>Log in</html>"),
        (200, {}, b'{"data": {"status": "paid"'),
        (200, {}, b""),
        (204, {}, b""),
        (302, {"location": "https://evil.example/"}, b""),
    ],
)
async def test_trouble_on_the_way_is_no_answer(status: int, headers: dict[str, str], body: bytes) -> None:
    client, foreign = client_for(lambda _: httpx.Response(status, content=body, headers=headers))
    answer = await confirmed(client, checkout("cs_1"))
    assert answer.kind is TRANSIENT
    assert "<" not in answer.message
    assert len(foreign.requests) == 1
    assert (answer.retry_after.total_seconds() if answer.retry_after else None) == (17 if status == 429 else None)


async def test_a_cut_connection_is_no_answer() -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("")

    answer = await confirmed(client_for(cut)[0], checkout("cs_1"))
    assert answer.kind is TRANSIENT
    assert "modelslab.com" in answer.message


async def test_the_request_id_is_kept() -> None:
    body = json.dumps({"data": {"status": "pending"}, "meta": {"request_id": "r-77"}})
    assert (await client_reading(body).confirm_checkout(checkout("cs_1"))).request_id == "r-77"
    client, _ = client_for(json_answer("{}", headers={"x-request-id": "h-1"}))
    assert (await confirmed(client, checkout("cs_1"))).request_id == "h-1"
