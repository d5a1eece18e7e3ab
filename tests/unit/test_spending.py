"""Insights from the ledger file's rollup, held against the plainest sums over the transactions themselves."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_insights import NOW, ROWS, TODAY, ZONES, row
from tui.domain import Money, Transaction
from tui.ledger.insights.insights import Period, UnusualDay, burn, spend_by, unusual_days
from tui.ledger.insights.spending import Spending, read_spending, spending_of
from tui.ledger.store.store import LedgerStore


def numbered(rows: list[Transaction]) -> list[Transaction]:
    return [
        Transaction(str(number), each.at, each.direction, each.amount, each.status, each.usecase, each.source)
        for number, each in enumerate(rows)
    ]


@given(ROWS, ROWS, ZONES)
@settings(max_examples=25, deadline=None)
def test_the_file_tells_what_the_rows_come_to_also_when_rows_change(
    before: list[Transaction], after: list[Transaction], zone: ZoneInfo
) -> None:
    with TemporaryDirectory() as folder:
        store = LedgerStore(Path(folder) / "ledger.sqlite3", "account", zone)
        store.add(numbered(before))
        store.add(numbered(after))
        told = read_spending(store.connection, unit="USD")
        store.close()
    rows = numbered(after) + numbered(before)[len(after) :]
    assert told == spending_of(rows, zone, unit="USD")
    assert list(told.days) == sorted(told.days)


@given(ROWS, st.sampled_from(Period))
def test_periods_hold_all_that_was_spent_in_them_and_touch_each_other(rows: list[Transaction], period: Period) -> None:
    told = spend_by(period, spending_of(rows, UTC, unit="USD"), TODAY, 60)
    spent = [
        each.amount.amount
        for each in rows
        if each.at and each.direction == "debit" and each.status.moved_money and each.amount.unit == "USD"
    ]
    assert told.total.amount == sum(spent, Decimal(0)) == sum((each.amount.amount for each in told.days), Decimal(0))
    starts = [each.day for each in told.days]
    assert all(period.before(after) == before for before, after in pairwise(starts))
    assert starts[-1] == period.start(TODAY)


def test_a_week_begins_on_monday_and_a_month_on_its_first() -> None:
    assert Period.WEEK.start(date(2026, 11, 22)) == date(2026, 11, 16)
    assert Period.WEEK.before(date(2026, 11, 16)) == date(2026, 11, 9)
    assert Period.MONTH.before(date(2026, 1, 1)) == date(2025, 12, 1)


def days(*amounts: str, complete: bool = True) -> Spending:
    """Days that cost `amounts`, the last of them yesterday."""
    rows = [row(NOW - timedelta(days=back), amount) for back, amount in enumerate(reversed(amounts), start=1)]
    return spending_of(rows, UTC, complete=complete)


def test_burn_is_the_average_of_the_whole_days_that_were_read() -> None:
    assert burn(days("10", "20", "30"), TODAY, 7) == Money(Decimal("8.57"), "USD")
    assert burn(days("10", "20", "30", complete=False), TODAY, 7) == Money(Decimal("25.00"), "USD")
    assert burn(days(complete=False), TODAY, 7) is None


@pytest.mark.parametrize("others", [["5", "6", "7"] * 10, ["0"] * 29 + ["0.10"], ["5"] * 30], ids=str)
def test_a_day_far_above_the_others_is_unusual(others: list[str]) -> None:
    calm = days(*others[:10], *others[10:])
    assert "40.00" not in [each.amount.digits for each in unusual_days(calm, TODAY)]
    found = unusual_days(days(*others[:10], "40", *others[10:]), TODAY)
    assert found[-1].day == TODAY - timedelta(days=len(others) - 9)
    assert found[-1].amount == Money(Decimal(40), "USD")


def test_ordinary_noise_is_not_unusual_and_few_days_tell_nothing() -> None:
    assert unusual_days(days(*(["3", "9", "5", "7", "4", "11"] * 8)), TODAY) == ()
    assert unusual_days(days("1", "1", "1", "90"), TODAY) == ()


def test_an_unusual_day_is_told_with_what_is_usual() -> None:
    (found,) = unusual_days(days(*["1", "2", "3"] * 6, "90"), TODAY)
    assert found == UnusualDay(TODAY - timedelta(days=1), Money(Decimal(90), "USD"), Money(Decimal("2.00"), "USD"))


def test_a_month_of_another_year_is_found() -> None:
    rows = [row(datetime(2025, 3, 31, 23, tzinfo=UTC), "12.50")]
    told = spend_by(Period.MONTH, spending_of(rows, UTC, complete=True), TODAY, 24)
    assert {each.day: each.amount.digits for each in told.days if each.amount.amount} == {date(2025, 3, 1): "12.50"}


@given(ROWS, st.integers(0, 60))
@settings(max_examples=25, deadline=None)
def test_recent_days_cost_what_they_cost_among_all(rows: list[Transaction], back: int) -> None:
    since = TODAY - timedelta(days=back)
    with TemporaryDirectory() as folder:
        store = LedgerStore(Path(folder) / "ledger.sqlite3", "account", UTC)
        store.add(numbered(rows))
        recent, every = read_spending(store.connection, since=since), read_spending(store.connection)
        store.close()
    assert (recent.unit, recent.first_day) == (every.unit, every.first_day)
    assert recent.days == {day: uses for day, uses in every.days.items() if day >= since}
