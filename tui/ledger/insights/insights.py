"""Where the money went, how fast, how long the rest lasts, and which days were unlike the others."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import NamedTuple

from tui.domain import Money, SafeText
from tui.ledger.insights.spending import Spending

PACE_DAYS = 7
"""Whole days, before today, whose average is the pace of spending."""
ENDLESS = 3650
"""Days of runway from which on the money is said to last without an end: the pace is too small to tell."""
COMPARED_DAYS = 90
"""Whole days an unusual day is held against."""
FEWEST_COMPARED = 14
"""Days below which nothing is called unusual."""
_SCORE = Decimal("3.5")
_MAD_SCALE, _MEAN_SCALE = Decimal("1.4826"), Decimal("1.2533")
"""The modified z-score of Iglewicz and Hoaglin (itl.nist.gov/div898/handbook/eda/section3/eda35h.htm): from 3.5 on a
value is an outlier; the mean deviation stands in where more than half of the days are alike."""
_CENT = Decimal("0.01")


class Period(StrEnum):
    """What spending is added up over."""

    DAY = "day"
    WEEK = "week"
    """From Monday."""
    MONTH = "month"

    def start(self, day: date) -> date:
        """The first day of the period `day` is in."""
        if self is Period.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Period.MONTH else day

    def before(self, start: date) -> date:
        """The first day of the period before the one that begins on `start`."""
        return self.start(start - timedelta(days=1))


class DaySpend(NamedTuple):
    """What one local day, or the period that begins on it, cost."""

    day: date
    amount: Money


class UsecaseShare(NamedTuple):
    """What one use cost, and its part of the whole."""

    usecase: SafeText
    amount: Money
    share: Decimal
    """Between 0 and 1, exact to Decimal's precision."""


class Spend(NamedTuple):
    """What a stretch of local days, ending today, cost."""

    days: tuple[DaySpend, ...]
    """One entry a day, or a period, oldest first, that of today last; one without spending is there with zero."""
    total: Money
    by_usecase: tuple[UsecaseShare, ...]
    """Dearest first; the shares add up to one unless nothing was spent."""
    covered_since: date | None
    """The day from which on transactions were read, when that is after the first of `days`; None when all are covered.

    Rows of that day itself may be missing.
    """

    @property
    def today(self) -> date:
        """The first day of the last entry: the local day on which this was true, where entries are days."""
        return self.days[-1].day


class Runway(NamedTuple):
    """How long a balance lasts at the pace of late."""

    days: int | None
    """Whole days left; None when no end is in sight."""
    until: date | None
    """The local day on which it is used up; None when no end is in sight."""
    a_day: Money
    """The pace, rounded to cents."""


class UnusualDay(NamedTuple):
    """A day that cost far more than the days around it."""

    day: date
    amount: Money
    usual: Money
    """The median day, rounded to cents."""


def spend_by(period: Period, spending: Spending, today: date, count: int) -> Spend:
    """Sum the period of `today` and the `count` - 1 before it; days ahead of our clock belong to today."""
    starts = [period.start(today)]
    while len(starts) < count:
        starts.append(period.before(starts[-1]))
    starts.reverse()
    amounts: defaultdict[date, Decimal] = defaultdict(Decimal)
    by_usecase: defaultdict[SafeText, Decimal] = defaultdict(Decimal)
    for booked, uses in spending.days.items():
        day = min(booked, today)
        if day >= starts[0]:
            for usecase, amount in uses.items():
                amounts[period.start(day)] += amount
                by_usecase[usecase] += amount
    total = sum(amounts.values(), Decimal(0))
    return Spend(
        days=tuple(DaySpend(start, Money(amounts[start], spending.unit)) for start in starts),
        total=Money(total, spending.unit),
        by_usecase=_shares(by_usecase, total, spending.unit),
        covered_since=_covered_since(spending, starts[0], today),
    )


def burn(spending: Spending, today: date, days: int) -> Money | None:
    """What a day cost on average over the last `days` whole days that were read, to the cent; None without any.

    Days that were not read are not counted as days without spending.
    """
    whole = _whole_days(spending, today, days)
    total = sum((amount for _, amount in whole), Decimal(0))
    return None if not whole else _rounded(total / len(whole), spending.unit)


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
    a_day = _rounded(pace, balance.unit)
    if balance.amount <= 0:
        return Runway(0, spent.today, a_day)
    if pace <= 0 or balance.amount / pace >= ENDLESS:
        return Runway(None, None, a_day)
    left = int(balance.amount / pace)
    return Runway(left, spent.today + timedelta(days=left), a_day)


def unusual_days(spending: Spending, today: date) -> tuple[UnusualDay, ...]:
    """The days, newest first, that cost far more than the last 90 whole days around them usually did."""
    first = spending.first_day or today
    held = [each for each in _whole_days(spending, today, COMPARED_DAYS) if each[0] >= first]
    if len(held) < FEWEST_COMPARED:
        return ()
    from statistics import median

    amounts = [amount for _, amount in held]
    usual = median(amounts)
    away = [abs(amount - usual) for amount in amounts]
    spread = median(away) * _MAD_SCALE or sum(away, Decimal(0)) / len(away) * _MEAN_SCALE
    return tuple(
        UnusualDay(day, Money(amount, spending.unit), _rounded(usual, spending.unit))
        for day, amount in reversed(held)
        if amount - usual > _SCORE * spread > 0
    )


def _whole_days(spending: Spending, today: date, days: int) -> list[tuple[date, Decimal]]:
    """What each of the last whole days cost, oldest first; only days that were read."""
    covered = _covered_since(spending, today - timedelta(days=days), today)
    return [
        (day, sum(spending.days.get(day, {}).values(), Decimal(0)))
        for day in (today - timedelta(days=back) for back in range(days, 0, -1))
        if covered is None or day > covered
    ]


def _rounded(amount: Decimal, unit: str) -> Money:
    return Money(amount.quantize(_CENT, ROUND_HALF_EVEN), unit)


def _covered_since(spending: Spending, first: date, today: date) -> date | None:
    if spending.complete:
        return None
    oldest = min(spending.first_day or today, today)
    return None if oldest < first else oldest


def _shares(by_usecase: dict[SafeText, Decimal], total: Decimal, unit: str) -> tuple[UsecaseShare, ...]:
    dearest_first = sorted(by_usecase.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        UsecaseShare(usecase, Money(amount, unit), amount / total if total else Decimal(0))
        for usecase, amount in dearest_first
    )
