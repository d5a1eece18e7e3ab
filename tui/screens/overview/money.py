"""The money cards of the overview: balance, runway, spend, use cases. Pure functions from a picture to text."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size

from tui.account.state import LedgerRows, Phase, Snapshot
from tui.domain import Money
from tui.ledger.insights.insights import Period, Runway, Spend, runway, spend_by
from tui.ledger.insights.spending import Spending, spending_of
from tui.widgets.bars import bar, columns
from tui.widgets.format import BAD, BOLD, DIM, MONTHS, WAIT, WEEKDAYS, align_on_point, fit, lines, spread
from tui.widgets.status_styles import way_to_pay

SPEND_DAYS = 30
"""Days the overview looks back."""
NO_END = "no end in sight"
"""How long a balance lasts that nothing is taken from."""
NOTHING_SPENT = Content.styled("nothing spent in this time", DIM)
LOW_DAYS = 14
"""Runway below which the overview warns."""
_SHOWN_USECASES = 4
_SHORTEST_NAME, _SHORTEST_BAR = 6, 4
"""Cells below which a name or a bar tells nothing."""
_YEAR_TOLD = 300
"""Days ahead from which on a day is told with its year."""


class MoneyPicture(NamedTuple):
    """What the money cards tell, computed once a snapshot."""

    snapshot: Snapshot
    spend: Spend | None
    runway: Runway | None

    @classmethod
    def of(cls, snapshot: Snapshot, now: datetime, zone: tzinfo | None) -> "MoneyPicture":
        """Work out spend and runway from what is known of the ledger."""
        spending, wallet = spending_in(snapshot, zone), snapshot.wallet
        if spending is None:
            return cls(snapshot, None, None)
        spent = spend_by(Period.DAY, spending, now.astimezone(zone).date(), SPEND_DAYS)
        return cls(snapshot, spent, runway(wallet.available, spent) if wallet else None)


def spending_in(snapshot: Snapshot, zone: tzinfo | None) -> Spending | None:
    """What each day cost: by the local copy of the ledger, or by the transactions read where none could be kept."""
    rows, wallet = snapshot.ledger.value, snapshot.wallet
    if rows is None or rows.spending is not None:
        return None if rows is None else rows.spending
    return spending_of(rows.items, zone, unit=wallet.available.unit if wallet else None, complete=rows.complete)


def low_balance_words(snapshot: Snapshot) -> str:
    """That less is left than the account's owner wants to be told of; empty while more is."""
    wallet, least = snapshot.wallet, snapshot.low_balance
    if wallet is None or least is None or not snapshot.is_low:
        return ""
    return f"! below {Money(least, wallet.available.unit)}"


def missing_words(phase: Phase) -> Content:
    """What stands where a value would be, while there is none."""
    if phase is Phase.FAILED:
        return Content.styled("could not be read", BAD)
    return Content.styled("reading…", DIM)


def heading(title: str) -> Content:
    """The name of a card."""
    return Content.styled(title, BOLD)


def balance_card(picture: MoneyPicture, space: Size, *, compact: bool) -> Content:
    """What is left, what was put in, what was used."""
    wallet = picture.snapshot.wallet
    if wallet is None:
        value, history = missing_words(picture.snapshot.balance.phase), []
    else:
        value = Content.styled(str(wallet.available), f"{BOLD} $accent")
        told = [("credited", wallet.credited), ("used", wallet.used)]
        history = [(label, amount.digits) for label, amount in told if amount is not None]
    low = Content.styled(low_balance_words(picture.snapshot), WAIT)
    if compact:
        pairs = [Content.assemble((f"{label} ", DIM), digits) for label, digits in history]
        left = Content.assemble(heading("Balance"), "  ", value)
        if low and left.cell_length + 1 + low.cell_length > space.width:
            low = Content.styled("! low", WAIT)  # the balance itself must not be cut
        first = spread(left, low, space.width)
        return lines((first, *_beside(pairs, "   ", space)))
    numbers = align_on_point([digits for _, digits in history])
    rows = [Content.assemble((f"{label:<9}", DIM), number) for (label, _), number in zip(history, numbers, strict=True)]
    return lines((heading("Balance"), value, *rows, *([low] if low else [])))


