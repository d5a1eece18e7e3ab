"""Values of the payments journal's rows: how times and amounts are written and read."""

from datetime import datetime
from decimal import Decimal

from tui.domain import Money, iso_z, parse_iso


def time_value(moment: datetime | None) -> str | None:
    """A time as it is written; None stays None."""
    return iso_z(moment) if moment else None


def time_of(value: str | None) -> datetime | None:
    """A time as it was written."""
    return parse_iso(value) if value else None


def money_values(name: str, money: Money | None, unit: str) -> dict[str, str | None]:
    """The columns `name` and `unit` of an amount."""
    return {name: str(money.amount) if money else None, unit: money.unit if money else None}


def money_of(amount: str | None, unit: str | None) -> Money | None:
    """The amount that two columns hold."""
    return Money(Decimal(amount), unit) if amount is not None and unit is not None else None


def text_value(text: str | None) -> str | None:
    """A text as it is written, a plain string; an empty one is as good as none."""
    return str(text) if text else None
