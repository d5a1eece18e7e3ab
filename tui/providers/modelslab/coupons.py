"""Coupons and withdrawing at ModelsLab.

`GET /wallet/coupons/validate` with `coupon_code` and `purchase_amount`; `POST /wallet/coupons/redeem` with
`coupon_code`, and for bonus coupons `payment_method_id` and `purchase_amount`: these charge the card. `POST
/wallet/withdraw` with `amount` is for resellers (docs.modelslab.com, billing and wallet). Answers are undocumented.
"""

import json

from pydantic import Field

from tui.domain import CallKind, CouponOffer, Money, MoneyCall, SafeText, Subject, checked_id
from tui.domain.text import EMPTY
from tui.providers.errors import Invalid
from tui.providers.modelslab.links import dollars
from tui.providers.modelslab.models import DOLLARS
from tui.providers.transport import Json
from tui.providers.wire import Flag, OptionalAmount, Text, Unit, WireModel, inner, optional_money, read

_BONUS = "bonus"
_LONGEST = 64


class WireCoupon(WireModel):
    """`/wallet/coupons/validate`, by the names the published skill hints at."""

    valid: Flag = True
    type: Text = EMPTY
    description: Text = EMPTY
    discount_amount: OptionalAmount = None
    currency: Unit = DOLLARS
    requires_payment_method: Flag = Field(default=False)


def checked_code(code: str) -> str:
    """Return a coupon code without white space around it. Raises Invalid for what cannot be one."""
    cleaned = code.strip()
    if not cleaned or len(cleaned) > _LONGEST or not cleaned.isprintable():
        raise Invalid(SafeText(f"A coupon code has 1 to {_LONGEST} characters."))
    return cleaned


def to_offer(data: Json, code: str) -> CouponOffer:
    """Read what a coupon would give. Raises Invalid for one that is not valid."""
    wire = read(WireCoupon, inner(data, "coupon"), "coupon")
    if not wire.valid:
        raise Invalid(wire.description or SafeText("This coupon is not valid."), hint=SafeText("Check the code."))
    bonus = wire.requires_payment_method or wire.type.lower() == _BONUS
    return CouponOffer(code, wire.description, bonus, optional_money(wire.discount_amount, wire.currency))


def redeem_call(offer: CouponOffer, purchase: Money | None, payment_method_id: str | None) -> MoneyCall:
    """Return the request that redeems a coupon. Raises Invalid, BadId."""
    body = f'{{"coupon_code": {json.dumps(offer.code)}'
    about = [(Subject.COUPON, offer.code)]
    if offer.needs_purchase:
        if purchase is None or payment_method_id is None:
            raise Invalid(SafeText("This coupon adds to a purchase: it needs an amount and a card."))
        about.append((Subject.PAYMENT_METHOD, checked_id(payment_method_id)))
        body += f', "payment_method_id": {json.dumps(payment_method_id)}, "purchase_amount": {dollars(purchase)}'
    return MoneyCall(
        CallKind.COUPON,
        "POST",
        "/wallet/coupons/redeem",
        f"{body}}}".encode(),
        about=tuple(about),
    )


def withdraw_call(amount: Money) -> MoneyCall:
    """Return the request that takes dollars out of the wallet. Raises Invalid."""
    body = f'{{"amount": {dollars(amount)}}}'.encode()
    return MoneyCall(CallKind.WITHDRAWAL, "POST", "/wallet/withdraw", body)
