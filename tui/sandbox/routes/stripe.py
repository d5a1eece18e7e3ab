"""Stripe's two calls that a publishable key may make: a payment method, and the confirmation of a setup intent.

Shapes and error codes follow docs.stripe.com/api. An idempotency key is accepted and has no effect with a publishable
key, as Stripe's staff state: the same call again makes another payment method.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBasic
from starlette.exceptions import HTTPException

from tui.sandbox import cards
from tui.sandbox.call import CallDep, json_response, world_of
from tui.sandbox.cards import DECLINE_MESSAGES, Card, CardError
from tui.sandbox.contract import STRIPE_PREFIX
from tui.sandbox.models.stripe import CARD_FORM, CONFIRM_FORM, PaymentMethod, SetupIntent, StripeErrorAnswer
from tui.sandbox.pages import form_of
from tui.sandbox.wire import JsonValue, plain
from tui.sandbox.world import World, unique

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StripeError(Exception):
    """An answer other than success, in Stripe's shape; extra fields such as `param` are added to it."""

    def __init__(self, status: int, kind: str, message: str, **extra: JsonValue) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, JsonValue] = {"type": kind, "message": message, **extra}


class _StripeRoute(APIRoute):
    """Adds Stripe's `Request-Id`, its check of the key, and its errors."""

    def get_route_handler(self) -> Handler:
        """Wrap the endpoint."""
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            request_id = unique("req_", 14)
            try:
                _authenticate(world_of(request), request.headers.get("authorization", ""))
                response = await _run(request, original)
            except StripeError as error:
                body: dict[str, JsonValue] = {**error.body, "request_log_url": f"sandbox:{request_id}"}
                response = json_response({"error": body}, error.status)
            response.headers["Request-Id"] = request_id
            return response

        return handle


async def _run(request: Request, original: Handler) -> Response:
    try:
        return await original(request)
    except (RequestValidationError, HTTPException) as error:
        raise StripeError(400, "invalid_request_error", "The request cannot be read.") from error


def _authenticate(world: World, header: str) -> None:
    kind, _, value = header.partition(" ")
    key = value
    if kind.lower() == "basic":
        try:
            key = base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    if not key:
        message = "You did not provide an API key. Use HTTP Basic auth with the key as the username, or Bearer auth."
        raise StripeError(401, "invalid_request_error", message)
    if key != world.publishable_key:
        shown = f"{key[:8]}{'*' * 12}"
        raise StripeError(401, "invalid_request_error", f"Invalid API Key provided: {shown}")


_basic = HTTPBasic(auto_error=False, description="The publishable key as the user name, no password.")
router = APIRouter(prefix=STRIPE_PREFIX, route_class=_StripeRoute, dependencies=[Depends(_basic)], tags=["Stripe"])
_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": StripeErrorAnswer, "description": text}
    for status, text in (
        (400, "The request is not valid."),
        (401, "The key is missing or wrong."),
        (402, "The card is refused."),
        (404, "There is no such object."),
    )
}
SetupIntentId = Annotated[str, Path(min_length=1, max_length=255)]


def _text(form: Mapping[str, str], name: str, *, required: bool = True) -> str:
    value = form.get(name)
    if value:
        return value
    if value == "":
        message = f"You passed an empty string for '{name}'."
        raise StripeError(400, "invalid_request_error", message, code="parameter_invalid_empty", param=name)
    if required:
        message = f"Missing required param: {name}."
        raise StripeError(400, "invalid_request_error", message, code="parameter_missing", param=name)
    return ""


def _card(world: World, form: Mapping[str, str], outer: str) -> Card:
    """Make a payment method of the card fields under `outer`."""
    field = f"{outer}[card]" if outer else "card"
    kind = f"{outer}[type]" if outer else "type"
    if _text(form, kind) != "card":
        message = "The payment method type provided is invalid. Only card is available here."
        raise StripeError(400, "invalid_request_error", message, param=kind)
    number, month, year = (_text(form, f"{field}[{name}]") for name in ("number", "exp_month", "exp_year"))
    cvc = _text(form, f"{field}[cvc]", required=False) or None
    try:
        return cards.create(world, number, month, year, cvc)
    except CardError as error:
        extra: dict[str, JsonValue] = {"code": error.code, "param": f"{field}[{error.field}]"}
        raise StripeError(402, "card_error", error.message, **extra) from error


def _shown(card: Card) -> PaymentMethod:
    details: dict[str, Any] = {
        "brand": card.brand,
        "last4": card.last4,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "funding": "credit",
    }
    return PaymentMethod(id=card.id, type="card", card=details, created=card.created_at)


@router.post("/v1/payment_methods", responses={200: {"model": PaymentMethod}, **_REFUSALS}, openapi_extra=CARD_FORM)
async def create_payment_method(call: CallDep, request: Request) -> Response:
    """Make a payment method of card data; nothing is charged, and a card that will decline is not found out here."""
    form = await form_of(request)
    return json_response(plain(_shown(_card(call.world, form, ""))))


@dataclass(frozen=True)
class _Intent:
    id: str
    client_secret: str
    status: str
    payment_method_id: str | None
    created_at: int


@router.post(
    "/v1/setup_intents/{intent_id}/confirm",
    responses={200: {"model": SetupIntent}, **_REFUSALS},
    openapi_extra=CONFIRM_FORM,
)
async def confirm_setup_intent(call: CallDep, request: Request, intent_id: SetupIntentId) -> Response:
    """Save a card by its setup intent; one that wants 3-D Secure ends in `requires_action`."""
    form = await form_of(request)
    intent = call.world.database.first(_Intent, "SELECT * FROM setup_intents WHERE id = ?", intent_id)
    if intent is None:
        message = f"No such setupintent: '{intent_id}'"
        raise StripeError(404, "invalid_request_error", message, code="resource_missing", param="intent")
    if _text(form, "client_secret") != intent.client_secret:
        message = "The client_secret provided does not match the client_secret associated with the SetupIntent."
        raise StripeError(400, "invalid_request_error", message, param="client_secret")
    if intent.status == "succeeded":
        message = "You cannot confirm this SetupIntent because it has already succeeded."
        raise StripeError(400, "invalid_request_error", message, code="setup_intent_unexpected_state")
    card = _chosen(call.world, form)
    if card.behaviour not in ("ok", "requires_action"):
        message = DECLINE_MESSAGES.get(card.behaviour, "Your card was declined.")
        raise StripeError(402, "card_error", message, code="card_declined", decline_code=card.behaviour)
    status = "succeeded" if card.behaviour == "ok" else "requires_action"
    sql = "UPDATE setup_intents SET status = ?, payment_method_id = ? WHERE id = ?"
    call.world.database.run(sql, status, card.id, intent.id)
    action = None if status == "succeeded" else {"type": "use_stripe_sdk"}
    answer = SetupIntent(
        id=intent.id,
        status=status,
        payment_method=card.id,
        client_secret=intent.client_secret,
        next_action=action,
        created=intent.created_at,
    )
    return json_response(plain(answer))


def _chosen(world: World, form: Mapping[str, str]) -> Card:
    given = _text(form, "payment_method", required=False)
    if not given:
        return _card(world, form, "payment_method_data")
    card = cards.find(world.database, given)
    if card is None:
        message = f"No such PaymentMethod: '{given}'"
        raise StripeError(400, "invalid_request_error", message, code="resource_missing", param="payment_method")
    return card
