"""The ledger's columns, border and progress line: pure functions from rows and numbers to text."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from rich.cells import cell_len
from textual.content import Content

from tui.account.ledger_queries import LedgerRequest
from tui.account.state import LedgerRows
from tui.domain import Transaction
from tui.ledger.results.totals import Totals
from tui.providers.errors import BillingError
from tui.widgets.format import (
    BAD,
    DIM,
    MONTHS,
    WAIT,
    clock_time,
    money_style,
    plural,
    sentence,
    signed,
)
from tui.widgets.record_table import Column
from tui.widgets.status_styles import status_style

_STATUS, _USECASE, _SOURCE = (8, 12), (8, 36), (8, 24)
"""Cells these columns have at least and at most."""
_BORDER = 4
"""Cells of a border that words in it do not have."""
_BAR = 10
"""Cells of the bar that says how much is read."""


class SeenWidths:
    """Room for what the rows seen so far have; it only grows, so that scrolling shifts nothing."""

    def __init__(self) -> None:
        self._left, self._right = 0, 0
        self.status, self.usecase, self.source = _STATUS[0], _USECASE[0], _SOURCE[0]
        """Cells of the longest of each, within reason."""
        self._seen: set[tuple[str, str, str]] = set()

    @property
    def amount(self) -> int:
        """Cells of the amounts, on both sides of the point."""
        return max(self._left + self._right, len("amount ↓"))

    def grow(self, rows: Sequence[Transaction]) -> bool:
        """Make room for `rows`; tell whether it was needed."""
        before = self.amount, self._left, self.status, self.usecase, self.source
        for row in rows:
            whole, _, rest = signed(row.amount, row.direction).partition(".")
            self._left, self._right = max(self._left, len(whole)), max(self._right, len(rest) + 1 if rest else 0)
        texts = {(row.status.label, str(row.usecase), str(row.source)) for row in rows}
        for status, usecase, source in texts - self._seen:
            self.status = max(self.status, min(cell_len(status), _STATUS[1]))
            self.usecase = max(self.usecase, min(cell_len(usecase), _USECASE[1]))
            self.source = max(self.source, min(cell_len(source), _SOURCE[1]))
        self._seen |= texts
        return before != (self.amount, self._left, self.status, self.usecase, self.source)

    def show(self, row: Transaction) -> str:
        """The amount of `row` with its point where that of the others is."""
        text = signed(row.amount, row.direction)
        return text + " " * (self._right - len(text) + len(text.partition(".")[0]))


def columns(ask: LedgerRequest, seen: SeenWidths, now: datetime, zone: tzinfo | None) -> list[Column[Transaction]]:
    """The columns of a result: the one it is sorted by has an arrow, the last ones need a wide terminal."""
    arrow = " ↓" if ask.descending else " ↑"
    year = now.astimezone(zone).year
    return [
        Column("time" + ("" if ask.by_amount else arrow), 15, lambda row: row_time(row.at, year, zone)),
        Column("type", 6, lambda row: row.direction.label),
        Column("amount" + (arrow if ask.by_amount else ""), seen.amount, seen.show, money_style, right=True),
        Column("status", seen.status, lambda row: row.status.label, lambda row: status_style(row.status)),
        Column("use case", _USECASE[0], lambda row: row.usecase, grow=6, most=seen.usecase),
        Column("source", _SOURCE[0], lambda row: row.source, grow=2, most=seen.source, wide=74),
        Column("id", 10, lambda row: row.id, grow=2, most=24, wide=100),
        Column("reference", 18, lambda row: row.reference or "", grow=2, most=34, wide=120),
    ]


def row_time(at: datetime | None, year: int, zone: tzinfo | None) -> str:
    """The time of a row: to the second in `year`, this one, the day alone in other years, as `ls -l` has it."""
    if at is None:
        return "–"
    local = at.astimezone(zone)
    month = MONTHS[local.month - 1]
    if local.year == year:
        return f"{local.day:>2} {month} {local.hour:02}:{local.minute:02}:{local.second:02}"
    return f"{local.day:>2} {month} {local.year}"


def title(rows: LedgerRows, told: Totals, width: int, *, filtered: bool) -> str:
    """What is shown of what there is, and what it comes to, each unit apart; sums are not cut for what can be left out.

    `width` is that of the table whose border it stands in.
    """
    here, total = rows.held, rows.total
    more = ""
    if filtered:
        whole = f"{here:,}" if rows.all_here else f"the newest {here:,}"
        more = "" if rows.all_here or total is None else f", {total:,} in all"
        counted = f"{told.count:,} of {whole}"
    elif rows.all_here:
        counted = plural(told.count, "transaction")
    else:
        counted = f"newest {told.count:,} of {total:,}" if total is not None else f"newest {told.count:,}"
    moved = " · ".join(f"in {each.credit.digits} · out {each.debit.digits} {each.unit}" for each in told.sums)
    told_all = f"{counted}{more} · {moved}"
    return told_all if len(told_all) <= width - _BORDER else f"{counted} · {moved}"


def reading_words(rows: LedgerRows, error: BillingError | None, zone: tzinfo | None) -> Content | None:
    """How far reading older transactions is, or why it stopped; None once all of them are here."""
    if rows.note is not None:
        return Content.styled(sentence(rows.note), WAIT)
    if rows.all_here:
        return None
    so_far = f"{rows.held:,} of {rows.total:,}" if rows.total is not None else f"{rows.held:,}"
    if error is not None:
        # Why, and what to do, the line below says.
        return Content.styled(f"Stopped at {so_far} read.", WAIT)
    if rows.progress is None:
        return Content.styled(f"{so_far} read. r reads on.", DIM)
    if rows.progress.until is not None:
        until = clock_time(rows.progress.until, zone)
        return Content.styled(f"{so_far} read. The provider lets us read on at {until}.", DIM)
    words = f"Reading: {so_far}" if rows.progress.part is not None else f"Reading older transactions: {so_far}"
    if rows.progress.pace is not None:
        words += f" · {plural(rows.progress.pace, 'row')} a second"
    if rows.progress.left is not None:
        words += f" · {about(rows.progress.left)} left"
    return Content.assemble(_bar(rows.progress.part), (words, DIM))


def trouble_words(trouble: Exception) -> Content:
    """Why there is nothing to see, and what to do."""
    return Content.assemble(("The ledger cannot be shown. ", BAD), sentence(str(trouble)), " r tries again.")


def _bar(part: float | None) -> Content:
    """How much is read as a bar and a blank; nothing where the provider does not count."""
    if part is None:
        return Content()
    full = int(part * _BAR)
    return Content.assemble(("█" * full, "$bar"), ("░" * (_BAR - full) + " ", DIM))


def about(left: timedelta) -> str:
    """A stretch of time as one guesses it: `about 40 s`, `about 12 min`, `about 3 h`."""
    seconds = max(1, round(left.total_seconds()))
    if seconds < 90:
        return f"about {seconds} s"
    return f"about {round(seconds / 60)} min" if seconds < 5400 else f"about {round(seconds / 3600)} h"
