"""Plans and paying as you go from ModelsLab's wire; raises ProtocolError for what cannot be read."""

from tui.domain import Money, PayAsYouGo, Plan, PlanCatalog, Price, SafeText
from tui.providers.modelslab.envelope import rows
from tui.providers.modelslab.models import DOLLARS, WirePayAsYouGo, WirePlan
from tui.providers.transport import Json
from tui.providers.wire import each, optional_money, read, words


def to_catalog(data: Json) -> PlanCatalog:
    """Read all plans and, where they are told, the terms of paying as you go."""
    terms = data.get("pay_as_you_go") if isinstance(data, dict) else None
    wire = read(WirePayAsYouGo, terms, "pay_as_you_go") if isinstance(terms, dict) else None
    return PlanCatalog(
        items=each(rows(data, "subscription_plans", "plans"), to_plan, "plan"),
        minimum_top_up=optional_money(wire.minimum_topup_usd, DOLLARS) if wire else None,
        pay_as_you_go=PayAsYouGo(wire.available, wire.description or None, wire.auto_payments.supported)
        if wire
        else None,
    )


def to_plan(row: Json, what: str) -> Plan:
    """Read one plan; without a price it has no prices, without a name its id stands in."""
    wire = read(WirePlan, row, what)
    return Plan(
        id=wire.id,
        name=wire.name or SafeText(f"Plan {wire.id}"),
        category=wire.category,
        prices=() if wire.price is None else (Price(Money(wire.price, wire.currency), wire.period),),
        features=_features(row),
        description=wire.description or None,
    )


def _features(row: Json) -> tuple[SafeText, ...]:
    """Features are a list of words; a single word, or words under names, are taken as well."""
    raw = row.get("features") if isinstance(row, dict) else None
    return words(raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw])
