"""The hosted checkout page: plain forms that work without script, with the processor's test cards."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tui.sandbox import cards, checkouts
from tui.sandbox.call import Call, CallDep
from tui.sandbox.cards import DECLINE_MESSAGES, CardError
from tui.sandbox.checkouts import CREEM_PAGE, PAGE, Checkout
from tui.sandbox.clock import iso
from tui.sandbox.page_words import words
from tui.sandbox.pages import HTML, HTML_404, form_of, html
from tui.sandbox.product_factory import deliveries
from tui.sandbox.wire import dollars

router = APIRouter(prefix=PAGE.rstrip("/"), default_response_class=HTMLResponse, tags=["Pages"])
creem = APIRouter(prefix=CREEM_PAGE.rstrip("/"), default_response_class=HTMLResponse, tags=["Pages"])

_FORM_FIELDS = ("email", "cardNumber", "cardExpiry", "cardCvc", "billingName")
_SEEN: dict[int | str, dict[str, Any]] = {
    200: HTML,
    303: {"description": "To the next page."},
    404: {**HTML_404, "description": "There is no such session, or it has expired."},
    422: {**HTML, "description": "What was typed is no usable card."},
}
_PAID: dict[int | str, dict[str, Any]] = {**_SEEN, 402: {**HTML, "description": "The card was declined."}}


def _form(*names: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


def _to(checkout: Checkout, page: str = "") -> RedirectResponse:
    return RedirectResponse(f"{PAGE}{checkout.id}{page}", 303)


def _gone(call: Call, session_id: str) -> Response:
    """Show why a session cannot be paid."""
    checkout = checkouts.find(call.world, session_id)
    if checkout is None:
        text = "Check that the whole link was copied, or create a new one."
        return html("gone.html", 404, title="No such payment link", text=text)
    if checkout.paid:
        text = f"${dollars(checkout.amount)} were paid. There is nothing left to do here; go back to the terminal."
        return html("gone.html", title="Already paid", text=text)
    text = "Nothing was charged. Create a new payment link in the terminal."
    return html("gone.html", 404, title="This payment link has expired", text=text)


def _open(call: Call, session_id: str) -> Checkout | None:
    checkout = checkouts.find(call.world, session_id)
    return checkout if checkout is not None and checkout.status == "open" else None


def _pay_page(
    call: Call,
    checkout: Checkout,
    status: int = 200,
    *,
    problem: str = "",
    field: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    said = words(call.world, checkout)
    return html(
        "pay.html",
        status,
        merchant=said.merchant,
        channel=said.channel,
        action=PAGE + checkout.id,
        amount=f"${dollars(checkout.amount)}",
        what=said.what,
        account=said.account,
        expires=f"{iso(checkout.expires_at)[11:16]} UTC",
        expires_at=iso(checkout.expires_at),
        problem=problem,
        field=field,
        typed=dict.fromkeys(_FORM_FIELDS, "") | (typed or {}),
    )


@router.get("/{session_id}", responses=_SEEN)
async def show(call: CallDep, session_id: str) -> Response:
    """Show what is to be paid and ask for a card."""
    checkout = _open(call, session_id)
    return _pay_page(call, checkout) if checkout else _gone(call, session_id)


def _expiry(text: str) -> tuple[str, str]:
    """Split `12 / 27`, `12/2027` or `1227` into month and year."""
    found = re.fullmatch(r"\s*([0-9]{1,2})\s*/\s*([0-9]{2}|[0-9]{4})\s*|\s*([0-9]{2})([0-9]{2})\s*", text, re.ASCII)
    if found is None:
        return "", ""
    return found[1] or found[3], found[2] or found[4]


@router.post("/{session_id}", responses=_PAID, openapi_extra=_form(*_FORM_FIELDS))
async def pay(call: CallDep, request: Request, session_id: str) -> Response:
    """Take the money; sent twice, it takes it once."""
    typed = await form_of(request)
    checkout = _open(call, session_id)
    if checkout is None:
        return _gone(call, session_id)
    # The card itself is not sent back to the page.
    kept = {name: typed.get(name, "") for name in ("email", "billingName", "cardExpiry")}
    month, year = _expiry(typed.get("cardExpiry", ""))
    try:
        card = cards.create(call.world, typed.get("cardNumber", ""), month, year, typed.get("cardCvc", ""))
    except CardError as error:
        return _pay_page(call, checkout, 422, problem=error.message, field=error.field, typed=kept)
    intent = await deliveries.pay(call, checkout, card)
    if intent is not None and intent.status == "requires_action":
        return _to(checkout, "/authenticate")
    if intent is not None and intent.status == "failed":
        problem = DECLINE_MESSAGES.get(intent.decline_code or "", "Your card was declined.")
        return _pay_page(call, checkout, 402, problem=problem, field="number", typed=kept)
    return _to(checkout, "/success")


@router.get("/{session_id}/authenticate", responses=_SEEN)
async def ask(call: CallDep, session_id: str) -> Response:
    """Show the bank's question."""
    checkout = _open(call, session_id)
    if checkout is None:
        return _gone(call, session_id)
    if checkout.challenge_card is None:
        return _to(checkout)
    action = f"{PAGE}{checkout.id}/authenticate"
    merchant = words(call.world, checkout).merchant
    return html("authenticate.html", action=action, amount=f"${dollars(checkout.amount)}", merchant=merchant)


@router.post("/{session_id}/authenticate", responses=_PAID, openapi_extra=_form("outcome"))
async def authenticate(call: CallDep, request: Request, session_id: str) -> Response:
    """Take the cardholder's answer: `outcome` is approve, anything else fails."""
    form = await form_of(request)
    checkout = _open(call, session_id)
    if checkout is None:
        return _gone(call, session_id)
    card = cards.find(call.world.database, checkout.challenge_card or "")
    if card is None:
        return _to(checkout)
    if form.get("outcome") != "approve":
        checkouts.fail_challenge(call.world, checkout)
        problem = "We could not authenticate your card. Choose another card or try again."
        return _pay_page(call, checkout, 402, problem=problem, field="number")
    await deliveries.pay(call, checkout, card, authenticated=True)
    return _to(checkout, "/success")


@router.get("/{session_id}/success", responses=_SEEN)
async def success(call: CallDep, session_id: str) -> Response:
    """Show that it is paid, and the session id to copy."""
    checkout = checkouts.find(call.world, session_id)
    if checkout is None or checkout.status == "expired":
        return _gone(call, session_id)
    if not checkout.paid:
        return _to(checkout)
    said = words(call.world, checkout)
    return html(
        "success.html",
        amount=f"${dollars(checkout.amount)}",
        what=said.what,
        session_id=checkout.id,
        merchant=said.merchant,
        back=said.back,
    )


@creem.get("/{product_id}/{session_id}", responses=_SEEN)
async def from_creem(call: CallDep, product_id: str, session_id: str) -> Response:
    """Lead from an address of Creem's form to the page."""
    checkout = checkouts.find(call.world, session_id)
    if checkout is None or checkout.fragment != product_id:
        return _gone(call, "")
    return _to(checkout)
