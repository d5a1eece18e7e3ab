"""What a word of a query asks of a transaction, and the plain meaning of it in Python."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from tui.domain import Transaction
from tui.ledger.query.folding import folded, folded_ascii

DIMENSIONS = ("type", "status", "usecase", "source")
"""What rows share with many others, and a query asks for by its beginning."""


@dataclass(frozen=True, slots=True)
class Begins:
    """A text of the row begins with some letters."""

    field: str
    """One of DIMENSIONS."""
    value: str
    """Folded."""

    def matches(self, row: Transaction) -> bool:
        """Whether `row` is what is asked for."""
        texts = {"type": row.direction, "status": row.status, "usecase": row.usecase, "source": row.source}
        return folded(texts[self.field]).startswith(self.value)


@dataclass(frozen=True, slots=True)
class Contains:
    """Any text of the row has some letters in it; never across two texts."""

    value: str
    """As it was typed."""

    def matches(self, row: Transaction) -> bool:
        """Whether `row` is what is asked for."""
        words, ids = folded(self.value), folded_ascii(self.value)
        return any(words in folded(text) for text in (row.usecase, row.source, row.status)) or any(
            ids in folded_ascii(text) for text in (row.direction, row.id, row.reference or "")
        )


@dataclass(frozen=True, slots=True)
class IsId:
    """The row's id or reference, in full."""

    value: str

    def matches(self, row: Transaction) -> bool:
        """Whether `row` is what is asked for."""
        return self.value in (row.id, row.reference)


@dataclass(frozen=True, slots=True)
class AmountSpan:
    """The amount, whatever its unit, lies between two bounds."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_included: bool = True
    high_included: bool = True

    def matches(self, row: Transaction) -> bool:
        """Whether `row` is what is asked for."""
        amount = row.amount.amount
        if self.low is not None and (amount < self.low or (amount == self.low and not self.low_included)):
            return False
        return self.high is None or amount < self.high or (amount == self.high and self.high_included)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """The time lies in a stretch; a row without a time lies in none."""

    since: datetime | None = None
    """The first moment of it."""
    until: datetime | None = None
    """The first moment after it."""
    days: tuple[int | None, int | None] | None = None
    """The same as local days (date.toordinal), where both ends are midnights."""

    def matches(self, row: Transaction) -> bool:
        """Whether `row` is what is asked for."""
        if row.at is None or (self.since is not None and row.at < self.since):
            return False
        return self.until is None or row.at < self.until


Condition: TypeAlias = Begins | Contains | IsId | AmountSpan | TimeSpan
