"""Olostep's published answers, and the variants its pages leave open."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.judging import sent
from tests.contract.olostep import PAID, PROCESSING, Team, client_of
from tui.domain import CREDITS, AnswerKind, Lot, LotKind, Money, MoneyAnswer, expiry_words
from tui.providers.errors import Declined, Invalid, NotAuthenticated, ProtocolError
from tui.providers.olostep.top_up import SIZES

WAIT = timedelta(seconds=60)


def credits_of(units: int) -> Money:
    return Money(Decimal(units), CREDITS)


async def top_up(team: Team) -> MoneyAnswer:
    client = client_of(team)
    return await sent(client, client.top_up_call(SIZES[0]), SIZES[0])


async def test_the_published_credits() -> None:
    team = Team()
    client = client_of(team)
    assert (await client.balance()).available == credits_of(12500)
    held = await client.lots()
    assert held.usable is True
    assert held.items == (
        Lot(LotKind("Subscription"), credits_of(10000), credits_of(8500), datetime(2025, 1, 1, tzinfo=UTC)),
        Lot(LotKind("Top-up"), credits_of(5000), credits_of(4000), datetime(2025, 4, 1, tzinfo=UTC)),
    )
    (plan,) = await client.subscriptions()
    assert (plan.id, plan.plan_name, plan.status, plan.included) == ("SUB_PRO", "Pro", "active", credits_of(10000))
    assert plan.period_start == datetime(2024, 1, 1, tzinfo=UTC)
    assert {request.url.path for request in team.requests} == {"/user/credits/info"}


@pytest.mark.parametrize(
    "plan", [None, {}, {"id": "SUB_BASE", "display_name": "Base", "credits": 0, "created_at": None}]
)
async def test_without_a_plan_the_fallback_is_told_as_none(plan: Any) -> None:
    team = Team()
    team.credits |= {"active_subscription": plan, "allow_usage": None, "breakdown": []}
    (told,) = await client_of(team).subscriptions()
    assert (told.id, told.status.label, told.included) == ("SUB_BASE", "no active plan", None)
    held = await client_of(team).lots()
    assert (held.items, held.usable) == ((), None)


async def test_a_lot_without_an_end_and_of_an_unknown_kind_is_kept() -> None:
    team = Team()
    team.credits["breakdown"] = [
        {"purchase_kind": "Gift", "allocated_units": 5, "remaining_units": 5, "expiry_date": None}
    ]
    (lot,) = (await client_of(team).lots()).items
    assert (lot.kind, lot.expires_at) == ("Gift", None)


async def test_a_lot_without_a_size_is_not_guessed() -> None:
    team = Team()
    del team.credits["breakdown"][0]["allocated_units"]
    with pytest.raises(ProtocolError):
        await client_of(team).lots()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (402, {"message": "Invalid API key"}, NotAuthenticated),
        (402, {}, NotAuthenticated),
        (401, {"invalid_api_key": True, "message": "Rejected"}, NotAuthenticated),
        (402, {"object": "error", "code": "invalid_api_key", "status": 402, "detail": "No such key"}, NotAuthenticated),
        (402, {"error": {"code": "invalid_api_key", "message": "No such key"}}, NotAuthenticated),
        (402, {"usage_limit_reached": True, "message": "Used up"}, Declined),
        (402, {"error": "credits_exhausted"}, Declined),
    ],
)
async def test_a_refused_key_is_told_from_used_up_credits(status: int, body: Any, error: type[Exception]) -> None:
    team = Team()
    team.reading, team.credits = status, body
    with pytest.raises(error):
        await client_of(team).balance()


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (200, PAID, AnswerKind.ISSUING, "being issued"),
        (202, PROCESSING, AnswerKind.PROCESSING, "processed"),
        (200, PROCESSING, AnswerKind.PROCESSING, "processed"),
        (200, {**PAID, "credits": 20000}, AnswerKind.UNPROVEN, "speaks of 20000 instead of 10000"),
        (200, {"success": False}, AnswerKind.UNPROVEN, "(success: false)"),
        (200, {"payment_intent_id": "pi_1"}, AnswerKind.UNPROVEN, "without saying"),
        (200, {**PAID, "status": "odd"}, AnswerKind.UNPROVEN, "without saying"),
        (200, {**PAID, "success": "pending"}, AnswerKind.UNPROVEN, "pending"),
        (200, {**PAID, "status": "failed"}, AnswerKind.UNPROVEN, "without saying"),
        (200, {**PAID, "error": "card declined"}, AnswerKind.LOST, "without saying"),
        (400, {"error": "missing_topup_selector"}, AnswerKind.REFUSED, "how many credits"),
        (400, {"error": {"code": "invalid_credits"}}, AnswerKind.REFUSED, "does not sell"),
        (400, {"code": "no_stripe_customer"}, AnswerKind.REFUSED, "no billing account"),
        (400, {"error": "no_payment_method", "message": "x"}, AnswerKind.REFUSED, "no card on file"),
        (402, {"error": "payment_failed"}, AnswerKind.DECLINED, "None of the team's saved cards"),
        (402, {"message": "payment_failed"}, AnswerKind.DECLINED, "None of the team's saved cards"),
        (402, {"message": "Invalid API key"}, AnswerKind.NOT_AUTHENTICATED, "Invalid API key"),
        (401, {}, AnswerKind.NOT_AUTHENTICATED, "refused"),
        (403, {"message": "Forbidden"}, AnswerKind.NOT_ALLOWED, "Forbidden"),
        (409, {}, AnswerKind.IN_PROGRESS, "at work"),
        (503, {"error": "payment_status_unknown"}, AnswerKind.LOST, "does not know whether the card"),
        (500, {}, AnswerKind.LOST, "without saying"),
    ],
)
async def test_what_an_answer_to_a_top_up_proves(status: int, body: Any, kind: AnswerKind, words: str) -> None:
    answer = await top_up(Team(status, body))
    assert (answer.kind, words in answer.message) == (kind, True), answer
    assert not answer.code or answer.advice, "a documented code has a next step of its own"


async def test_the_cooldown_counts_from_the_header_or_a_minute() -> None:
    body = {"error": "purchase_topup_cooldown"}
    told = await top_up(Team(429, body, **{"Retry-After": "42"}))
    assert (told.kind, told.retry_after) == (AnswerKind.LIMITED, timedelta(seconds=42))
    assert (await top_up(Team(429, body))).retry_after == WAIT


async def test_it_is_sent_once_without_a_key_in_the_sizes_on_sale() -> None:
    team = Team(500, {})
    answer = await top_up(team)
    assert (answer.kind, team.bought) == (AnswerKind.LOST, [b'{"credits": 10000}'])
    assert "idempotency-key" not in team.requests[-1].headers
    with pytest.raises(Invalid, match="10,000, 20,000, 80,000, 100,000"):
        client_of(team).top_up_call(credits_of(50000))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "expired"),
        (600, "within the hour"),
        (7200, "in 2 hours"),
        (86_400, "in 1 day"),
        (12 * 86_400 + 3600, "in 12 days"),
    ],
)
def test_expiry_in_words(seconds: int, words: str) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert expiry_words(now + timedelta(seconds=seconds), now) == words
