"""Olostep's billing wire: credits of a team, and the top-up that charges its saved card in one step.

Statuses and codes follow docs.olostep.com (Balance and billing). Nothing there keeps an idempotency key: the same call
again is another purchase.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from tui.sandbox import credit_lots
from tui.sandbox.call import CallDep, json_response, world_of
from tui.sandbox.contract import OLOSTEP_PREFIX
from tui.sandbox.models.olostep import (
    ActiveSubscription,
    CreditsInfo,
    LotRow,
    OlostepError,
    TopUpPaid,
    TopUpProcessing,
    TopUpRequest,
)
from tui.sandbox.seed.olostep import PLAN_CREDITS
from tui.sandbox.settings import TopUpOutcome
from tui.sandbox.wire import plain
from tui.sandbox.world import World, unique

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_PLAN_AGE = 540 * 86_400
_REFUSALS: dict[TopUpOutcome, tuple[int, str, str]] = {
    "no_customer": (400, "no_stripe_customer", "This team has no Stripe customer."),
    "no_card": (400, "no_payment_method", "This team has no saved payment method."),
    "declined": (402, "payment_failed", "No saved card completed the payment."),
    "unknown": (503, "payment_status_unknown", "The payment status is unknown. Wait before retrying."),
    "unknown_charged": (503, "payment_status_unknown", "The payment status is unknown. Wait before retrying."),
}
_PROCESSING = "Payment is processing. Credits will be added once the payment is confirmed."


class OlostepFailure(Exception):
    """An answer other than success."""

    def __init__(self, status: int, code: str | None, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}


class _OlostepRoute(APIRoute):
    """Adds the check of the key, the gateway's request id, and Olostep's errors."""

    def get_route_handler(self) -> Handler:
        """Wrap the endpoint."""
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                _authenticate(world_of(request), request.headers.get("authorization", ""))
                response = await _run(request, original)
            except OlostepFailure as error:
                body = OlostepError(error=error.code, message=error.message)
                response = json_response(plain(body), error.status)
                response.headers.update(error.headers)
            response.headers["x-amzn-RequestId"] = unique("", 16)
            return response

        return handle


async def _run(request: Request, original: Handler) -> Response:
    try:
        return await original(request)
    except (RequestValidationError, HTTPException) as error:
        given = isinstance(error, RequestValidationError) and any(
            each["loc"][-1] == "credits" and each["type"] != "missing" for each in error.errors()
        )
        if given:
            raise OlostepFailure(400, "invalid_credits", "credits must be 10000, 20000, 80000 or 100000.") from error
        raise OlostepFailure(400, "missing_topup_selector", "Say how many credits to buy.") from error


def _authenticate(world: World, header: str) -> None:
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or token != world.olostep_token:
        raise OlostepFailure(world.settings.olostep_key_status, None, "Invalid API key.")


# Olostep's own description declares no security scheme either: a key that is not valid gets 402, which none knows.
router = APIRouter(prefix=OLOSTEP_PREFIX, route_class=_OlostepRoute, tags=["Olostep"])


def _answers(success: dict[int, Any], *errors: int) -> dict[int | str, dict[str, Any]]:
    described: dict[int | str, dict[str, Any]] = {status: {"model": model} for status, model in success.items()}
    words = {
        400: "Nothing, or nothing on offer, was asked for; or the team cannot pay.",
        401: "The API key is not valid.",
        402: "The API key is not valid; or no saved card completed the payment.",
        429: "Another attempt was made within 60 seconds.",
        503: "Nobody knows whether the card was charged.",
    }
    for status in (401, 402, *errors):
        described[status] = {"model": OlostepError, "description": words[status]}
    return described


@router.get("/user/credits/info", responses=_answers({200: CreditsInfo}))
async def credits_info(call: CallDep) -> Response:
    """Return what the team has left, lot by lot."""
    world = call.world
    plan = ActiveSubscription(id="SUB_BASE", display_name="Base", credits=0)
    if world.settings.olostep_plan:
        begun = world.clock.epoch() // 86_400 * 86_400 - _PLAN_AGE
        plan = ActiveSubscription(id="SUB_PRO", display_name="Pro", credits=PLAN_CREDITS, created_at=begun)
    rows = [
        {
            "purchase_kind": lot.kind,
            "allocated_units": lot.allocated,
            "remaining_units": lot.remaining,
            "expiry_date": lot.expires_at,
        }
        for lot in credit_lots.listing(world)
    ]
    body = CreditsInfo(
        credits=credit_lots.total(world),
        breakdown=[LotRow.model_validate(row) for row in rows],
        active_subscription=plan,
        allow_usage=world.settings.olostep_allow_usage,
    )
    return json_response({**plain(body), "active_subscription": plain(plan)})


@router.post("/user/purchase-topup", responses=_answers({200: TopUpPaid, 202: TopUpProcessing}, 400, 429, 503))
async def purchase_topup(call: CallDep, body: TopUpRequest) -> Response:
    """Charge the team's saved card; one attempt a minute."""
    world = call.world
    outcome = world.settings.topup_outcome
    if outcome in ("no_customer", "no_card"):
        raise OlostepFailure(*_REFUSALS[outcome])
    seconds = credit_lots.wait(world)
    if seconds:
        message = f"Another top-up was attempted less than {world.settings.topup_cooldown_seconds} seconds ago."
        raise OlostepFailure(429, "purchase_topup_cooldown", message, {"Retry-After": str(seconds)})
    credit_lots.begin_attempt(world)
    if outcome in ("declined", "unknown"):
        raise OlostepFailure(*_REFUSALS[outcome])
    intent = credit_lots.buy(world, body.credits, call.path, world.settings.issue_seconds)
    if outcome == "unknown_charged":
        raise OlostepFailure(*_REFUSALS[outcome])
    if outcome == "processing":
        answer = TopUpProcessing(payment_intent_id=intent, message=_PROCESSING, credits=body.credits)
        return json_response(plain(answer), 202)
    return json_response(plain(TopUpPaid(payment_intent_id=intent, credits=body.credits)))
