"""One money call of any kind: how it is going, its story, and what can be done about it now."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from tui.account.state import Snapshot
from tui.domain import AnswerKind, Intent, IntentState
from tui.payments.actions import Actions, actions, waits_until
from tui.payments.checkouts.journal import JournalError
from tui.payments.intents.executor import NotRepeatable, WrongAccount
from tui.payments.kinds import PaymentAction, kind_of
from tui.payments.text import advice_text, doing_text, outcome_text, resend_text, state_word
from tui.providers.errors import BillingError
from tui.screens.payments.charge_story import story
from tui.screens.payments.dismiss import ask_to_dismiss
from tui.screens.payments.drafts import FundDraft
from tui.screens.shared.account_text import account_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.widgets.fields import field_lines
from tui.widgets.format import BAD, BOLD, DIM, WAIT, clock_time, countdown, lines, sentence
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText
from tui.widgets.state_line import error_text
from tui.widgets.status_styles import tone_style

_GOES_ON = "Closing this does not stop it: 6 Activity shows how it ends."
_SEND, _LOOK = "send", "look"
_DOES: Mapping[str, PaymentAction] = {
    "look": PaymentAction.CHECK,
    "repeat": PaymentAction.REPEAT,
    "set_aside": PaymentAction.DISMISS,
    "other_card": PaymentAction.OTHER_CARD,
    "try_again": PaymentAction.TRY_AGAIN,
    "link": PaymentAction.LINK,
}
"""What each key does about the payment."""


class ChargeDialog(Dialog[FundDraft]):
    """Follows one intent through the snapshots; ends in a form to fill in again, or in nothing.

    The calls belong to the payments service: closing the dialog stops none, and while one runs no other is begun.
    """

    DEFAULT_CSS = """
    ChargeDialog > #box PlainText { margin-bottom: 1; }
    ChargeDialog > #box .-empty { display: none; }
    """
    BINDING_GROUP_TITLE = "Charge"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "look", "check again"),
        Binding("enter", "other_card", "other card"),
        Binding("enter", "try_again", "try again"),
        Binding("enter,l", "link", "make payment link"),
        Binding("l", "link", "make payment link", show=False),
        Binding("r", "repeat", "repeat safely"),
        Binding("r", "why_not_repeat", "why it is not sent again", show=False),
        Binding("x", "set_aside", "dismiss"),
        Binding("y", "copy", "copy request id", show=False),
        Binding("enter", "done", "close", show=False),
        Binding("escape", "decide_later", "decide later"),
        Binding("escape", "close", "close"),
    ]

    def __init__(self, intent: Intent, *, send: bool = False) -> None:
        """Show `intent`; with `send` it was just confirmed and is sent at once."""
        super().__init__()
        self.BINDING_GROUP_TITLE = kind_of(intent).noun.capitalize()
        self.intent_id = intent.intent_id
        self._shown = intent
        self._outcome: Intent | None = None
        self._send_first = send
        self._busy: str | None = None

    def compose_dialog(self) -> Iterable[Widget]:
        """What is charged and where, how it stands, what to do, its story."""
        for name in ("title", "state", "advice", "wait", "told", "story"):
            yield PlainText(id=name, classes="-empty")

    def on_mount(self) -> None:
        """Follow the charge; the wait the provider asked for is the one thing that ticks."""
        if self.app.leaving:
            return
        self.app.snapshot_signal.subscribe(self, self._changed)
        self.set_interval(1.0, self._tick)
        if self._send_first:
            self._send()
        self._changed(self.app.snapshot)

    # -- what is known ------------------------------------------------------------------------------------------

    @property
    def intent(self) -> Intent:
        """The charge as the journal has it; as it was answered when that could not be saved."""
        known = next((each for each in self.app.snapshot.intents if each.intent_id == self.intent_id), self._shown)
        return self._outcome if self._outcome is not None and known.state is IntentState.SENT else known

    @property
    def _sending(self) -> bool:
        return self._busy == _SEND or (self._busy is None and self.intent.state is IntentState.SENT)

    @property
    def _actions(self) -> Actions:
        """What can be done about it now: nothing while a call runs."""
        if self._busy or self._sending:
            return Actions()
        return actions(self.intent, self.app.clock.now(), self.app.snapshot.capabilities, self.app.zone)

    # -- showing ------------------------------------------------------------------------------------------------

    def _changed(self, snapshot: Snapshot) -> None:
        intent = self.intent
        self._put("title", Content.assemble((intent.title, BOLD), "\n", account_text(snapshot)))
        if self._sending:
            self._put("state", Content.styled(doing_text(intent), f"{BOLD} {WAIT}"))
            self._put("advice", Content.styled(_GOES_ON, DIM))
        else:
            style = tone_style(state_word(intent)[1])
            self._put("state", Content.styled(outcome_text(intent, self.app.zone), f"{BOLD} {style}".rstrip()))
            self._put("advice", self._advice(intent))
        self._put("story", field_lines(story(intent, self.app.zone)))
        self._tick()
        self.refresh_bindings()
        self.query_one(KeyLine).update_keys()

    def _advice(self, intent: Intent) -> Content:
        advice = Content(advice_text(intent, self._actions.possible))
        return lines([advice, Content.styled(resend_text(intent), DIM)]) if intent.state.in_doubt else advice

    def _tick(self) -> None:
        """Count down until the provider wants another attempt; nothing changes otherwise."""
        text = self.query_one("#wait", PlainText)
        now = self.app.clock.now()
        until = waits_until(self.intent, now)
        if until is not None:
            at = clock_time(until, self.app.zone)
            self._put("wait", f"Try again in {countdown(until - now)} (at {at})")
        elif text.shown:
            self._put("wait", "")
            self.query_one(KeyLine).update_keys()

    def _put(self, name: str, words: Content | str) -> None:
        text = self.query_one(f"#{name}", PlainText)
        shown = Content(words) if isinstance(words, str) else words
        text.set_class(not shown.plain, "-empty")
        text.set_text(shown)

    def _tell(self, what: str, why: str) -> None:
        self._put("told", Content.assemble((what, BAD), why))

    # -- keys ---------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show the keys that make sense for the state the charge is in; while a call runs, none but close."""
        found, state = self._actions, self.intent.state
        if action in _DOES:
            # Only another attempt is refused for a while: its key stays, and says until when.
            return _DOES[action] in found or (action == "try_again" and PaymentAction.TRY_AGAIN in found.refused)
        match action:
            case "why_not_repeat":
                return state.open and PaymentAction.REPEAT in found.refused
            case "copy":
                return self.intent.request_id is not None
            case "done":
                # Not while it is sent: a second enter after Yes would close what tells how it goes.
                return not self._busy and (state.succeeded or state.dismissed)
            case "decide_later":
                return state.open and PaymentAction.CHECK in found
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str | None:
        """Why a charge cannot be sent again, or not yet."""
        return self._actions.refused.get(_DOES[action]) if action in _DOES else None

    def action_why_not_repeat(self) -> None:
        """Say why it cannot be sent again."""
        self.app.say(self.why_not("repeat") or "", severity="warning")

    def action_look(self) -> None:
        """Find out by reading what became of it."""
        self._run(_LOOK, lambda: self.app.account_session.payments.look_up(self.intent))

    def action_repeat(self) -> None:
        """Send the same bytes with the same idempotency key, after a confirmation."""
        intent = self.intent
        if intent.sent_at is None:
            question, means = f"Send it now: {intent.title}?", "It was never sent."
        else:
            question = f"Send it again with the same idempotency key: {intent.title}?"
            means = f"The provider knows the key of the first sending: it is {kind_of(intent).verb} once at most."
        told: list[Content | str] = [account_text(self.app.snapshot), means]
        self.app.push_screen(ConfirmDialog(question, told, "Yes, send it"), self._repeat)

    def _repeat(self, yes: bool | None) -> None:
        if yes:
            self._send()

    def action_set_aside(self) -> None:
        """Stop asking about it, after a confirmation."""
        ask_to_dismiss(self.app, self.intent)

    def action_other_card(self) -> None:
        """Back to the form with the same amount."""
        self.finish(FundDraft(self.intent.amount, self.intent.payment_method_id))

    def action_try_again(self) -> None:
        """Confirm once more, as for a new charge: this one was never begun."""
        reason = self.why_not("try_again")
        if reason is not None:
            self.app.say(reason, severity="warning")
        else:
            self.finish(FundDraft(self.intent.amount, self.intent.payment_method_id, begin=True))

    def action_link(self) -> None:
        """Make a payment link of the same amount."""
        self.finish(FundDraft(self.intent.amount, begin=True))

    def action_copy(self) -> None:
        """Copy the request id, for the provider's support."""
        self.app.copy_text(self.intent.request_id or "", "Request id")

    def action_done(self) -> None:
        """Close what has ended."""
        self.action_close()

    def action_decide_later(self) -> None:
        """Leave it open: the top line and Activity go on telling of it."""
        self.action_close()

    # -- calls --------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        self._run(_SEND, lambda: self.app.account_session.payments.execute(self.intent))

    def _run(self, name: str, call: Callable[[], Coroutine[Any, Any, Intent]]) -> None:
        """Begin a call unless one is under way."""
        if self._busy is not None:
            return
        self._outcome = None
        self._put("told", Content.styled("Checking…", DIM) if name == _LOOK else "")
        try:
            work = call()
        except JournalError as error:
            self._failed(name, error)
            return
        self._busy = name
        self.run_worker(work, name=name, exit_on_error=False)
        self._changed(self.app.snapshot)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An outcome, or why there is none."""
        if event.worker.name not in {_SEND, _LOOK} or event.state not in {WorkerState.SUCCESS, WorkerState.ERROR}:
            return
        self._busy = None
        self._put("told", "")
        if isinstance(event.worker.result, Intent):
            self._ended(event.worker.result)
        elif isinstance(event.worker.error, (BillingError, JournalError, WrongAccount, NotRepeatable)):
            self._failed(event.worker.name, event.worker.error)
        elif isinstance(event.worker.error, BaseException):
            # A fault of our own: it ends the app like any other, without being swallowed by the worker.
            raise event.worker.error
        self._changed(self.app.snapshot)

    def note_outcome(self, intent: Intent) -> None:
        """Take an outcome, and say so when it could not be saved."""
        known = self.intent
        self._outcome = intent
        if known.state is IntentState.SENT and intent.state is not IntentState.SENT:
            self._tell("The outcome could not be saved. ", f"{sentence(intent.note)} Check it again later.")

    def _ended(self, intent: Intent) -> None:
        self.note_outcome(intent)
        refused = intent.state is IntentState.FAILED and intent.answer is AnswerKind.REFUSED
        kind = kind_of(intent)
        if refused and self._send_first and PaymentAction.TRY_AGAIN in kind.actions:
            problem = f"{sentence(intent.note)} {kind.nothing} {intent.advice}".rstrip()
            self.finish(FundDraft(intent.amount, intent.payment_method_id, problem=problem))

    def _failed(self, name: str, error: Exception) -> None:
        words = error_text(error) if isinstance(error, BillingError) else sentence(str(error))
        self._tell("Could not check it. " if name == _LOOK else "Nothing was sent. ", words)
