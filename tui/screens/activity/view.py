"""The sixth view: every payment link and every charge begun here, open ones first, and what became of it."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import ClassVar

from textual import getters
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.domain import CheckoutSession, Intent
from tui.payments.actions import Actions, actions
from tui.payments.events import Payment, payment_id
from tui.payments.kinds import PaymentAction
from tui.payments.text import advice_text, outcome_text, short_title, state_word
from tui.screens.payments.charge_story import story_line
from tui.screens.payments.dismiss import ask_to_dismiss
from tui.screens.shared.availability import why_no_row
from tui.screens.shared.view import View
from tui.widgets.commands import command
from tui.widgets.format import DIM, WAIT, clock_time, day_and_time, lines, plural, sentence
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.status_styles import tone_style, way_to_pay

_LABELS = {
    PaymentAction.CHECK: "check again",
    PaymentAction.REPEAT: "repeat safely",
    PaymentAction.DISMISS: "dismiss",
    PaymentAction.TRY_AGAIN: "try again",
    PaymentAction.OTHER_CARD: "use another card",
    PaymentAction.LINK: "make a payment link",
}


class ActivityView(View):
    """Payments as a table; the lines below it tell all about the one under the cursor."""

    DEFAULT_CSS = """
    ActivityView RecordTable { height: 1fr; margin-top: 1; }
    ActivityView #about { height: auto; margin: 1 0; }
    """
    view_title = "Payments"
    BINDING_GROUP_TITLE = "Activity"

    def _why_no_check(self) -> str | None:
        """A payment that has ended well needs no more looking."""
        current = self._table.current
        if current is None:
            return why_no_row(self)
        return self._actions(current).refused.get(PaymentAction.CHECK)

    def _may_be_dismissed(self) -> bool:
        """Whether the outcome of the payment under the cursor is not known."""
        current = self._table.current if self.query(RecordTable) else None
        return current is not None and PaymentAction.DISMISS in self._actions(current)

    BINDINGS: ClassVar[list[BindingType]] = [
        command("activity.open", "enter", "show", "Show the payment", why_not=why_no_row),
        command(
            "activity.check-now", "c", "check now", "Ask the provider about the payment now", why_not=_why_no_check
        ),
        command(
            "activity.dismiss", "x", "dismiss", "Stop checking a payment", action="set_aside", when=_may_be_dismissed
        ),
    ]

    _table = getters.query_one[RecordTable[Payment]]("RecordTable", RecordTable)

    def compose_view(self) -> Iterable[Widget]:
        """The table and what there is to say about one row."""
        yield RecordTable[Payment](self._columns(self.app.zone), payment_id)
        yield PlainText(id="about")

    def main_widget(self) -> Widget | None:
        """The table."""
        return self._table

    def empty(self, snapshot: Snapshot) -> Content | str | None:
        """Nothing was ever paid from here."""
        if snapshot.account is None:
            return Content.styled(f"Connecting to {snapshot.provider_title}…", DIM)
        if not snapshot.pays:
            return f"Nothing can be paid to {snapshot.provider_title} from here."
        if snapshot.checkouts or snapshot.intents:
            return None
        notes = [note for note in (snapshot.journal_notice, snapshot.watch_note) if note]
        return lines([Content.styled(sentence(note), WAIT) for note in notes]) if notes else _nothing(snapshot)

    def show(self, snapshot: Snapshot) -> None:
        """Fill the table."""
        self._table.set_records(by_urgency(snapshot))
        # A card that was read a moment ago gives its charges their name.
        self._table.refresh()
        self._about()

    def reload(self) -> None:
        """Look at everything that is open at once."""
        for session in self.app.snapshot.waiting:
            self.app.account_session.check_now(session.session_id)
        for intent in self.app.snapshot.intents:
            if PaymentAction.CHECK in self._actions(intent):
                self.app.look_up(intent)

    def go_to(self, payment_id: str) -> None:
        """Move the cursor to a payment."""
        self._table.go_to(payment_id)

    def action_set_aside(self) -> None:
        """Dismiss the payment under the cursor, after a confirmation."""
        current = self._table.current
        if current is not None:
            ask_to_dismiss(self.app, current)

    def action_open(self) -> None:
        """Show the payment under the cursor."""
        current = self._table.current
        if isinstance(current, CheckoutSession):
            self.app.show_checkout(current)
        elif current is not None:
            self.app.show_charge(current)

    def action_check_now(self) -> None:
        """Look at the payment under the cursor at once."""
        current = self._table.current
        if isinstance(current, CheckoutSession):
            self.app.account_session.check_now(current.session_id)
        elif current is not None:
            self.app.look_up(current)

    def on_record_table_selected(self) -> None:
        """Enter or a click on the row."""
        self.action_open()

    def on_record_table_highlighted(self) -> None:
        """Tell about the new row, and what can be done about it."""
        self._about()
        self.refresh_bindings()

    def _actions(self, payment: Payment) -> Actions:
        """What can be done about a payment now."""
        return actions(payment, self.app.clock.now(), self.app.snapshot.capabilities, self.app.zone)

    def _about(self) -> None:
        """All about the payment under the cursor, and why looking stands still when it does."""
        snapshot, current = self.app.snapshot, self._table.current
        told: list[Content] = []
        if snapshot.journal_notice:
            told.append(Content.styled(sentence(snapshot.journal_notice), WAIT))
        if snapshot.watch_note:
            why = f"Not checking automatically: {sentence(snapshot.watch_note)} c checks now."
            told.append(Content.styled(why, WAIT))
        if isinstance(current, Intent):
            told += self._about_charge(current)
        elif current is not None and current.state.closed:
            told.append(Content(outcome_text(current, self.app.zone)))
        elif current is not None:
            told.append(Content.styled(f"{sentence(current.note)} {_looks(current, self.app.zone)}".lstrip(), DIM))
        self.query_one("#about", PlainText).set_text(lines(told))

    def _about_charge(self, intent: Intent) -> list[Content]:
        """What became of it, what happened when, what can be done now."""
        possible = self._actions(intent).possible
        outcome = [outcome_text(intent, self.app.zone), advice_text(intent, possible)]
        now = f"enter shows what can be done: {', '.join(_LABELS[each] for each in possible)}." if possible else ""
        return [
            Content(" ".join(filter(None, outcome))),
            Content.styled(f"{sentence(story_line(intent, self.app.zone))} {now}".rstrip(), DIM),
        ]

    def _columns(self, zone: tzinfo | None) -> tuple[Column[Payment], ...]:
        return (
            Column("made", 12, lambda each: day_and_time(each.created_at, zone), lambda each: DIM),
            Column("what", 26, short_title, grow=2, most=44),
            Column("state", 10, lambda each: state_word(each)[0], lambda each: tone_style(state_word(each)[1])),
            Column("payable until", 13, lambda each: _until(each, zone)),
            Column("checked", 9, lambda each: _looked(each, zone), wide=90),
            Column("session or key", 20, _named, lambda each: DIM, grow=1, most=70, wide=100),
        )


def by_urgency(snapshot: Snapshot) -> tuple[Payment, ...]:
    """All payments: what may have been charged without our knowing, what else is open, the rest; newest first."""
    payments: list[Payment] = [*snapshot.checkouts, *snapshot.intents]

    def urgency(each: Payment) -> int:
        if isinstance(each, CheckoutSession):
            return 1 if each.state.open else 2
        return 0 if each.state.in_doubt else 1 if each.state.blocks_twin else 2

    newest = sorted(payments, key=lambda each: each.created_at, reverse=True)
    return tuple(sorted(newest, key=urgency))


def _named(each: Payment) -> str:
    return each.session_id if isinstance(each, CheckoutSession) else each.key


def _until(each: Payment, zone: tzinfo | None) -> str:
    if isinstance(each, Intent):
        return "–"
    return day_and_time(each.expires_at, zone) if each.expires_at else "no end given"


def _looked(each: Payment, zone: tzinfo | None) -> str:
    if isinstance(each, Intent):
        return "–"
    return clock_time(each.last_checked_at, zone) if each.last_checked_at else "not yet"


def _looks(session: CheckoutSession, zone: tzinfo | None) -> str:
    """How often and when it was and will be checked."""
    following = f", next check {clock_time(session.next_check_at, zone)}" if session.next_check_at else ""
    return f"Checked {plural(session.checks, 'time')}{following}." if session.checks else f"Not checked yet{following}."


def _nothing(snapshot: Snapshot) -> str:
    way = way_to_pay(snapshot, " ")
    return f"No payment links and no charges yet.{way}{'.' if way else ''}"
