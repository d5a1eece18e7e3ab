"""The forms of the admin's view: what they ask for, and how what was typed is read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from tui.domain import (
    CREDITS,
    UNTOLD,
    AdminPlan,
    BadId,
    CheckInTerms,
    CouponTerms,
    Money,
    PlanTerms,
    SafeText,
    checked_id,
    parse_amount,
)
from tui.screens.shared.form import BadField, FormField

_MOST_CREDITS = 10_000_000
_YES_NO = (("yes", "yes"), ("no", "no"))
AdjustmentWish = tuple[str, Money, SafeText]
"""Whose credits, how many with their sign, and why."""


def plan_fields(plan: AdminPlan | None) -> tuple[FormField, ...]:
    """The fields of a plan, filled in with one that is there."""
    terms = plan.terms if plan else PlanTerms(SafeText(), active=True)
    return (
        FormField("name", "Name", terms.name, "Pro"),
        FormField("description", "Description", terms.description, "For growing teams", limit=1000),
        FormField("monthly", "Price a month", _price(terms.monthly), "9.99", limit=12),
        FormField("yearly", "Price a year", _price(terms.yearly), "99.90", limit=12),
        FormField("credits", "Credits a month", "" if terms.credits is None else str(terms.credits), "10000", limit=9),
        FormField("features", "Features", "; ".join(terms.features), "with ; between them", limit=2000),
        FormField("stripe_monthly", "Stripe, monthly", terms.stripe_monthly, "price_…", limit=100),
        FormField("stripe_yearly", "Stripe, yearly", terms.stripe_yearly, "price_…", limit=100),
        FormField("creem_product", "Creem product", terms.creem_product, "prod_…", limit=100),
        FormField("active", "On offer", "no" if terms.active is False else "yes", options=_YES_NO),
    )


def read_plan(typed: Mapping[str, str], before: AdminPlan | None = None) -> PlanTerms:
    """Read a plan. Raises BadField."""
    if not typed["name"]:
        raise BadField("name", "A plan needs a name.")
    old = before.terms if before else None
    unit = old.monthly.unit if old and old.monthly else UNTOLD
    # What the provider never told may stay as it is, whatever it is.
    untold = {name for name in ("monthly", "yearly", "credits", "active") if old and getattr(old, name) is None}
    kept = {name for name in untold if typed[name] in {"", "yes"}}
    return PlanTerms(
        name=SafeText(typed["name"]),
        description=SafeText(typed["description"]),
        monthly=None if "monthly" in kept else _read_price("monthly", typed["monthly"], unit),
        yearly=None if "yearly" in kept else _read_price("yearly", typed["yearly"], unit),
        credits=None if "credits" in kept else _whole("credits", typed["credits"], least=0),
        features=tuple(SafeText(each.strip()) for each in typed["features"].split(";") if each.strip()),
        stripe_monthly=_provider_id("stripe_monthly", typed["stripe_monthly"]),
        stripe_yearly=_provider_id("stripe_yearly", typed["stripe_yearly"]),
        creem_product=_provider_id("creem_product", typed["creem_product"]),
        active=None if "active" in kept else typed["active"] == "yes",
    )


COUPON_FIELDS = (
    FormField("code", "Code", hint="AUTUMN10", limit=40),
    FormField("kind", "Takes off", options=(("percent", "percent of the price"), ("amount", "an amount"))),
    FormField("value", "How much", hint="10", limit=12),
    FormField("max_uses", "Uses at most", hint="empty for no limit", limit=7),
    FormField("ends", "Ends on", hint="2027-01-31, its first moment in UTC; empty for never", limit=10),
)


def read_coupon(typed: Mapping[str, str], now: datetime) -> CouponTerms:
    """Read a coupon. Raises BadField."""
    code = typed["code"].upper()
    if not 3 <= len(code) <= 40 or not code.isascii() or not code.replace("-", "").replace("_", "").isalnum():
        raise BadField("code", "A code has 3 to 40 letters, digits, - or _.")
    percent = typed["kind"] == "percent"
    if percent:
        value = Decimal(_whole("value", typed["value"], least=1))
        if value > 100:
            raise BadField("value", "No more than 100 percent can be taken off.")
    else:
        value = _read_price("value", typed["value"], UNTOLD).amount
    uses = _whole("max_uses", typed["max_uses"], least=1) if typed["max_uses"] else None
    return CouponTerms(SafeText(code), percent, value, uses, _read_end(typed["ends"], now))


def _read_end(typed: str, now: datetime) -> datetime | None:
    if not typed:
        return None
    try:
        end = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise BadField("ends", "Enter a day as 2027-01-31.") from None
    if end <= now:
        raise BadField("ends", "This day has begun already.")
    return end


def check_in_fields(terms: CheckInTerms) -> tuple[FormField, ...]:
    """The fields of the daily check-in as it is set up."""
    return (
        FormField("enabled", "Offered", "yes" if terms.enabled else "no", options=_YES_NO),
        FormField("daily", "Credits a day", str(terms.daily), limit=7),
    )


def read_check_in(typed: Mapping[str, str]) -> CheckInTerms:
    """Read how the check-in is to be set up. Raises BadField."""
    return CheckInTerms(typed["enabled"] == "yes", _whole("daily", typed["daily"], least=1))


def adjustment_fields(user_id: str) -> tuple[FormField, ...]:
    """The fields of an adjustment for a user."""
    return (
        FormField("user", "User id", user_id, "user_…"),
        FormField("amount", "Credits", hint="50 gives, -50 takes", limit=10),
        FormField("reason", "Reason", hint="the user reads it in their transactions", limit=300),
    )


def read_adjustment(typed: Mapping[str, str]) -> AdjustmentWish:
    """Read an adjustment. Raises BadField."""
    try:
        user_id = checked_id(typed["user"])
    except BadId:
        raise BadField("user", "Enter the id of a user, as it stands among everybody's transactions.") from None
    raw = typed["amount"].replace("−", "-")
    sign = -1 if raw.startswith("-") else 1
    try:
        number = _whole("amount", raw.removeprefix("-" if sign < 0 else "+"), least=1)
    except BadField:
        raise BadField("amount", f"Enter a whole number, as 50 or -50; at most {_MOST_CREDITS:,}.") from None
    if not typed["reason"]:
        raise BadField("reason", "Say why: the reason is kept with the transaction.")
    return user_id, Money(Decimal(sign * number), CREDITS), SafeText(typed["reason"])


def _whole(name: str, typed: str, *, least: int) -> int:
    if not typed.isascii() or not typed.isdigit() or not least <= int(typed) <= _MOST_CREDITS:
        raise BadField(name, f"Enter a whole number from {least} to {_MOST_CREDITS:,}.")
    return int(typed)


def _read_price(name: str, typed: str, unit: str) -> Money:
    try:
        return Money(Decimal(0) if Decimal(typed or "x") == 0 else parse_amount(typed), unit)
    except InvalidOperation:
        raise BadField(name, "Enter a price, for example 9.99.") from None
    except ValueError as problem:
        raise BadField(name, str(problem)) from None


def _provider_id(name: str, typed: str) -> SafeText:
    if typed and not (typed.isascii() and typed.replace("_", "").isalnum()):
        raise BadField(name, "Letters, digits and _ only; empty where there is none.")
    return SafeText(typed)


def _price(price: Money | None) -> str:
    return "" if price is None else price.wire
