"""What each day cost, by use: the one table all insights are made from, read from the rollup in one pass."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from tui.domain import DEBIT, SafeText, Transaction
from tui.ledger.store.rows import DEBITED, joined
from tui.ledger.store.schema import NO_DAY

_PASS = (
    "SELECT day, usecase, sum(rollup.whole), sum(rollup.frac)"
    " FROM rollup JOIN facet ON facet.key = rollup.facet WHERE day >= ? AND unit = ? AND facet.flow = ?"
    " GROUP BY day, usecase ORDER BY day"
)
_COMMONEST_UNIT = (
    "SELECT unit FROM rollup JOIN facet ON facet.key = rollup.facet"
    " GROUP BY unit ORDER BY sum(rollup.count) DESC, unit LIMIT 1"
)
_NO_UNIT = "USD"
"""What an empty ledger is told in."""


class Spending(NamedTuple):
    """The debits that moved money in one unit, by local day and use. Refunds are credits and are not taken off."""

    unit: str
    days: Mapping[date, Mapping[SafeText, Decimal]] = MappingProxyType({})
    """Only days that cost something, oldest first; rows without a time belong to none."""
    first_day: date | None = None
    """The day of the oldest transaction of any kind; None without any."""
    complete: bool = False
    """Whether there are no older transactions than were read; without it rows of `first_day` itself may be missing."""
    since: date | None = None
    """The day from which on days were looked at; None when all were."""


def read_spending(
    connection: sqlite3.Connection, *, since: date | None = None, unit: str | None = None, complete: bool = False
) -> Spending:
    """Read the spending of the days from `since` on from a ledger file, in `unit`: by default that of most rows.

    All days of a long ledger take a while, and room. Days are those of the file's zone; `complete` tells that the file
    has all there is. Raises sqlite3.Error.
    """
    unit = unit or _unit(connection)
    (first,) = connection.execute("SELECT min(day) FROM rollup WHERE day > ?", (NO_DAY,)).fetchone()
    from_day = NO_DAY + 1 if since is None else since.toordinal()
    days: dict[date, dict[SafeText, Decimal]] = {}
    clean = cache(SafeText)
    for number, found in groupby(connection.execute(_PASS, (from_day, unit, DEBITED)), itemgetter(0)):
        days[date.fromordinal(number)] = {clean(usecase): joined(whole, frac) for _, usecase, whole, frac in found}
    return Spending(unit, days, None if first is None else date.fromordinal(first), complete, since)


def spending_of(
    rows: Iterable[Transaction], zone: tzinfo | None, *, unit: str | None = None, complete: bool = False
) -> Spending:
    """Add up the spending of `rows` as `read_spending` does; `zone` None is the local one."""
    held = tuple(rows)
    unit = unit or _commonest(held)
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


def _unit(connection: sqlite3.Connection) -> str:
    """The unit of most rows, of equally many the first in the alphabet. Ledgers of one unit need no counting."""
    units = connection.execute("SELECT DISTINCT unit FROM facet LIMIT 2").fetchall()
    found = connection.execute(_COMMONEST_UNIT).fetchone() if len(units) > 1 else next(iter(units), None)
    return _NO_UNIT if found is None else str(found[0])


def _commonest(rows: Iterable[Transaction]) -> str:
    counts = Counter(row.amount.unit for row in rows)
    return min(counts, key=lambda each: (-counts[each], each)) if counts else _NO_UNIT