def balance_width(picture: MoneyPicture) -> int:
    """Cells the balance needs at 112 columns and more."""
    text = balance_card(picture, Size(0, 0), compact=False).plain
    return max(map(len, text.split("\n")))


def runway_card(picture: MoneyPicture, space: Size, *, compact: bool) -> Content:
    """How long the balance lasts at the pace of late, and a warning when that is not long."""
    left, wallet = picture.runway, picture.snapshot.wallet
    if left is None or wallet is None:
        said, at, warned = _no_runway(picture), [Content()], ""
    else:
        said, at = runway_words(left, empty=wallet.available.amount <= 0)
        warned = short_runway_words(left)
    if compact:
        first = Content.assemble(heading("Runway"), "  ", said)
        return lines((spread(first, Content.styled(warned, WAIT), space.width), *_beside(at, ", ", space)))
    advice = Content.styled(f"{warned}{way_to_pay(picture.snapshot, ': ')}" if warned else "", WAIT)
    return lines((heading("Runway"), said, Content(", ").join(at), advice))


def _no_runway(picture: MoneyPicture) -> Content:
    """Why nothing can be said of how long the balance lasts."""
    parts = (picture.snapshot.balance, picture.snapshot.ledger)
    if all(part.value is not None for part in parts):
        return Content.styled("not enough read to tell", DIM)
    failed = any(part.phase is Phase.FAILED for part in parts)
    return Content.styled("not known", DIM) if failed else missing_words(Phase.LOADING)


def short_runway_words(left: Runway) -> str:
    """That the balance does not last long; nothing while it does."""
    return f"! below {LOW_DAYS} days" if left.days is not None and left.days < LOW_DAYS else ""


def runway_words(left: Runway, *, empty: bool) -> tuple[Content, list[Content]]:
    """How long the balance lasts; until when, and at what pace."""
    pace = Content.styled(f"at {left.a_day.digits} a day", DIM)
    if left.days is None or left.until is None:
        return Content(NO_END), [pace]
    style = f"{BOLD} {WAIT}" if left.days < LOW_DAYS else BOLD
    if empty:
        return Content.styled("nothing left", style), [pace]
    words = "less than a day" if left.days == 0 else f"about {left.days:,} day{'' if left.days == 1 else 's'}"
    until = f"{day_words(left.until)} {left.until.year}" if left.days >= _YEAR_TOLD else weekday_words(left.until)
    return Content.styled(words, style), [Content.assemble(("until ", DIM), until), pace]


def _beside(parts: list[Content], between: str, space: Size) -> list[Content]:
    """`parts` on one line, or a line each where that would cut them."""
    if not parts:
        return []
    line = Content(between).join(parts)
    return [line] if line.cell_length <= space.width else parts


