"""The forms for who is billed and for the automatic recharge: what they ask for, and how what was typed is read."""

from collections.abc import Mapping

from tui.domain import AutoRecharge, BillingProfile, ProfileChange
from tui.screens.shared.form import BadField, FormField, read_amount

_STAYS = "empty: stays as it is"


def profile_fields(profile: BillingProfile | None) -> tuple[FormField, ...]:
    """The fields of a billing profile; an address is typed anew, as its lines do not tell its parts."""
    known = profile or BillingProfile()
    return (
        FormField("name", "Name", known.name, _STAYS),
        FormField("email", "Email", known.email, _STAYS),
        FormField("tax_id", "Tax id", known.tax_id, _STAYS, limit=60),
        FormField("tax_id_type", "Kind of tax id", known.tax_id_type, "eu_vat, us_ein, gb_vat, …", limit=30),
        FormField("line1", "Street", hint=_STAYS),
        FormField("line2", "Street, 2nd line", hint=_STAYS),
        FormField("postal_code", "Postal code", hint=_STAYS, limit=20),
        FormField("city", "City", hint=_STAYS),
        FormField("state", "State", hint=_STAYS),
        FormField("country", "Country", hint=f"as DE; {_STAYS}", limit=2),
    )


def read_profile(typed: Mapping[str, str], before: BillingProfile | None) -> ProfileChange:
    """Read what is to change: what was left as it stood is not sent. Raises BadField."""
    known = before or BillingProfile()
    old = {"name": known.name, "email": known.email, "tax_id": known.tax_id, "tax_id_type": known.tax_id_type}
    new = {name: value for name, value in typed.items() if value != old.get(name, "")}
    if "email" in new and not 0 < new["email"].find("@") < len(new["email"]) - 1:
        raise BadField("email", "An address has an @ between two parts.")
    if "tax_id" in new or "tax_id_type" in new:
        # The number and its kind go together.
        new |= {name: typed[name] for name in ("tax_id", "tax_id_type")}
        if not new["tax_id_type"]:
            raise BadField("tax_id_type", "Say what kind of number it is, for example eu_vat.")
    country = new.get("country", "").upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise BadField("country", "Two letters, for example DE.")
    if country:
        new["country"] = country
    if not any(new.values()):
        raise BadField("name", "Nothing has been changed.")
    return ProfileChange(**new)


def recharge_fields() -> tuple[FormField, ...]:
    """The fields of the automatic recharge."""
    return (
        FormField("on", "Recharge", options=(("yes", "by itself"), ("no", "never, switch it off"))),
        FormField("threshold", "When less than", hint="10 is left", limit=10),
        FormField("amount", "Charge", hint="50", limit=10),
    )


def read_recharge(typed: Mapping[str, str], unit: str) -> AutoRecharge | None:
    """Read the rule; None switches it off. Raises BadField."""
    if typed["on"] == "no":
        return None
    return AutoRecharge(read_amount(typed, "amount", unit), read_amount(typed, "threshold", unit))
