"""What the Insights view says: pure functions from a picture of the spending to text."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from textual.content import Content
from textual.geometry import Size

from tui.account.state import Snapshot
from tui.ledger.insights.insights import Period, Runway, Spend, UnusualDay, burn, runway, spend_by, unusual_days
from tui.ledger.insights.spending import Spending
from tui.screens.overview.money import (
    NOTHING_SPENT,
    MoneyPicture,
    day_words,
    heading,
    low_balance_words,
    runway_words,
    short_runway_words,
    usecase_card,
    weekday_words,
)
from tui.widgets.column_chart import MARK, ChartColumn, column_chart, columns_that_fit
from tui.widgets.format import BOLD, DIM, MONTHS, WAIT, align_on_point, lines, plural, spread
from tui.widgets.status_styles import way_to_pay

_COUNTS = {Period.DAY: (90, 60, 30), Period.WEEK: (104, 52, 26), Period.MONTH: (36, 24, 12)}
"""How many columns a chart has, the first of these that fits; the last where none does."""
_FEWEST = 7
"""Columns of a chart whose account is younger than that."""
_UNUSUAL_SHOWN = 3


@dataclass(frozen=True)
class InsightsPicture:
    """What is told, worked out when it is first asked for."""

    snapshot: Snapshot
    spending: Spending
    today: date
    period: Period
    width: int
    """Cells the chart has: they decide how many periods it tells of, and with it all that is added up."""

    @cached_property
    def unusual(self) -> tuple[UnusualDay, ...]:
        """Days unlike the others, newest first."""
        return unusual_days(self.spending, self.today)

    @cached_property
    def runway(self) -> Runway | None:
        """How long the balance lasts."""
        wallet = self.snapshot.wallet
        return runway(wallet.available, spend_by(Period.DAY, self.spending, self.today, 30)) if wallet else None

    @cached_property
    def spend(self) -> Spend:
        """What each period cost, as many of them as the chart shows."""
        counts = _COUNTS[self.period]
        fitting = next((count for count in counts if count <= columns_that_fit(self.width)), counts[-1])
        return spend_by(self.period, self.spending, self.today, min(fitting, max(_FEWEST, self._periods_known())))

    def _periods_known(self) -> int:
        first = self.spending.first_day or self.today
        start, count = self.period.start(self.today), 1
        while start > first:
            start, count = self.period.before(start), count + 1
        return count


def title_text(picture: InsightsPicture, space: Size) -> Content:
    """What is added up, over how long, and what it comes to."""
    spent = picture.spend
    since = spent.covered_since
    shown = plural(len(spent.days), picture.period.value)
    known = f", read back to {day_words(since)} {since.year}" if since else ""
    title = Content.assemble(heading(f"Spend by {picture.period.value}"), (f"   last {shown}{known}", DIM))
    return spread(title, Content.styled(str(spent.total), BOLD), space.width)


def chart_text(picture: InsightsPicture, space: Size) -> Content:
    """A column a period; days unlike the others, and periods that have one, are marked."""
    spent = picture.spend
    if not spent.total.amount:
        return NOTHING_SPENT
    marked = {picture.period.start(each.day) for each in picture.unusual} if picture.period is Period.DAY else set()
    chart = [
        ChartColumn(each.amount.amount, _label(each.day, picture.period), each.day in marked) for each in spent.days
    ]
    return column_chart(chart, space)


def uses_text(picture: InsightsPicture, space: Size) -> Content:
    """What the money went to in the time of the chart."""
    return usecase_card(MoneyPicture(picture.snapshot, picture.spend, None), space, compact=False)


def pace_text(picture: InsightsPicture, space: Size) -> Content:
    """What a day costs of late, what is left, and how long that lasts."""
    paces = [(f"last {days} days", burn(picture.spending, picture.today, days)) for days in (7, 30)]
    told = [(label, amount) for label, amount in paces if amount is not None]
    numbers = align_on_point([amount.digits for _, amount in told])
    rows = [
        Content.assemble((f"{label:<14}", DIM), number, (" a day", DIM))
        for (label, _), number in zip(told, numbers, strict=True)
    ]
    return lines((heading("Pace and runway"), *rows, *_left(picture)))


def _left(picture: InsightsPicture) -> list[Content]:
    wallet, left = picture.snapshot.wallet, picture.runway
    if wallet is None:
        return []
    told = [Content.assemble(("left", DIM), " " * 10, str(wallet.available))]
    if left is None:
        return [*told, Content.styled("not enough read to tell how long", DIM)]
    words, _ = runway_words(left, empty=wallet.available.amount <= 0)
    told.append(Content.assemble(("lasts", DIM), " " * 9, words))
    if left.until is not None and wallet.available.amount > 0:
        told.append(Content.assemble(("until", DIM), " " * 9, weekday_words(left.until), f" {left.until.year}"))
    warned = low_balance_words(picture.snapshot) or short_runway_words(left)
    return [*told, Content.styled(f"{warned}{way_to_pay(picture.snapshot, ': ')}", WAIT)] if warned else told


def unusual_text(picture: InsightsPicture, space: Size) -> Content:
    """Days that cost far more than usual, in words: the mark in the chart alone says too little."""
    found = picture.unusual
    if not found:
        return Content.styled("No day of the last 90 was unlike the others.", DIM)
    usual = f"usually {found[0].usual.digits} a day"
    told = Content()
    for shown in range(min(len(found), _UNUSUAL_SHOWN), 0, -1):
        days = [Content.assemble((f"{day_words(each.day)} ", DIM), each.amount.digits) for each in found[:shown]]
        more = f"{len(found) - shown} more, " if len(found) > shown else ""
        told = Content.assemble((f"{MARK} unusual  ", WAIT), Content("   ").join(days), (f"   {more}{usual}", DIM))
        if told.cell_length <= space.width:
            break
    return told


def _label(start: date, period: Period) -> str:
    return f"{MONTHS[start.month - 1]} {start.year % 100:02}" if period is Period.MONTH else day_words(start)
