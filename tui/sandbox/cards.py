"""Cards as the payment processor sees them: test numbers, brands, checks of what was typed, what a charge will do."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.database import Database
from tui.sandbox.errors import ApiError, not_found
from tui.sandbox.world import World, unique

# What a charge of each test card does (docs.stripe.com/testing); any other valid number pays.
BEHAVIOURS = {
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
    "4000000000000119": "processing_error",
    "4000002500003155": "requires_action",
    "4000002760003184": "requires_action",
}
DECLINE_MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


@dataclass(frozen=True)
class Card:
    """A payment method. The number itself is never kept, only what a charge of it does: `ok` or a decline code."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    behaviour: str
    attached: bool
    is_default: bool
    created_at: int


class CardError(Exception):
    """Typed card data that the processor refuses: its error code, the field (`number`, `exp_month`, …), a message."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message


def luhn(number: str) -> bool:
    """Check the last digit of a card number."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def brand_of(number: str) -> str:
    """Name the brand by the first digits."""
    if number.startswith("4"):
        return "visa"
    if number[:2] in ("34", "37"):
        return "amex"
    if "51" <= number[:2] <= "55" or "2221" <= number[:4] <= "2720":
        return "mastercard"
    if number.startswith(("6011", "65")):
        return "discover"
    return "unknown"


def check(number: str, exp_month: str, exp_year: str, cvc: str | None, today: tuple[int, int]) -> tuple[str, int, int]:
    """Check what was typed and return number, month and year; `today` is (year, month).

    Raises:
        CardError: The first field that is wrong, with the processor's code.

    """
    digits = number.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19):
        raise CardError("invalid_number", "number", "The card number is not a valid credit card number.")
    if not luhn(digits):
        raise CardError("incorrect_number", "number", "Your card number is incorrect.")
    month, year = _whole(exp_month), _whole(exp_year)
    if month is None or not 1 <= month <= 12:
        raise CardError("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid.")
    if year is not None and year < 100:
        year += 2000
    if year is None or not today[0] <= year <= today[0] + 50:
        raise CardError("invalid_expiry_year", "exp_year", "Your card's expiration year is invalid.")
    if (year, month) < today:
        raise CardError("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid.")
    length = 4 if brand_of(digits) == "amex" else 3
    if cvc is not None and not (cvc.isascii() and cvc.isdigit() and len(cvc) in (3, length)):
        raise CardError("invalid_cvc", "cvc", "Your card's security code is invalid.")
    return digits, month, year


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def create(world: World, number: str, exp_month: str, exp_year: str, cvc: str | None) -> Card:
    """Make an unattached payment method of typed card data.

    Raises:
        CardError: What was typed is not a usable card.

    """
    now = world.clock.now()
    digits, month, year = check(number, exp_month, exp_year, cvc, (now.year, now.month))
    behaviour = BEHAVIOURS.get(digits, "ok")
    card = Card(
        unique("pm_1"), brand_of(digits), digits[-4:], month, year, behaviour, False, False, world.clock.epoch()
    )
    world.database.run(
        "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?)",
        *(card.id, card.brand, card.last4, month, year, behaviour, card.created_at),
    )
    return card


def find(database: Database, card_id: str) -> Card | None:
    """Return a payment method by its id."""
    return database.first(Card, "SELECT * FROM cards WHERE id = ?", card_id)


def require(database: Database, card_id: str) -> Card:
    """Return a payment method.

    Raises:
        ApiError: 404, there is none.

    """
    card = find(database, card_id)
    if card is None:
        raise not_found("Payment method", "payment_method_not_found")
    return card


def attached(database: Database) -> list[Card]:
    """Return the account's cards, the default first."""
    sql = "SELECT * FROM cards WHERE attached = 1 ORDER BY is_default DESC, created_at DESC, id"
    return database.all(Card, sql)


def default(database: Database) -> Card:
    """Return the default card.

    Raises:
        ApiError: 409, the account has none.

    """
    card = database.first(Card, "SELECT * FROM cards WHERE attached = 1 AND is_default = 1")
    if card is None:
        raise ApiError(409, "no_default_payment_method", "Add a payment method first.")
    return card


def make_default(database: Database, card: Card) -> None:
    """Make an attached card the default one."""
    with database.transaction():
        database.run("UPDATE cards SET is_default = (id = ?)", card.id)


def attach(database: Database, card: Card, *, as_default: bool) -> None:
    """Keep a card on the account; the first one is the default whatever was asked."""
    with database.transaction():
        database.run("UPDATE cards SET attached = 1 WHERE id = ?", card.id)
        none = database.number("SELECT COUNT(*) FROM cards WHERE attached = 1 AND is_default = 1") == 0
        if as_default or none:
            make_default(database, card)


def detach(database: Database, card: Card) -> None:
    """Take a card off the account; the newest of the others becomes the default."""
    with database.transaction():
        database.run("UPDATE cards SET attached = 0, is_default = 0 WHERE id = ?", card.id)
        others = attached(database)
        if card.is_default and others:
            make_default(database, others[0])
