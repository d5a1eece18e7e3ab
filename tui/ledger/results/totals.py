"""What some transactions come to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tui.domain import CREDIT, DEBIT, Money, Transaction, zero


@dataclass(frozen=True, slots=True)
class UnitSums:
    """What moved in one unit; rows that moved no money are not added."""

    credit: Money
    debit: Money

    @property
    def unit(self) -> str:
        """The unit of both."""
        return self.credit.unit


@dataclass(frozen=True, slots=True)
class Totals:
    """How many transactions there are, those that moved no money too, and what the others come to."""

    count: int
    sums: tuple[UnitSums, ...]
    """One entry a unit, that of most rows first; never empty."""

    @property
    def moved(self) -> str:
        """What came in and went out, in words, each unit apart."""
        return ", ".join(f"in {each.credit}, out {each.debit}" for each in self.sums)


def totals(rows: Iterable[Transaction], unit: str = "USD") -> Totals:
    """Add up `rows`, each unit apart; `unit` is that of no rows at all."""
    counts: defaultdict[str, int] = defaultdict(int)
    credit: defaultdict[str, Decimal] = defaultdict(Decimal)
    debit: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        counts[row.amount.unit] += 1
        if row.status.moved_money and row.direction == CREDIT:
            credit[row.amount.unit] += row.amount.amount
        elif row.status.moved_money and row.direction == DEBIT:
            debit[row.amount.unit] += row.amount.amount
    units = sorted(counts, key=lambda each: (-counts[each], each)) or [unit]
    sums = tuple(UnitSums(Money(credit[each], each), Money(debit[each], each)) for each in units)
    return Totals(sum(counts.values()), sums)


def nothing(unit: str = "USD") -> Totals:
    """The totals of no rows."""
    return Totals(0, (UnitSums(zero(unit), zero(unit)),))
