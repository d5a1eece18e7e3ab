"""The ledger: what came and went, newest first, with a query, sums of what is shown, and a row in detail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tui.domain import Transaction
from tui.feed import MAX_ROWS
from tui.ledger.filter import Filter, FilterError, Sums, parse, sums
from tui.providers.base import Capability
from tui.screens.dialogs.transaction import TransactionDialog
from tui.screens.view import View
from tui.snapshot import LedgerRows, Section, Snapshot
from tui.widgets.filter_bar import FilterBar
from tui.widgets.format import align_on_point, clock_time, day, day_with_year, money_style, signed
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.standing import transaction_style
from tui.widgets.transaction_detail import transaction_detail

_EVERYTHING = Filter()


class LedgerView(View):
    """Transactions as a table; beside it, when there is room, the row under the cursor in full."""

    SCOPED_CSS = False  # the width classes are on the screen
    DEFAULT_CSS = """
    LedgerView RecordTable { border-top: solid $rule; border-title-color: $text; }
    LedgerView #ledger-detail { width: 44; border-top: solid $rule; border-left: solid $rule; padding: 1 2; }
    .-narrow LedgerView #ledger-detail, LedgerView.-folded #ledger-detail { display: none; }
    """
    BINDING_GROUP_TITLE = "Ledger"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", key_display="/"),
        Binding("enter", "details", "detail"),
        Binding("y", "copy('id')", "copy"),
        Binding("Y", "copy('reference')", "copy reference", show=False),
        Binding("escape", "clear_filter", "clear the filter", show=False),
    ]

    view_title = "Transactions"
    sections: ClassVar[tuple[Section, ...]] = (Section.LEDGER, Section.BALANCE)
    capability = Capability.LEDGER

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Begin with everything shown."""
        super().__init__(id=id)
        self._filter = _EVERYTHING
        self._rows: Sequence[Transaction] = ()
        self._amounts: dict[str, str] = {}
        self._filled: tuple[LedgerRows, Filter, bool] | None = None
        """What the table was last filled from: other news of the account cost nothing here."""

    def compose_view(self) -> Iterable[Widget]:
        """The query, the table, the detail."""
        yield FilterBar('type:debit  status:failed  usecase:image  words  -without  "a phrase"')
        with Horizontal():
            yield RecordTable[Transaction](self._columns(), lambda row: row.id, id="ledger-table")
            with VerticalScroll(id="ledger-detail", can_focus=False):
                yield PlainText(id="ledger-fields")

    def main_widget(self) -> Widget:
        """The table."""
        return self._table

    def empty(self, snapshot: Snapshot) -> str | None:
        """Say how the first transaction comes about."""
        rows = snapshot.ledger.value
        if rows is None or rows.items:
            return None
        payable = Capability.PAYMENT_LINK in snapshot.capabilities
        return "No transactions yet. f adds funds." if payable else "No transactions yet."

    def show(self, snapshot: Snapshot) -> None:
        """Show the rows that were read, without moving what is being looked at."""
        rows = snapshot.ledger.value
        if rows is None:
            return
        if rows.items is not self._rows:
            self._rows = rows.items
            self._measure()
        self._fill(rows, reading=snapshot.ledger.reading)

    # -- filling ------------------------------------------------------------------------------------------------

    @property
    def _table(self) -> RecordTable[Transaction]:
        # query_one cannot be given a parametrised class; only this table has the id.
        table: RecordTable[Transaction] = self.query_one("#ledger-table", RecordTable)
        return table

    def _measure(self) -> None:
        """Line the amounts up over all rows, so that scrolling and filtering do not shift them."""
        aligned = align_on_point([signed(row.amount, row.direction) for row in self._rows])
        width = len(aligned[0]) if aligned else 0
        self._amounts = {row.id: amount for row, amount in zip(self._rows, aligned, strict=True)}
        self._table.set_columns(self._columns(max(width, len("amount"))))

    def _columns(self, amount_width: int = 10) -> list[Column[Transaction]]:
        return [
            Column("time", 15, lambda row: row_time(row.at, self.app.clock.now(), self.app.zone)),
            Column("type", 6, lambda row: row.direction.label),
            Column("amount", amount_width, lambda row: self._amounts.get(row.id, ""), money_style, right=True),
            Column(
                "status", 8, lambda row: row.status.label, lambda row: transaction_style(row.status), grow=1, most=12
            ),
            Column("use case", 8, lambda row: row.usecase, grow=6, most=36),
            Column("source", 8, lambda row: row.source, grow=1, most=14, wide=74),
            Column("id", 10, lambda row: row.id, grow=2, most=24, wide=100),
            Column("reference", 18, lambda row: row.reference or "", grow=2, most=34, wide=120),
        ]

    def _fill(self, rows: LedgerRows, *, reading: bool) -> None:
        if self._filled is not None and self._filled[0] is rows and self._filled[1:] == (self._filter, reading):
            return
        self._filled = (rows, self._filter, reading)
        matches = self._filter.matches
        shown = tuple(row for row in rows.items if matches(row)) if self._filter.terms else rows.items
        query = self.query_one(FilterBar).query_text.strip()
        self._table.set_records(shown, empty=f"Nothing matches “{query}”. esc clears the filter.")
        unit = rows.items[0].amount.unit if rows.items else None
        told = sums(shown, unit)
        self._table.border_title = _plain(title(rows, told, filtered=bool(self._filter.terms)))
        self._table.border_subtitle = _plain(progress(rows, reading=reading))
        self._show_detail()

    @on(RecordTable.Highlighted)
    def _show_detail(self) -> None:
        row = self._table.current
        detail = transaction_detail(row, self.app.zone) if row else Content()
        self.query_one("#ledger-fields", PlainText).set_text(detail)

    @on(RecordTable.EndReached)
    def _read_on(self) -> None:
        self.app.feed.load_older()

    # -- the query ----------------------------------------------------------------------------------------------

    @on(FilterBar.Changed)
    def _query_changed(self, event: FilterBar.Changed) -> None:
        read = parse(event.query)
        bar = self.query_one(FilterBar)
        if isinstance(read, FilterError):
            bar.tell_error(read.message)
            return
        bar.tell_error("")
        self._filter = read
        self.show(self.app.snapshot)

    @on(FilterBar.Left)
    @on(FilterBar.Closed)
    def _to_the_rows(self) -> None:
        self._table.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a query is typed, its key is a character like any other."""
        return not (action == "filter" and self.query_one(FilterBar).has_focus_within)

    def action_filter(self) -> None:
        """Type a query."""
        self.query_one(FilterBar).open()

    def action_clear_filter(self) -> None:
        """Clear the query, then close its line."""
        self.query_one(FilterBar).back_out()

    # -- one row ------------------------------------------------------------------------------------------------

    @on(RecordTable.Selected)
    def action_details(self) -> None:
        """Show the row in full: in a dialog, or beside the table by unfolding or folding the pane."""
        row = self._table.current
        if row is None:
            return
        if self.screen.has_class("-narrow"):
            self.app.push_screen(TransactionDialog(row))
        else:
            self.toggle_class("-folded")

    def action_copy(self, what: str) -> None:
        """Copy the id of the row, or the reference at the payment processor."""
        row = self._table.current
        if row is None:
            return
        if what == "reference" and row.reference is None:
            self.app.say("This transaction has no reference.")
            return
        self.app.copy_text(row.reference or "" if what == "reference" else row.id, f"Transaction {what}")


def row_time(at: datetime | None, now: datetime, zone: tzinfo | None) -> str:
    """The time of a row: to the second this year, the day alone in other years, as `ls -l` has it."""
    if at is None:
        return "–"
    if at.astimezone(zone).year == now.astimezone(zone).year:
        return f"{day(at, zone):>6} {clock_time(at, zone)}"
    return f"{day_with_year(at, zone):>11}"


def title(rows: LedgerRows, told: Sums, *, filtered: bool) -> str:
    """What is shown of what there is, and what it comes to."""
    read, total = len(rows.items), rows.total
    if filtered:
        whole = f"{read:,}" if rows.complete else f"the newest {read:,}"
        more = "" if rows.complete or total is None else f", {total:,} in all"
        counted = f"{told.count:,} of {whole}{more}"
    elif rows.complete:
        counted = f"{read:,} transactions" if read != 1 else "1 transaction"
    else:
        counted = f"newest {read:,} of {total:,} read" if total is not None else f"newest {read:,} read"
    return f"{counted} · in {told.credit_total.digits} · out {told.debit_total.digits} {told.debit_total.unit}"


def progress(rows: LedgerRows, *, reading: bool) -> str:
    """What is missing at the end, if anything."""
    if rows.complete:
        return ""
    if reading:
        return "reading older ones…"
    return f"the newest {MAX_ROWS:,} are kept" if len(rows.items) >= MAX_ROWS else "older ones follow at the end"


def _plain(words: str) -> Content | None:
    """A border title that is not read as markup."""
    return Content(f" {words} ") if words else None
