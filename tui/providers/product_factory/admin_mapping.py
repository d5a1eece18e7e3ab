"""Between the admin side's wire and the domain, both ways; raises ProtocolError for what cannot be read."""

import json
from collections.abc import Mapping

from tui import domain
from tui.domain import Money, iso_z
from tui.providers.product_factory.credits import to_transaction
from tui.providers.product_factory.envelope import rows
from tui.providers.product_factory.models import (
    WireAdminPlan,
    WireCheckInConfig,
    WireCoupon,
    WireOwnedTransaction,
)
from tui.providers.product_factory.plans import minor_units, to_plan
from tui.providers.transport import Json
from tui.providers.wire import each, inner, read


def to_admin_plans(data: Json) -> tuple[domain.AdminPlan, ...]:
    """Read all plans."""
    return each(rows(data, "plans"), to_admin_plan, "plan")


def to_admin_plan(row: Json, what: str = "plan") -> domain.AdminPlan:
    """Read one plan."""
    row = inner(row, "plan")
    wire = read(WireAdminPlan, row, what)
    shown = to_plan(row, what)
    return domain.AdminPlan(
        wire.id,
        domain.PlanTerms(
            name=wire.name,
            description=wire.description,
            monthly=minor_units(wire.price_monthly, wire.currency),
            yearly=minor_units(wire.price_yearly, wire.currency),
            credits=wire.credits_included,
            features=shown.features,
            stripe_monthly=wire.stripe_monthly,
            stripe_yearly=wire.stripe_yearly,
            creem_product=wire.creem_product,
            active=wire.active,
        ),
    )


def plan_body(terms: domain.PlanTerms, before: domain.PlanTerms | None = None) -> bytes:
    """Write a plan; of one that is there only what differs, so that what was not read is not overwritten."""
    now = _plan_fields(terms)
    old = {} if before is None else _plan_fields(before)
    wanted = {name: value for name, value in now.items() if name not in old or old[name] != value}
    if before is None:
        wanted = {name: value for name, value in wanted.items() if value is not None}
    return json.dumps(wanted).encode()


def _plan_fields(terms: domain.PlanTerms) -> Mapping[str, object]:
    return {
        "name": str(terms.name),
        "description": str(terms.description),
        "price_monthly": _cents(terms.monthly),
        "price_yearly": _cents(terms.yearly),
        "credits_included": terms.credits,
        "features": [str(feature) for feature in terms.features],
        "stripe_price_id_monthly": str(terms.stripe_monthly) or None,
        "stripe_price_id_yearly": str(terms.stripe_yearly) or None,
        "creem_product_id": str(terms.creem_product) or None,
        "is_active": terms.active,
    }


def _cents(price: Money | None) -> int | None:
    return None if price is None else int(price.amount.scaleb(2))


def to_coupons(data: Json) -> tuple[domain.Coupon, ...]:
    """Read all coupons."""
    return each(rows(data, "coupons"), to_coupon, "coupon")


def to_coupon(row: Json, what: str = "coupon") -> domain.Coupon:
    """Read one coupon; a kind that does not say percent is an amount in minor units."""
    row = inner(row, "coupon")
    wire = read(WireCoupon, row, what)
    percent = "percent" in wire.kind.lower() or (not wire.kind and isinstance(row, dict) and "percent_off" in row)
    value = wire.value if percent else wire.value.scaleb(-2)
    return domain.Coupon(
        wire.id,
        domain.CouponTerms(wire.code, percent, value, wire.max_uses, wire.expires_at),
        wire.used,
        wire.created_at,
    )


def coupon_body(terms: domain.CouponTerms) -> bytes:
    """Write a coupon."""
    value = terms.value if terms.percent else terms.value.scaleb(2)
    fields: dict[str, object] = {
        "code": str(terms.code),
        "discount_type": "percent" if terms.percent else "amount",
        "discount_value": int(value),
    }
    if terms.max_uses is not None:
        fields["max_uses"] = terms.max_uses
    if terms.expires_at is not None:
        fields["expires_at"] = iso_z(terms.expires_at)
    return json.dumps(fields).encode()


def to_owned(data: Json) -> tuple[domain.OwnedTransaction, ...]:
    """Read a page of everybody's transactions."""
    return each(rows(data, "transactions"), _owned, "transaction")


def _owned(row: Json, what: str) -> domain.OwnedTransaction:
    return domain.OwnedTransaction(read(WireOwnedTransaction, row, what).user_id, to_transaction(row, what))


def to_check_in_terms(data: Json) -> domain.CheckInTerms:
    """Read how the daily check-in is set up."""
    wire = read(WireCheckInConfig, inner(data, "config"), "check-in configuration")
    return domain.CheckInTerms(wire.enabled, int(wire.daily))


def check_in_body(terms: domain.CheckInTerms) -> bytes:
    """Write how the daily check-in is to be set up."""
    return json.dumps({"enabled": terms.enabled, "daily_credits": terms.daily}).encode()
