"""The ledger: what came and went, with a query, sums of what is shown, and a row in detail."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tui.account.ledger_queries import LedgerPage, LedgerQueries, LedgerRequest, LedgerTrouble
from tui.account.state import Snapshot
from tui.domain import Transaction
from tui.ledger.query.query import Query
from tui.providers.base import Capability
from tui.screens.ledger.commands import COMMANDS
from tui.screens.ledger.look_phase import LookPhase
from tui.screens.ledger.text import SeenWidths, columns, reading_words, title, trouble_words
from tui.screens.ledger.transaction import TransactionDialog
from tui.screens.shared.view import View
from tui.widgets.filter_bar import FilterBar, Offer
from tui.widgets.plain_text import PlainText
from tui.widgets.transaction_detail import row_line, transaction_detail
from tui.widgets.window_table import WindowTable

BESIDE = 140
"""Cells from which on the row under the cursor is shown beside the table."""
_OFFERS = 12
"""Words offered at most: more fit in no line."""
_PAUSE = 1.0
"""Seconds at least between two looks at a ledger that is growing: a query over all of it is not free."""


class LedgerView(View):
    """Transactions as a table over the local copy; beside it, when there is room, the row under the cursor in full."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    LedgerView #body > Horizontal { visibility: hidden; }
    LedgerView WindowTable { border-top: solid $rule; border-title-color: $text; visibility: visible; }
    LedgerView #ledger-detail {
        visibility: visible; width: 44; border-top: solid $rule; border-left: solid $rule; padding: 1 2; display: none;
    }
    LedgerView.-beside #ledger-detail { display: block; }
    LedgerView.-folded #ledger-detail { display: none; }
    LedgerView #ledger-reading { height: auto; max-height: 3; display: none; }
    LedgerView #ledger-reading.-told { display: block; }
    """
    BINDING_GROUP_TITLE = "Ledger"

    BINDINGS: ClassVar[list[BindingType]] = [*COMMANDS]

    _table = getters.query_one[WindowTable[Transaction]]("#ledger-table", WindowTable)

    view_title = "Transactions"
    sections = (Snapshot.ledger, Snapshot.balance)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._ask = LedgerRequest()
        """What should be shown."""
        self.shown: LedgerPage | None = None
        """What is shown."""
        self._counting: LedgerRequest | None = None
        """What the first rows are shown of, until the rest is counted."""
        self._version = -1
        """The state of the ledger that `_shown` is of, or is being looked at."""
        self._phase = LookPhase.SHOWN
        self._seen = SeenWidths()

    def compose_view(self) -> Iterable[Widget]:
        """The query, the table, the detail, how far reading is."""
        example = 'type:debit  status:failed  amount:>=5  since:30d  usecase:image  -without  "a phrase"'
        yield FilterBar(example, self.app.clock.now)
        with Horizontal():
            made = columns(self._ask, self._seen, self.app.clock.now(), self.app.zone)
            yield WindowTable[Transaction](made, lambda row: row.id, id="ledger-table")
            with VerticalScroll(id="ledger-detail", can_focus=False):
                yield PlainText(id="ledger-fields")
        yield PlainText(id="ledger-reading")

    def empty(self, snapshot: Snapshot) -> str | None:
        """Say how the first transaction comes about."""
        rows = snapshot.ledger.value
        if rows is None or rows.held or not rows.all_here:
            return None
        payable = Capability.PAYMENT_LINK in snapshot.capabilities
        return "No transactions yet. f adds funds." if payable else "No transactions yet."

    def show(self, snapshot: Snapshot) -> None:
        """Say how far reading is, and look again when there are other rows than before."""
        rows = snapshot.ledger.value
        if rows is None:
            return
        words = reading_words(rows, snapshot.ledger.error, self.app.zone)
        line = self.query_one("#ledger-reading", PlainText)
        line.set_text(words or "")
        line.set_class(words is not None, "-told")
        self._show_title()
        other_days = self.shown is not None and self.shown.means_other_days(self.app.clock.now())
        again = rows.version != self._version or self._phase is LookPhase.FAILED or other_days
        if again and self._phase is not LookPhase.RESTING:
            self._version = rows.version
            self._look()

    @property
    def _search(self) -> LedgerQueries:
        """Where the ledger of the account is looked into. Raises LedgerTrouble while it cannot be."""
        return self.app.account_session.ledger.search

    def resized(self, width: int) -> None:
        """The detail stands beside the table where both have room."""
        self.set_class(width >= BESIDE, "-beside")
        self._show_detail()
        self.call_after_refresh(self._show_title)

    @property
    def at_rest(self) -> bool:
        """Whether everything that was asked for is shown."""
        rows = self.app.snapshot.ledger.value
        unseen = rows is None or not self.display or self.has_class("-notice")
        current = unseen or (rows is not None and rows.version == self._version)
        looked = self._phase in {LookPhase.SHOWN, LookPhase.FAILED}
        return current and looked and not self._table.waiting and not self.query_one(FilterBar).waiting

    # -- looking ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Have what `_ask` asks for shown: at once, or as soon as the look that is under way is given up."""
        if self._phase.under_way:
            self._phase = LookPhase.OUTDATED
            with suppress(LedgerTrouble):
                self._search.interrupt()
        else:
            self._phase = LookPhase.LOOKING
            self._look_until_shown()

    @work(group="look")
    async def _look_until_shown(self) -> None:
        """One look at a time, and only the last one wanted is shown: an older result never replaces a newer one."""
        after = LookPhase.SHOWN
        try:
            after = await self._look_once(self._ask)
            while self._phase is LookPhase.OUTDATED:
                self._phase = LookPhase.LOOKING
                after = await self._look_once(self._ask)
        finally:
            self._phase = after

    async def _look_once(self, ask: LedgerRequest) -> LookPhase:
        """Look and show; return the phase that follows unless something else is wanted by then."""
        table, same, began = self._table, self.shown is not None and self.shown.ask == ask, monotonic()
        try:
            near, first = (table.current, None) if same else (None, partial(self._show_first, ask))
            opened = await self._search.open(ask, near, table.cursor if same else 0, table.stretch, first)
        except LedgerTrouble as trouble:
            self._tell_trouble(trouble)
            return LookPhase.FAILED
        if opened is None or ask != self._ask:
            return LookPhase.SHOWN
        self._show_opened(opened)
        rows = self.app.snapshot.ledger.value
        if rows is None or rows.progress is None:
            return LookPhase.SHOWN
        self.set_timer(max(_PAUSE, 4 * (monotonic() - began)), self._rested)
        return LookPhase.RESTING

    def _show_first(self, ask: LedgerRequest, rows: Sequence[Transaction]) -> None:
        """Show the first rows of a result that is still being counted."""
        if ask != self._ask or not rows:
            return
        self.shown, self._counting = None, ask
        self._seen.grow(rows)
        self._set_columns()
        self._table.show_result(len(rows), 0, rows, cursor=0)
        self._table.set_title("counting…")

    def _rested(self) -> None:
        """Look at what came meanwhile."""
        if self._phase is LookPhase.RESTING:
            self._phase = LookPhase.SHOWN
            if self.display:
                self.show(self.app.snapshot)

    def _show_opened(self, opened: LedgerPage) -> None:
        before, self.shown = self.shown, opened
        # While it was counted somebody may have moved among the first rows, which stay where they are, or to the end.
        counted, self._counting = self._counting == opened.ask, None
        cursor, to_end = (self._table.cursor, self._table.to_end) if counted else (opened.cursor, False)
        grown = self._seen.grow(opened.rows)
        if grown or before is None or before.ask != opened.ask:
            self._set_columns()
        nothing = f"Nothing matches “{opened.ask.query.text.strip()}”. esc clears the filter."
        self._table.show_result(opened.totals.count, opened.start, opened.rows, cursor=cursor, empty=nothing)
        if to_end:
            self._table.action_jump(-1)
        self._show_title()
        self._show_detail()
        # Keys that need a row are dimmed without one.
        self.refresh_bindings()

    def _set_columns(self) -> None:
        ask = self.shown.ask if self.shown else self._ask
        self._table.set_columns(columns(ask, self._seen, self.app.clock.now(), self.app.zone))

    def _show_title(self) -> None:
        rows = self.app.snapshot.ledger.value
        if rows is not None and self.shown is not None:
            filtered = bool(self.shown.ask.query.text.strip())
            self._table.set_title(title(rows, self.shown.totals, self._table.size.width, filtered=filtered))

    def _tell_trouble(self, trouble: LedgerTrouble) -> None:
        if not self._phase.under_way:
            self._phase = LookPhase.FAILED
        line = self.query_one("#ledger-reading", PlainText)
        line.set_text(trouble_words(trouble))
        line.add_class("-told")
        self._table.drop_wants()

    @on(WindowTable.Wanted)
    def _fetch(self, event: WindowTable.Wanted) -> None:
        event.stop()
        if self.shown is not None:
            self._fetch_rows(self.shown, event)

    # described: the decorator would write out every row that is shown.
    @work(group="fetch", description="")
    async def _fetch_rows(self, shown: LedgerPage, wanted: WindowTable.Wanted) -> None:
        try:
            rows = await self._search.rows(shown, wanted.start, wanted.count)
        except LedgerTrouble as trouble:
            self._tell_trouble(trouble)
            return
        if shown is not self.shown:
            return
        if rows is None:
            # The result is no longer there: look again, the cursor stays where it is.
            self._look()
            return
        if self._seen.grow(rows):
            self._set_columns()
        self._table.put(wanted.result, wanted.start, rows)

    @on(WindowTable.Highlighted)
    def _show_detail(self) -> None:
        pane = self.query_one("#ledger-fields", PlainText)
        if not self.has_class("-beside") or self.has_class("-folded"):
            # Nobody sees it: setting it would have the whole screen laid out again at each key.
            return
        row = self._table.current
        pane.set_text(transaction_detail(row, self.app.zone) if row else Content())

    # -- the query ----------------------------------------------------------------------------------------------

    @on(FilterBar.Changed)
    def _query_changed(self, event: FilterBar.Changed) -> None:
        self._complete(event.query, event.cursor)
        if event.query.error is None:
            self._show_ask(replace(self._ask, query=event.query))

    def _show_ask(self, ask: LedgerRequest) -> None:
        if ask != self._ask:
            self._ask = ask
            self._look()

    # exclusive: what fits an older query is no longer offered.
    @work(exclusive=True, group="complete")
    async def _complete(self, query: Query, cursor: int) -> None:
        bar = self.query_one(FilterBar)
        if not query.text:
            bar.offers = ()
            return
        found = None
        with suppress(LedgerTrouble):
            found = await self._search.complete(query, cursor)
        if found is not None and bar.has_focus_within:
            bar.offers = tuple(Offer(found.start, found.end, *each) for each in found.counted[:_OFFERS])

    @on(FilterBar.Left)
    @on(FilterBar.Closed)
    def _to_the_rows(self) -> None:
        self._table.focus()

    def action_filter(self) -> None:
        """Type a query."""
        self.query_one(FilterBar).open()

    def action_clear_filter(self) -> None:
        """Clear the query, then close its line."""
        self.query_one(FilterBar).action_escape()

    def action_saved(self) -> None:
        """Choose a saved filter, or keep the one that is shown."""
        from tui.screens.ledger.saved_filters import SavedFiltersDialog

        self.app.push_screen(SavedFiltersDialog(self._ask.query.text), self.search_for)

    def search_for(self, query: str | None) -> None:
        """Show what a query that was chosen elsewhere finds, if one was."""
        if query is not None:
            self.query_one(FilterBar).show_query(query)

    def action_sort(self, by: str) -> None:
        """Sort by time or by amount, largest first; again turns it round."""
        by_amount = by == "amount"
        turned = by_amount == self._ask.by_amount and self._ask.descending
        self._show_ask(replace(self._ask, by_amount=by_amount, descending=not turned))

    def action_go_to_date(self) -> None:
        """Go to a day; a ledger sorted by amount is sorted by time then."""
        from tui.screens.ledger.go_to_date import GoToDateDialog

        self.app.push_screen(GoToDateDialog(newest_first=self._ask.descending or self._ask.by_amount), self._go_to)

    def _go_to(self, moment: datetime | None) -> None:
        if moment is not None:
            self._go_to_moment(moment)

    @work(exclusive=True, group="date")
    async def _go_to_moment(self, moment: datetime) -> None:
        if self._ask.by_amount:
            self._ask = replace(self._ask, by_amount=False, descending=True)
        try:
            opened = await self._search.open_at(self._ask, moment, self._table.stretch)
        except LedgerTrouble as trouble:
            self._tell_trouble(trouble)
            return
        if opened is not None and opened.ask == self._ask:
            self._show_opened(opened)
            self._table.centre()

    def action_export(self) -> None:
        """Write what is shown to a file."""
        from tui.screens.ledger.export_dialog import ExportDialog

        if self.shown is not None:
            self.app.push_screen(ExportDialog(self.shown.ask, self.shown.totals.count))

    # -- one row ------------------------------------------------------------------------------------------------

    @on(WindowTable.Selected)
    def action_details(self) -> None:
        """Show the row in full: in a dialog, or beside the table by unfolding or folding the pane."""
        row = self._table.current
        if row is None:
            return
        if self.has_class("-beside"):
            self.toggle_class("-folded")
            self._show_detail()
        else:
            self.app.push_screen(TransactionDialog(row))

    def action_copy(self, what: str) -> None:
        """Copy the id of the row, or all of it in one line."""
        row = self._table.current
        if row is None:
            return
        text, words = (row_line(row), "The row") if what == "row" else (row.id, "Transaction id")
        self.app.copy_text(text, words)
