"""What each day cost, by use: the one table all insights are made from, read from the rollup in one pass."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal
from typing import TypeAlias

from tui.domain import DEBIT, SafeText, Transaction
from tui.ledger.rows import DEBITED, day_of, joined
from tui.ledger.schema import NO_DAY

_PASS = (
    "SELECT day, unit, flow, usecase, sum(count), sum(rollup.whole), sum(rollup.frac)"
    " FROM rollup JOIN facet ON facet.key = rollup.facet WHERE day >= ? GROUP BY day, unit, flow, usecase ORDER BY day"
)
_Sum: TypeAlias = tuple[int, str, int, str, int, int, int]


@dataclass(frozen=True, slots=True)
class Spending:
    """The debits that moved money in one unit, by local day and use. Refunds are credits and are not taken off."""

    unit: str
    days: Mapping[date, Mapping[SafeText, Decimal]] = field(default_factory=dict)
    """Only days that cost something, oldest first; rows without a time belong to none."""
    first_day: date | None = None
    """The day of the oldest transaction of any kind; None without any."""
    complete: bool = False
    """Whether there are no older transactions than were read; without it rows of `first_day` itself may be missing."""
    since: date | None = None
    """The day from which on days were looked at; None when all were."""


def read_spending(connection: sqlite3.Connection, *, unit: str | None = None, complete: bool = False) -> Spending:
    """Read the spending of all days from a ledger file, in `unit`: by default that of most rows. Raises sqlite3.Error.

    Days are those of the file's zone; `complete` tells that the file has all there is.
    """
    found = connection.execute(_PASS, (NO_DAY,)).fetchall()
    unit = unit or _commonest((row_unit, count) for _, row_unit, _, _, count, _, _ in found)
    first = next((day for number, *_ in found if (day := day_of(number))), None)
    return Spending(unit, _days(found, unit), first, complete)


def read_recent_spending(connection: sqlite3.Connection, since: date, *, complete: bool = False) -> Spending:
    """Read what `read_spending` does, of the days from `since` on alone: all days of a long ledger take a while.

    Where the ledger has several units, all days are read: only all tell which one most rows have. Raises sqlite3.Error.
    """
    units = connection.execute("SELECT DISTINCT unit FROM facet LIMIT 2").fetchall()
    if len(units) != 1:
        return read_spending(connection, complete=complete)
    found = connection.execute(_PASS, (since.toordinal(),)).fetchall()
    (first,) = connection.execute("SELECT min(day) FROM rollup WHERE day > ?", (NO_DAY,)).fetchone()
    unit = str(units[0][0])
    return Spending(unit, _days(found, unit), None if first is None else day_of(first), complete, since)


def spending_of(
    rows: Iterable[Transaction], zone: tzinfo | None, *, unit: str | None = None, complete: bool = False
) -> Spending:
    """Add up the spending of `rows` as `read_spending` does; `zone` None is the local one."""
    held = tuple(rows)
    unit = unit or _commonest((row.amount.unit, 1) for row in held)
    days: defaultdict[date, defaultdict[SafeText, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    first: date | None = None
    for row in held:
        if row.at is None:
            continue
        day = row.at.astimezone(zone).date()
        first = day if first is None else min(first, day)
        if row.amount.unit == unit and row.direction == DEBIT and row.status.moved_money:
            days[day][row.usecase] += row.amount.amount
    return Spending(unit, {day: dict(days[day]) for day in sorted(days)}, first, complete)


def _days(found: list[_Sum], unit: str) -> dict[date, dict[SafeText, Decimal]]:
    days: dict[date, dict[SafeText, Decimal]] = {}
    for number, row_unit, flow, usecase, _, whole, frac in found:
        day = day_of(number)
        if day is not None and row_unit == unit and flow == DEBITED:
            days.setdefault(day, {})[SafeText(usecase)] = joined(whole, frac)
    return days


def _commonest(units: Iterable[tuple[str, int]]) -> str:
    counts: defaultdict[str, int] = defaultdict(int)
    for unit, count in units:
        counts[unit] += count
    return min(counts, key=lambda each: (-counts[each], each)) if counts else "USD"
