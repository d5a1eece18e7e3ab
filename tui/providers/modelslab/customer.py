"""Cards on file and who is billed, from ModelsLab's wire; raises ProtocolError for what cannot be read."""

from dataclasses import replace

from tui.domain import LATEST, BillingProfile, PaymentMethod, SafeText
from tui.providers.modelslab.envelope import rows
from tui.providers.modelslab.models import WireAddress, WireCard, WireProfile
from tui.providers.transport import Json
from tui.providers.wire import Text, WireModel, each, inner, read


def to_cards(data: Json) -> tuple[PaymentMethod, ...]:
    """Read all cards; the default one is marked on its row or named beside the list."""
    cards = each(rows(data, "payment_methods", "cards"), to_card, "card")
    named = _default_id(data)
    if not named:
        return cards
    return tuple(replace(card, is_default=card.id == named) for card in cards)


def to_card(row: Json, what: str) -> PaymentMethod:
    """Read one card; at most the last four digits of its number are kept."""
    wire = read(WireCard, row, what)
    return PaymentMethod(
        id=wire.id,
        brand=wire.brand or SafeText("card"),
        last4=SafeText(wire.last4[-4:].zfill(4)) if wire.last4 else wire.last4,
        exp_month=wire.exp_month if wire.exp_month in range(1, 13) else None,
        exp_year=_full_year(wire.exp_year),
        is_default=wire.is_default,
    )


def _full_year(year: int | None) -> int | None:
    """A year of four digits, from those or the last two; None for what no card can have on it."""
    if year is None or not (year < 100 or 2000 <= year <= LATEST.year):
        return None
    return year + 2000 if year < 100 else year


def _default_id(data: Json) -> str | None:
    if not isinstance(data, dict):
        return None
    for key in ("default_payment_method", "default_payment_method_id"):
        named = data.get(key)
        named = named.get("id") if isinstance(named, dict) else named
        if isinstance(named, str | int) and named:
            return SafeText(named)
    return None


def to_profile(data: Json) -> BillingProfile:
    """Read name, address and tax id; the address is flat as in `PUT /billing/info`, or an object, or one text."""
    found = inner(data, "billing_info", "info", "billing")
    wire = read(WireProfile, found, "billing info")
    return BillingProfile(
        name=wire.name, email=wire.email, tax_id=wire.tax_id, tax_id_type=wire.tax_id_type, address=_address(found)
    )


class _PlainAddress(WireModel):
    address: Text = SafeText()


def _address(data: Json) -> tuple[SafeText, ...]:
    wire = read(WireAddress, inner(data, "address"), "address")
    town = SafeText(" ".join(part for part in (wire.postal_code, wire.city) if part))
    first = wire.line1 or read(_PlainAddress, data, "address").address
    return tuple(line for line in (first, wire.line2, town, wire.state, wire.country) if line)
