"""/wallet/coupons: a plain coupon credits the wallet, a bonus coupon charges a card and adds to what it took."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from tui.sandbox import cards, offers, wallet
from tui.sandbox.call import Call, CallDep
from tui.sandbox.charging import Intent, Source, take
from tui.sandbox.clock import iso
from tui.sandbox.errors import ApiError, invalid
from tui.sandbox.models.billing import MAX_TOP_UP
from tui.sandbox.models.wallet import Coupon, RedeemAnswer, RedeemRequest
from tui.sandbox.offers import Offer
from tui.sandbox.plans import MINIMUM_TOP_UP
from tui.sandbox.routes.base import MUTATION, answers, modelslab
from tui.sandbox.wire import WHOLE_CENTS, amount_schema, dollars, to_cents
from tui.sandbox.world import World

router = modelslab()

# As the redeem request's amount, but read from the query's text.
Purchase = Annotated[
    Decimal,
    Field(ge=MINIMUM_TOP_UP, le=MAX_TOP_UP),
    WHOLE_CENTS,
    amount_schema(MINIMUM_TOP_UP, MAX_TOP_UP),
]
YEAR = 365 * 86_400


def _offer(world: World, code: str) -> Offer:
    """Return a coupon that can be redeemed.

    Raises:
        ApiError: 404 unknown, 409 redeemed before, 410 over.

    """
    offer = offers.find(world, code)
    if offer is None:
        raise ApiError(404, "coupon_not_found", "This coupon code is not valid.")
    if offer.ended:
        raise ApiError(410, "coupon_expired", "This coupon has expired.")
    if offers.redeemed(world, offer):
        raise ApiError(409, "coupon_already_redeemed", "This coupon has already been redeemed.")
    return offer


@router.get("/wallet/coupons/validate", responses=answers(Coupon, 404, 409, 410))
async def validate(
    call: CallDep,
    coupon_code: Annotated[str, Query(min_length=1, max_length=64)],
    purchase_amount: Annotated[Purchase | None, Query()] = None,
) -> Response:
    """Return what a coupon would give, without redeeming it."""
    offer = _offer(call.world, coupon_code)
    bonus = None if purchase_amount is None else dollars(to_cents(purchase_amount) * offer.percent // 100)
    return call.ok(
        Coupon(
            valid=True,
            coupon_code=offer.code,
            type="bonus" if offer.percent else "credit",
            description=offer.description,
            discount_amount=bonus if offer.percent else dollars(offer.cents),
            bonus_percent=offer.percent or None,
            requires_payment_method=bool(offer.percent),
            expires_at=iso(call.world.clock.epoch() + YEAR),
        )
    )


@router.post("/wallet/coupons/redeem", responses=answers(RedeemAnswer, 402, 404, 409, 410), openapi_extra=MUTATION)
async def redeem(call: CallDep, body: RedeemRequest) -> Response:
    """Redeem a coupon; a bonus coupon charges the card with the purchase amount."""
    offer = _offer(call.world, body.coupon_code)
    intent = _purchase(call, body) if offer.percent else None
    charged = intent.amount if intent else 0
    bonus = offer.cents or charged * offer.percent // 100
    with call.world.database.transaction():
        if intent:
            wallet.credit(call.world, charged, "wallet_funding", "stripe", intent.id)
        wallet.credit(call.world, bonus, "coupon", "coupon", offer.code)
        offers.note_redemption(call.world, offer)
    return call.ok(
        RedeemAnswer(
            message="Coupon redeemed.",
            credited=dollars(charged + bonus),
            charged=dollars(charged),
            balance=dollars(wallet.read(call.world).balance),
            payment_intent_id=intent.id if intent else None,
        )
    )


def _purchase(call: Call, body: RedeemRequest) -> Intent:
    if body.payment_method_id is None:
        raise invalid("payment_method_id", "The payment method id field is required for this coupon.")
    if body.purchase_amount is None:
        raise invalid("purchase_amount", "The purchase amount field is required for this coupon.")
    card = cards.require(call.world.database, body.payment_method_id)
    return take(call.world, card, to_cents(body.purchase_amount), Source(call.path, call.key))
