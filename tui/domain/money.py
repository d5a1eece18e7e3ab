"""Amounts: a Decimal with a unit, never a float, never two units added."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

CREDITS = "credits"
"""The unit of providers that bill in credits instead of a currency."""

UNTOLD = "XXX"
"""The unit of an amount whose currency nobody tells (ISO 4217: no currency)."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_ZERO_DECIMALS = frozenset({"JPY", "KRW", "VND", "CLP", CREDITS})


class UnitMismatch(ValueError):
    """Two amounts of different units met in one operation."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount in one unit: an ISO 4217 code in upper case, or `credits`. Mixing units raises UnitMismatch."""

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError("an amount is a finite Decimal")
        if self.unit != CREDITS and not (len(self.unit) == 3 and self.unit.isascii() and self.unit.isupper()):
            raise ValueError("a unit is an ISO 4217 code in upper case or 'credits'")

    def __add__(self, other: "Money") -> Self:
        return type(self)(self.amount + self._same(other), self.unit)

    def __sub__(self, other: "Money") -> Self:
        return type(self)(self.amount - self._same(other), self.unit)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def _same(self, other: "Money") -> Decimal:
        if other.unit != self.unit:
            raise UnitMismatch(f"{self.unit} and {other.unit} cannot be combined")
        return other.amount

    @property
    def digits(self) -> str:
        """The number alone, grouped, with the unit's decimals: `1,148.31`; finer amounts keep their digits."""
        places = 0 if self.unit in _ZERO_DECIMALS else 2
        exponent = self.amount.normalize().as_tuple().exponent
        exact = -exponent if isinstance(exponent, int) else 0
        return f"{self.amount:,.{max(places, exact)}f}"

    @property
    def wire(self) -> str:
        """The number as `--json` prints it: plain digits with the unit's decimals."""
        return self.digits.replace(",", "")

    def __str__(self) -> str:
        """The amount as people read it: `$75.50`, `12.00 CHF`, `4,000 credits`, `9.99 (currency not told)`."""
        symbol = _SYMBOLS.get(self.unit)
        if symbol is None:
            return f"{self.digits} {'(currency not told)' if self.unit == UNTOLD else self.unit}"
        sign = "−" if self.amount < 0 else ""
        return f"{sign}{symbol}{self.digits.lstrip('-')}"


def zero(unit: str) -> Money:
    """Nothing, in `unit`."""
    return Money(Decimal(0), unit)


def parse_amount(text: str) -> Decimal:
    """Read what a person typed as an amount: digits with at most two decimals, an optional `$`.

    Raises ValueError with words for the person when it is not a positive amount.
    """
    cleaned = text.strip().removeprefix("$").strip()
    if not cleaned:
        raise ValueError("Enter an amount, for example 25 or 12.50.")
    if not cleaned.isascii() or not all(char.isdigit() or char == "." for char in cleaned):
        raise ValueError("Use digits and a point only, for example 25 or 12.50.")
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        raise ValueError("Use digits and one point, for example 25 or 12.50.") from None
    if len(cleaned.partition(".")[2]) > 2:
        raise ValueError("At most two decimals, for example 12.50.")
    if amount <= 0:
        raise ValueError("The amount must be above zero.")
    if amount >= 1_000_000:
        raise ValueError("The amount must be below 1,000,000.")
    return amount
