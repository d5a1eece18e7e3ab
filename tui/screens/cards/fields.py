"""What was typed as a card, checked in words before any of it leaves this machine."""

import re
from datetime import datetime

from tui.providers.stripe.cards import BadCard, CardDetails

_EXPIRY = re.compile(r"(\d{1,2})/(\d{2}|\d{4})|(\d{2})(\d{2}|\d{4})")
_AMEX = ("34", "37")
_FIELDS = {"exp_month": "expiry", "exp_year": "expiry"}
"""Parts of a card by the field they are typed in; others have a field of their name."""


def read_card(number: str, expiry: str, cvc: str, now: datetime) -> CardDetails:
    """Put a card together from what was typed. Raises BadCard; its `part` is a field: number, expiry or cvc."""
    check_number(number)
    month, year = read_expiry(expiry, now)
    check_cvc(cvc, number)
    return CardDetails(number, month, year, cvc)


def check_number(number: str) -> None:
    """Raise BadCard unless `number` can be a card number."""
    if not number:
        raise BadCard("number", "Enter the number on the card.")
    if not 12 <= len(number) <= 19:
        raise BadCard("number", f"It has {len(number)} digits; a card number has 12 to 19.")
    try:
        CardDetails(number, 1, 2000, "000")
    except BadCard:
        raise BadCard("number", "A digit is wrong: compare it with the card.") from None


def read_expiry(expiry: str, now: datetime) -> tuple[int, int]:
    """Read `12/27`, `1227` or `12/2027` as month and year. Raises BadCard also for what is over at `now`."""
    if not expiry:
        raise BadCard("expiry", "Enter month and year, as 12/27.")
    found = _EXPIRY.fullmatch(expiry)
    if found is None:
        raise BadCard("expiry", "Write month and year as 12/27.")
    month, year = int(found[1] or found[3]), int(found[2] or found[4])
    year += 2000 if year < 100 else 0
    if not 1 <= month <= 12:
        raise BadCard("expiry", "The month lies between 01 and 12.")
    if (year, month) < (now.year, now.month):
        raise BadCard("expiry", "This card has expired.")
    if year > now.year + 50:
        raise BadCard("expiry", "No card lasts that long: check the year.")
    return month, year


def check_cvc(cvc: str, number: str) -> None:
    """Raise BadCard unless `cvc` has the digits a card of this number has."""
    if not cvc:
        raise BadCard("cvc", "Enter the code beside the signature, on American Express on the front.")
    wanted = 4 if number.startswith(_AMEX) else 3
    if len(cvc) != wanted:
        brand = "American Express has" if wanted == 4 else "this card has"
        raise BadCard("cvc", f"It has {len(cvc)} digits; {brand} {wanted}.")


def field_of(part: str) -> str:
    """The field a part of a card is typed in, by Stripe's name of the part: `exp_year` is expiry."""
    return _FIELDS.get(part, part)
