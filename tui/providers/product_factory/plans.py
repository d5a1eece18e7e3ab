"""Plans from Product Factory's wire; raises ProtocolError for what cannot be read."""

from decimal import Decimal

from tui.domain import UNTOLD, Money, Plan, PlanCatalog, Price, SafeText
from tui.providers.product_factory.envelope import rows
from tui.providers.product_factory.models import WirePlan
from tui.providers.transport import Json
from tui.providers.transport.documents import parse_json
from tui.providers.wire import each, read, words

CHANNELS = (SafeText("stripe"), SafeText("creem"))
"""The payment processors of `POST /payment/create-session` (docs: /api/billing/)."""


def to_catalog(data: Json, currency: str = UNTOLD) -> PlanCatalog:
    """Read all plans, in `currency` unless they name their own; no request can say which price a checkout is for."""
    return PlanCatalog(
        items=each(rows(data, "plans"), lambda row, what: to_plan(row, what, currency), "plan"),
        channels=CHANNELS,
        page_names_price=True,
    )


def to_plan(row: Json, what: str, currency: str = UNTOLD) -> Plan:
    """Read one plan; without a name its id stands in."""
    wire = read(WirePlan, row, what)
    told = (("monthly", wire.price_monthly), ("yearly", wire.price_yearly))
    prices = [(period, minor_units(amount, wire.currency or currency)) for period, amount in told]
    return Plan(
        id=wire.id,
        name=wire.name or SafeText(f"Plan {wire.id}"),
        category=SafeText(),
        prices=tuple(Price(amount, SafeText(period)) for period, amount in prices if amount is not None),
        features=_features(row),
        credits_included=wire.credits_included,
        description=wire.description or None,
    )


def minor_units(amount: Decimal | None, currency: str | None) -> Money | None:
    """Read integer minor units (999 is 9.99), the unit of Stripe and Creem; None for a fraction, which is not one.

    No page names the currency, so it is told only where the answer does.
    """
    if amount is None or amount != amount.to_integral_value():
        return None
    return Money(amount.scaleb(-2), currency or UNTOLD)


def _features(row: Json) -> tuple[SafeText, ...]:
    """Features are a list of words, or that list as text, as the database keeps it."""
    raw = row.get("features") if isinstance(row, dict) else None
    if isinstance(raw, str) and raw.lstrip().startswith("["):
        try:
            raw = parse_json(raw.encode())
        except ValueError:
            raw = [raw]
    return words(raw if isinstance(raw, list) else [raw])
