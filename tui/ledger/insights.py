"""Where the money went and how long the rest lasts, from transactions that have been read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

from tui.domain import DEBIT, Money, SafeText, Transaction

PACE_DAYS = 7
"""Whole days, before today, whose average is the pace of spending."""
ENDLESS = 3650
"""Days of runway from which on the money is said to last without an end: the pace is too small to tell."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class DaySpend:
    """What one local day cost."""

    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class UsecaseShare:
    """What one use cost, and its part of the whole."""

    usecase: SafeText
    amount: Money
    share: Decimal
    """Between 0 and 1, exact to Decimal's precision."""


@dataclass(frozen=True, slots=True)
class Spend:
    """What a stretch of local days, ending today, cost."""

    days: tuple[DaySpend, ...]
    """One entry a day, oldest first, today last; a day without spending is there with zero."""
    total: Money
    by_usecase: tuple[UsecaseShare, ...]
    """Dearest first; the shares add up to one unless nothing was spent."""
    covered_since: date | None
    """The day from which on transactions were read, when that is after the first of `days`; None when all are covered.

    Rows of that day itself may be missing.
    """

    @property
    def today(self) -> date:
        """The local day on which this was true."""
        return self.days[-1].day


@dataclass(frozen=True, slots=True)
class Runway:
    """How long a balance lasts at the pace of late."""

    days: int | None
    """Whole days left; None when no end is in sight."""
    until: date | None
    """The local day on which it is used up; None when no end is in sight."""
    a_day: Money
    """The pace, rounded to cents."""


def spend(
    rows: Sequence[Transaction],
    now: datetime,
    zone: tzinfo | None,
    days: int = 30,
    *,
    unit: str | None = None,
    complete: bool = False,
) -> Spend:
    """Sum the debits that moved money over today and the `days` - 1 local days before it.

    Refunds are credits of their own and are not taken off. `rows` are newest first; `zone` None is the local zone;
    `unit` is counted alone and defaults to that of the newest row, or USD without any; `complete` tells that there
    are no older rows. Rows without a time belong to no day and are left out, rows ahead of our clock belong to today.
    """
    today = now.astimezone(zone).date()
    window = [today - timedelta(days=back) for back in reversed(range(days))]
    unit = unit or (rows[0].amount.unit if rows else "USD")
    by_day: defaultdict[date, Decimal] = defaultdict(Decimal)
    by_usecase: defaultdict[SafeText, Decimal] = defaultdict(Decimal)
    for row in rows:
        day = _day(row, zone, today)
        if day is None or day < window[0] or row.amount.unit != unit or not _spent(row):
            continue
        by_day[day] += row.amount.amount
        by_usecase[row.usecase] += row.amount.amount
    total = sum(by_day.values(), Decimal(0))
    return Spend(
        days=tuple(DaySpend(day, Money(by_day[day], unit)) for day in window),
        total=Money(total, unit),
        by_usecase=_shares(by_usecase, total, unit),
        covered_since=None if complete else _covered_since(rows, zone, window[0], today),
    )


def runway(balance: Money, spent: Spend) -> Runway | None:
    """Say how long `balance` lasts at the average of the last seven whole days; None when that cannot be known.

    It cannot when balance and spend have different units, or when no whole day before today has been read. Days that
    were not read are not counted as days without spending. What is used up lasts no day, at any pace.
    """
    since = spent.covered_since
    whole = [each for each in spent.days[:-1] if since is None or each.day > since][-PACE_DAYS:]
    if not whole or balance.unit != spent.total.unit:
        return None
    pace = sum((each.amount.amount for each in whole), Decimal(0)) / len(whole)
    a_day = Money(pace.quantize(_CENT, ROUND_HALF_EVEN), balance.unit)
    if balance.amount <= 0:
        return Runway(0, spent.today, a_day)
    if pace <= 0 or balance.amount / pace >= ENDLESS:
        return Runway(None, None, a_day)
    left = int(balance.amount / pace)
    return Runway(left, spent.today + timedelta(days=left), a_day)


def _spent(row: Transaction) -> bool:
    return row.direction == DEBIT and row.status.moved_money


def _day(row: Transaction, zone: tzinfo | None, today: date) -> date | None:
    return min(row.at.astimezone(zone).date(), today) if row.at else None


def _covered_since(rows: Sequence[Transaction], zone: tzinfo | None, first: date, today: date) -> date | None:
    oldest = next((day for row in reversed(rows) if (day := _day(row, zone, today))), today)
    return None if oldest < first else oldest


def _shares(by_usecase: dict[SafeText, Decimal], total: Decimal, unit: str) -> tuple[UsecaseShare, ...]:
    dearest_first = sorted(by_usecase.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        UsecaseShare(usecase, Money(amount, unit), amount / total if total else Decimal(0))
        for usecase, amount in dearest_first
    )
