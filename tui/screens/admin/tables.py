"""The columns of the admin's tables, and a plan in full."""

from datetime import datetime, tzinfo

from textual.content import Content

from tui.domain import AdminPlan, Coupon, CouponTerms, Money, OwnedTransaction
from tui.widgets.fields import field_lines
from tui.widgets.format import DIM, GOOD, WAIT, day_and_time, day_with_year, money_style, signed
from tui.widgets.record_table import Column


def plan_columns() -> tuple[Column[AdminPlan], ...]:
    """Name, prices, credits, through which providers it can be bought, whether it is on offer."""
    return (
        Column("plan", 14, lambda plan: plan.terms.name, grow=3, most=40),
        Column("a month", 9, lambda plan: _price(plan.terms.monthly), right=True),
        Column("a year", 9, lambda plan: _price(plan.terms.yearly), right=True),
        Column("credits", 8, lambda plan: _count(plan.terms.credits), right=True),
        Column("pay by", 13, _channels, lambda plan: "" if _channels(plan) != "nothing" else WAIT),
        Column("", 8, _offer, lambda plan: GOOD if plan.terms.active else DIM),
        Column("id", 10, lambda plan: plan.id, lambda plan: DIM, grow=1, most=24, wide=96),
    )


def _price(price: Money | None) -> str:
    return "–" if price is None else price.digits


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _channels(plan: AdminPlan) -> str:
    found = [("Stripe", plan.terms.stripe_monthly), ("Creem", plan.terms.creem_product)]
    return ", ".join(name for name, told in found if told) or "nothing"


def _offer(plan: AdminPlan) -> str:
    return {True: "on offer", False: "retired", None: ""}[plan.terms.active]


def about_plan(plan: AdminPlan) -> list[Content]:
    """What the table has no room for."""
    terms = plan.terms
    ids = (
        ("Stripe, monthly", terms.stripe_monthly),
        ("Stripe, yearly", terms.stripe_yearly),
        ("Creem", terms.creem_product),
    )
    named = [(label, value) for label, value in ids if value]
    told = [Content(" · ".join(filter(None, (terms.description, *terms.features))))]
    # A line each: the ids are long, and one that is broken can be neither read nor copied.
    told += [field_lines(named)] if named else []
    return [line for line in told if line.plain]


def coupon_columns(zone: tzinfo | None) -> tuple[Column[Coupon], ...]:
    """Code, what it takes off, how often it was used, until when it holds."""
    return (
        Column("code", 14, lambda coupon: coupon.terms.code, grow=2, most=40),
        Column("takes off", 9, lambda coupon: _off(coupon.terms), right=True),
        Column("used", 14, _used, right=True),
        Column("ends", 18, lambda coupon: _day(coupon.terms.expires_at, zone, "never")),
        Column("made", 12, lambda coupon: _day(coupon.created_at, zone, "–"), lambda coupon: DIM, wide=70),
    )


def _off(terms: CouponTerms) -> str:
    return f"{terms.value:f} %" if terms.percent else f"{terms.value:.2f}"


def _used(coupon: Coupon) -> str:
    most = f" of {coupon.terms.max_uses:,}" if coupon.terms.max_uses is not None else ""
    return f"{_count(coupon.used)}{most}"


def _day(moment: datetime | None, zone: tzinfo | None, without: str) -> str:
    return day_with_year(moment, zone) if moment else without


def transaction_columns(zone: tzinfo | None) -> tuple[Column[OwnedTransaction], ...]:
    """When, whose, what for, how many credits, why."""
    return (
        Column("when", 12, lambda each: day_and_time(each.row.at, zone), lambda each: DIM),
        Column("user", 12, lambda each: each.user_id, grow=1, most=28),
        Column("type", 12, lambda each: each.row.usecase, most=16, grow=1),
        Column(
            "credits",
            9,
            lambda each: signed(each.row.amount, each.row.direction),
            lambda each: money_style(each.row),
            right=True,
        ),
        Column("description", 14, lambda each: each.row.source, grow=3, most=60),
    )
