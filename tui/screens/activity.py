"""The sixth view: every payment link made here, open ones first, and what became of it."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from tui.domain import CheckoutSession, CheckoutState
from tui.providers.base import Capability
from tui.screens.outcome import outcome_words
from tui.screens.view import View
from tui.snapshot import Snapshot
from tui.widgets.format import BAD, DIM, GOOD, WAIT, clock_time, day_and_time, lines, sentence
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable

_WORDS = {
    CheckoutState.PENDING: ("waiting", WAIT),
    CheckoutState.PAID: ("paid", GOOD),
    CheckoutState.EXPIRED: ("expired", DIM),
    CheckoutState.FAILED: ("failed", BAD),
}
_NOTHING = "No payment links yet. f adds funds by one."


class ActivityView(View):
    """Checkout sessions as a table; the line below tells all about the one under the cursor."""

    DEFAULT_CSS = """
    ActivityView RecordTable { height: 1fr; margin-top: 1; }
    ActivityView #about { height: auto; margin: 1 0; }
    """
    view_title = "Payment links"
    capability = Capability.PAYMENT_LINK
    BINDING_GROUP_TITLE = "Activity"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "show"),
        Binding("c", "check_now", "check now"),
    ]

    def compose_view(self) -> Iterable[Widget]:
        """The table and what there is to say about one row."""
        yield RecordTable[CheckoutSession](self._columns(self.app.zone), lambda each: each.session_id)
        yield PlainText(id="about")

    def main_widget(self) -> Widget | None:
        """The table."""
        return self._table

    def empty(self, snapshot: Snapshot) -> Content | str | None:
        """Nothing was ever made."""
        if snapshot.account is None:
            return Content.styled(f"Connecting to {snapshot.provider_title}…", DIM)
        if snapshot.checkouts:
            return None
        notes = [note for note in (snapshot.journal_notice, snapshot.watch_note) if note]
        return lines([Content.styled(sentence(note), WAIT) for note in notes]) if notes else _NOTHING

    def show(self, snapshot: Snapshot) -> None:
        """Fill the table."""
        self._table.set_records(snapshot.checkouts)
        self._about()

    def reload(self) -> None:
        """Look at every waiting session at once."""
        for session in self.app.snapshot.waiting:
            self.app.feed.check_now(session.session_id)

    def why_not(self, action: str) -> str | None:
        """A paid link needs no more looking."""
        current = self._table.current
        if action == "check_now" and current is not None and current.state is CheckoutState.PAID:
            return "This link is paid; there is nothing left to look at."
        return None

    def action_open(self) -> None:
        """Show the session under the cursor."""
        if self._table.current is not None:
            self.app.show_checkout(self._table.current)

    def action_check_now(self) -> None:
        """Look at the session under the cursor at once."""
        reason = self.why_not("check_now")
        if reason is not None:
            self.app.say(reason)
        elif self._table.current is not None:
            self.app.feed.check_now(self._table.current.session_id)

    def on_record_table_selected(self) -> None:
        """Enter or a click on the row."""
        self.action_open()

    def on_record_table_highlighted(self) -> None:
        """Tell about the new row."""
        self._about()

    @property
    def _table(self) -> RecordTable[CheckoutSession]:
        table: RecordTable[CheckoutSession] = self.query_one(RecordTable)
        return table

    def _about(self) -> None:
        """All about the session under the cursor, and why looking stands still when it does."""
        snapshot, session = self.app.snapshot, self._table.current
        told: list[Content] = []
        if snapshot.journal_notice:
            told.append(Content.styled(sentence(snapshot.journal_notice), WAIT))
        if snapshot.watch_note:
            told.append(Content.styled(f"Not looking by itself: {sentence(snapshot.watch_note)} c checks now.", WAIT))
        if session is not None and session.state.closed:
            told.append(Content(outcome_words(session, self.app.zone)))
        elif session is not None:
            told.append(Content.styled(f"{sentence(session.note)} {_looks(session, self.app.zone)}", DIM))
        self.query_one("#about", PlainText).set_text(lines(told))

    @staticmethod
    def _columns(zone: tzinfo | None) -> tuple[Column[CheckoutSession], ...]:
        return (
            Column("made", 12, lambda each: day_and_time(each.created_at, zone), lambda each: DIM),
            Column("what", 24, lambda each: each.request.title, grow=1, most=44),
            Column("state", 7, lambda each: _WORDS[each.state][0], lambda each: _WORDS[each.state][1]),
            Column("payable until", 13, lambda each: _until(each, zone)),
            Column("last look", 9, lambda each: _looked(each, zone)),
            Column("session", 20, lambda each: each.session_id, lambda each: DIM, grow=1, most=70, wide=100),
        )


def _until(each: CheckoutSession, zone: tzinfo | None) -> str:
    return day_and_time(each.expires_at, zone) if each.expires_at else "no end given"


def _looked(each: CheckoutSession, zone: tzinfo | None) -> str:
    return clock_time(each.last_checked_at, zone) if each.last_checked_at else "not yet"


def _looks(session: CheckoutSession, zone: tzinfo | None) -> str:
    """How often and when it was and will be looked at."""
    following = f", next at {clock_time(session.next_check_at, zone)}" if session.next_check_at else ""
    return f"Looked {session.checks} times{following}." if session.checks else f"Not looked at yet{following}."