def spend_card(picture: MoneyPicture, space: Size, *, compact: bool) -> Content:
    """The debits of the last 30 days as columns, with their sum and the days they cover."""
    spent, rows = picture.spend, picture.snapshot.ledger.value
    if spent is None or rows is None:
        return lines((heading("Spend, last 30 days"), missing_words(picture.snapshot.ledger.phase)))
    title = heading(_spend_title(spent, rows))
    total = Content.styled(str(spent.total), BOLD)
    values = [each.amount.amount for each in spent.days]
    first, middle, last = (spent.days[at].day for at in (0, len(values) // 2, -1))
    if compact:
        dates = f"{day_words(first)} – {day_words(last)}"
        gap = 1 if space.width > len(values) * 2 + len(dates) else 0
        (chart,) = columns(values, 1, gap)
        return lines((spread(title, total, space.width), Content.assemble((chart, "$bar"), (f"  {dates}", DIM))))
    gap = 1 if space.width >= len(values) * 2 - 1 else 0
    chart_width = len(values) * (gap + 1) - gap
    axis = f"{day_words(first):<{chart_width // 2}}{day_words(middle)}"
    axis = f"{axis:<{chart_width - len(day_words(last))}}{day_words(last)}"
    drawn = [Content.styled(line, "$bar") for line in columns(values, 2, gap)]
    return lines((spread(title, total, min(space.width, max(chart_width, 40))), *drawn, Content.styled(axis, DIM)))


def usecase_card(picture: MoneyPicture, space: Size, *, compact: bool) -> Content:
    """What the money went to, dearest first, small ones together."""
    spent = picture.spend
    if spent is None:
        words = missing_words(picture.snapshot.ledger.phase)
        return words if compact else lines((heading("By use case"), words))
    shares = _with_other(spent)
    if not shares:
        return NOTHING_SPENT if compact else lines((heading("By use case"), NOTHING_SPENT))
    amounts = align_on_point([amount for _, amount, _ in shares])
    if compact:
        cell = (space.width - 4) // 2
        cells = [
            Content.assemble(fit(name, cell - len(amount) - 7), " ", amount, (f" {_percent(share):>5}", DIM))
            for (name, _, share), amount in zip(shares, amounts, strict=True)
        ]
        return lines(Content("    ").join(cells[at : at + 2]) for at in range(0, len(cells), 2))
    name_width = max(
        _SHORTEST_NAME, min(24, max(len(name) for name, _, _ in shares), space.width - len(amounts[0]) - 3)
    )
    bars = min(28, space.width - name_width - len(amounts[0]) - 13)
    rows = [
        Content.assemble(f"{fit(name, name_width)}   {amount}", *(_bar_and_percent(share, bars)))
        for (name, _, share), amount in zip(shares, amounts, strict=True)
    ]
    return lines((heading("By use case"), *rows))


def _bar_and_percent(share: Decimal, cells: int) -> list[str | tuple[str, str]]:
    """A share as a bar and a number; nothing where the amounts leave no room for it."""
    if cells < _SHORTEST_BAR:
        return []
    return ["   ", (f"{bar(share, cells):<{cells}}", "$bar"), (f" {_percent(share):>5}", DIM)]


def _with_other(spent: Spend) -> list[tuple[str, str, Decimal]]:
    """Name, amount and share of the dearest uses; what is left is one line."""
    shares = spent.by_usecase
    told = [(str(each.usecase) or "no use case", each.amount.digits, each.share) for each in shares]
    if len(shares) <= _SHOWN_USECASES:
        return told
    rest = shares[_SHOWN_USECASES - 1 :]
    other = sum((each.amount for each in rest[1:]), rest[0].amount)
    share = sum((each.share for each in rest), Decimal(0))
    return [*told[: _SHOWN_USECASES - 1], (f"{len(rest)} other", other.digits, share)]


def _spend_title(spent: Spend, rows: LedgerRows) -> str:
    """Name the days honestly: when not all 30 were read, say since when and how many rows that is."""
    if spent.covered_since is None:
        return f"Spend, last {len(spent.days)} days"
    return f"Spend since {day_words(spent.covered_since)}, newest {max(rows.held, len(rows.items)):,} rows"


def _percent(share: Decimal) -> str:
    rounded = f"{share * 100:.0f} %"
    return "<1 %" if rounded == "0 %" and share > 0 else rounded


def day_words(moment: date) -> str:
    """A day without its year: `3 Dec`."""
    return f"{moment.day} {MONTHS[moment.month - 1]}"


def weekday_words(moment: date) -> str:
    """A day near now: `Wed 3 Dec`."""
    return f"{WEEKDAYS[moment.weekday()]} {day_words(moment)}"
