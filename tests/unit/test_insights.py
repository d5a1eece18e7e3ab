"""Spend and runway, compared with the plainest way to compute them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tui.domain import CREDIT, DEBIT, Direction, Money, SafeText, Transaction, TransactionStatus
from tui.ledger.insights.insights import Period, Runway, Spend, runway, spend_by
from tui.ledger.insights.spending import spending_of

NOW = datetime(2026, 11, 20, 18, 24, 5, tzinfo=UTC)
TODAY = NOW.date()
BERLIN = ZoneInfo("Europe/Berlin")


def row(
    at: datetime | None,
    amount: str = "1.00",
    *,
    direction: Direction = DEBIT,
    status: str = "success",
    usecase: str = "image_generation",
    unit: str = "USD",
) -> Transaction:
    money = Money(Decimal(amount), unit)
    return Transaction("1", at, direction, money, TransactionStatus(status), SafeText(usecase), SafeText("wallet"))


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def spend(
    rows: Sequence[Transaction], now: datetime, zone: tzinfo, *, unit: str | None = None, complete: bool = False
) -> Spend:
    """The spending of the last 30 days, in the unit of the newest row unless told otherwise."""
    unit = unit or (rows[0].amount.unit if rows else None)
    spending = spending_of(rows, zone, unit=unit, complete=complete)
    return spend_by(Period.DAY, spending, now.astimezone(zone).date(), 30)


ROWS = st.lists(
    st.builds(
        row,
        st.none() | st.floats(-0.1, 45).map(ago),
        st.decimals("0", "9999.9999", places=4).map(str),
        direction=st.sampled_from([CREDIT, DEBIT, Direction("transfer")]),
        status=st.sampled_from(["success", "pending", "failed", "refunded", "canceled", "new_word"]),
        usecase=st.sampled_from(["image_generation", "training", ""]),
        unit=st.sampled_from(["USD", "USD", "EUR"]),
    ),
    max_size=40,
)
ZONES = st.sampled_from([UTC, BERLIN, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Los_Angeles")])


@given(ROWS, ZONES)
def test_spend_is_what_the_debits_of_each_local_day_add_up_to(rows: list[Transaction], zone: ZoneInfo) -> None:
    told = spend(rows, NOW, zone, unit="USD")
    today = NOW.astimezone(zone).date()
    for back, entry in enumerate(reversed(told.days)):
        day = today - timedelta(days=back)
        counted = [
            each.amount.amount
            for each in rows
            if each.at
            and min(each.at.astimezone(zone).date(), today) == day
            and each.direction == "debit"
            and each.status not in ("failed", "canceled")
            and each.amount.unit == "USD"
        ]
        assert (entry.day, entry.amount) == (day, Money(sum(counted, Decimal(0)), "USD"))
    assert len(told.days) == 30
    assert told.total.amount == sum((entry.amount.amount for entry in told.days), Decimal(0))


@given(ROWS)
def test_shares_are_ordered_and_make_the_whole(rows: list[Transaction]) -> None:
    told = spend(rows, NOW, UTC, unit="USD")
    amounts = [share.amount.amount for share in told.by_usecase]
    assert amounts == sorted(amounts, reverse=True)
    assert sum(amounts, Decimal(0)) == told.total.amount
    if told.total.amount:
        assert abs(sum((share.share for share in told.by_usecase), Decimal(0)) - 1) < Decimal("1e-20")


def test_a_day_is_a_day_where_the_person_is() -> None:
    late_evening_in_utc = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    assert spend([row(late_evening_in_utc)], NOW, BERLIN).days[-1].amount.amount == 1
    assert spend([row(late_evening_in_utc)], NOW, UTC).days[-2].amount.amount == 1


def test_a_row_ahead_of_our_clock_belongs_to_today() -> None:
    assert spend([row(NOW + timedelta(hours=9))], NOW, UTC).days[-1].amount.amount == 1


def test_nothing_read_is_zero_in_dollars() -> None:
    told = spend([], NOW, UTC, complete=True)
    assert told.total == Money(Decimal(0), "USD")
    assert told.by_usecase == ()
    assert told.covered_since is None


def test_covered_since_names_the_oldest_day_when_older_rows_are_not_read() -> None:
    newest_three_days = [row(ago(back)) for back in range(3)]
    assert spend(newest_three_days, NOW, UTC).covered_since == TODAY - timedelta(days=2)
    assert spend(newest_three_days, NOW, UTC, complete=True).covered_since is None
    assert spend([*newest_three_days, row(ago(31))], NOW, UTC).covered_since is None


def balance(amount: str, unit: str = "USD") -> Money:
    return Money(Decimal(amount), unit)


def test_runway_at_the_pace_of_the_last_seven_whole_days() -> None:
    week = [row(ago(back), "6.21") for back in range(1, 8)]
    before = [row(ago(back), "500") for back in range(8, 20)]
    today = [row(ago(0.1), "400")]
    told = runway(balance("75.50"), spend(today + week + before, NOW, UTC))
    assert told == Runway(12, date(2026, 12, 2), balance("6.21"))


def test_runway_divides_by_the_days_that_were_read() -> None:
    two_whole_days_and_a_part = [row(ago(back), "10") for back in range(4)]
    told = runway(balance("100"), spend(two_whole_days_and_a_part, NOW, UTC))
    assert told is not None
    assert told.a_day == balance("10.00")
    assert told.days == 10


def test_no_runway_when_not_even_yesterday_is_read_whole() -> None:
    assert runway(balance("100"), spend([row(ago(0.1)), row(ago(1))], NOW, UTC)) is None
    assert runway(balance("100"), spend([], NOW, UTC)) is None


def test_no_runway_across_units() -> None:
    assert runway(balance("100", "EUR"), spend([row(ago(1)), row(ago(40))], NOW, UTC)) is None


def test_no_end_in_sight_without_spending() -> None:
    told = runway(balance("100"), spend([], NOW, UTC, complete=True))
    assert told == Runway(None, None, balance("0.00"))


def test_a_pace_too_small_to_tell_has_no_end_and_does_not_overflow_the_calendar() -> None:
    told = runway(balance("999999999"), spend([row(ago(1), "0.0001")], NOW, UTC, complete=True))
    assert told is not None
    assert told.until is None


def test_an_overdrawn_wallet_lasts_no_day() -> None:
    told = runway(balance("-5"), spend([row(ago(1), "7")], NOW, UTC, complete=True))
    assert told == Runway(0, TODAY, balance("1.00"))
