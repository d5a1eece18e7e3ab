"""Text as people read it: times, countdowns, amounts and aligned columns. Pure, and safe to show (no markup)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui.domain import CREDIT, DEBIT, UNTOLD
from tui.domain.clock import clock_time as clock_time
from tui.domain.text import sentence as sentence

if TYPE_CHECKING:
    from tui.domain import Money, PaymentMethod, Transaction

DIM = "$label"
"""Labels; values stay in the text colour."""
BOLD = "bold"
MONEY_IN = "$money-in"
MONEY_OUT = "$money-out"
GOOD = "$status-good"
WAIT = "$status-wait"
BAD = "$status-bad"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def short_time(moment: datetime, zone: tzinfo | None) -> str:
    """The time of day to the minute: `18:24`."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, zone: tzinfo | None) -> str:
    """A day without its year: `3 Dec`."""
    local = moment.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]}"


def day_with_year(moment: datetime, zone: tzinfo | None) -> str:
    """A day of any year: `3 Dec 2026`."""
    return f"{day(moment, zone)} {moment.astimezone(zone).year}"


def day_and_time(moment: datetime | None, zone: tzinfo | None) -> str:
    """A column of times: ` 3 Dec 18:02`, a dash when the provider gave none."""
    return "–" if moment is None else f"{day(moment, zone):>6} {short_time(moment, zone)}"


def full_time(moment: datetime | None, zone: tzinfo | None) -> str:
    """A time with everything: `3 Dec 2026 18:02:11`."""
    return "–" if moment is None else f"{day_with_year(moment, zone)} {clock_time(moment, zone)}"


def countdown(left: timedelta) -> str:
    """What is left, as a clock: `21:40`, `1:02:03`; never below `0:00`."""
    seconds = max(0, int(left.total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def plural(count: int, one: str) -> str:
    """A count with its word: `1 row`, `1,204 rows`."""
    return f"{count:,} {one if count == 1 else one + 's'}"


def signed(amount: Money, direction: str) -> str:
    """An amount with the sign its direction gives it: `−1.20` for a debit, `+25.00` for a credit."""
    sign = {str(DEBIT): "−", str(CREDIT): "+"}.get(direction, " ")
    return f"{sign}{amount.digits}"


def money_style(row: Transaction) -> str:
    """The colour of a row's amount; its sign and word say the same."""
    if not row.status.moved_money:
        return DIM
    return MONEY_IN if row.direction == CREDIT else MONEY_OUT


def unit_word(unit: str) -> str:
    """A unit as a column shows it: `USD`, or that nobody tells the currency."""
    return "not told" if unit == UNTOLD else unit


def align_on_point(numbers: Sequence[str]) -> list[str]:
    """Numbers as one column, aligned on the decimal point and padded to one width."""
    wholes = [number.partition(".")[0] for number in numbers]
    fractions = [number[len(whole) :] for number, whole in zip(numbers, wholes, strict=True)]
    left, right = max(map(len, wholes), default=0), max(map(len, fractions), default=0)
    return [f"{whole:>{left}}{fraction:<{right}}" for whole, fraction in zip(wholes, fractions, strict=True)]


def card_name(method: PaymentMethod) -> str:
    """A card as people know it: `visa ···· 4242`."""
    return f"{method.brand or 'card'} ···· {method.last4 or '????'}"


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells, cut with an ellipsis when longer."""
    # Nearly all there is, and a table has hundreds a page.
    if text.isascii() and text.isprintable() and len(text) <= width:
        return text.ljust(width)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - 1)) + "…"[: max(0, width)]


def spread(left: Content, right: Content, width: int) -> Content:
    """One line with `left` at the left and `right` at the right edge; `left` is cut when both do not fit."""
    room = width - right.cell_length - (1 if right.cell_length else 0)
    kept = left if left.cell_length <= room else left.truncate(max(0, room), ellipsis=True)
    return Content.assemble(kept, " " * max(0, width - kept.cell_length - right.cell_length), right)


def lines(rows: Iterable[Content]) -> Content:
    """Rows as one text, a line each."""
    return Content("\n").join(list(rows))
