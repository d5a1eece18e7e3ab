"""What a word of a query asks of a transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

DIMENSIONS = ("type", "status", "usecase", "source")
"""What rows share with many others, and a query asks for by its beginning."""


@dataclass(frozen=True, slots=True)
class Begins:
    """A text of the row begins with some letters."""

    field: str
    """One of DIMENSIONS."""
    value: str
    """Folded."""


@dataclass(frozen=True, slots=True)
class Contains:
    """Any text of the row has some letters in it; never across two texts."""

    value: str
    """As it was typed."""


@dataclass(frozen=True, slots=True)
class IsId:
    """The row's id or reference, in full."""

    value: str


@dataclass(frozen=True, slots=True)
class AmountSpan:
    """The amount, whatever its unit, lies between two bounds."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """The time lies in a stretch; a row without a time lies in none."""

    since: datetime | None = None
    """The first moment of it."""
    until: datetime | None = None
    """The first moment after it."""
    days: tuple[int | None, int | None] | None = None
    """The same as local days (date.toordinal), where both ends are midnights."""


Condition: TypeAlias = Begins | Contains | IsId | AmountSpan | TimeSpan
