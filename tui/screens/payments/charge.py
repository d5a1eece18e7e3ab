"""One money call of any kind: how it is going, its story, and what can be done about it now."""

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui.account.payments import PaymentsService
from tui.account.state import Snapshot
from tui.domain import AnswerKind, Intent, IntentState
from tui.payments.actions import Actions, actions, waits_until
from tui.payments.events import Payment, PaymentChanged
from tui.payments.intents.executor import NotRepeatable, WrongAccount
from tui.payments.kinds import PaymentAction, kind_of
from tui.payments.text import advice_text, doing_text, outcome_text, resend_text, state_word
from tui.providers.errors import BillingError
from tui.screens.payments.charge_story import story
from tui.screens.payments.dismiss import ask_to_dismiss
from tui.screens.payments.drafts import FundDraft
from tui.screens.shared.account_text import account_text, not_sent_text, refusal_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.storage.database import JournalError
from tui.widgets.commands import command
from tui.widgets.fields import field_lines
from tui.widgets.format import BAD, BOLD, DIM, WAIT, clock_time, countdown, lines, sentence
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText
from tui.widgets.status_styles import tone_style

_GOES_ON = "Closing this does not stop it: 6 Activity shows how it ends."
_SEND, _LOOK = "send", "look"


def _may(action: PaymentAction) -> Callable[["ChargeDialog"], bool]:
    return lambda dialog: action in dialog.actions


def _may_in_time(dialog: "ChargeDialog") -> bool:
    """Whether it can be tried again, now or later: its key stays, and says until when to wait."""
    return PaymentAction.TRY_AGAIN in dialog.actions or PaymentAction.TRY_AGAIN in dialog.actions.refused


def _why_not_yet(dialog: "ChargeDialog") -> str | None:
    return dialog.actions.refused.get(PaymentAction.TRY_AGAIN)


def _must_not_repeat(dialog: "ChargeDialog") -> bool:
    return dialog.intent.state.open and PaymentAction.REPEAT in dialog.actions.refused


def _is_over(dialog: "ChargeDialog") -> bool:
    """Not while it is sent: a second enter after Yes would close what tells how it goes."""
    return not dialog.busy and (dialog.intent.state.succeeded or dialog.intent.state.dismissed)


def _is_open(dialog: "ChargeDialog") -> bool:
    return dialog.intent.state.open and PaymentAction.CHECK in dialog.actions


class ChargeDialog(Dialog[FundDraft]):
    """Follows one intent through the snapshots; ends in a form to fill in again, or in nothing.

    The calls belong to the payments service: closing the dialog stops none, and while one runs no other is begun.
    """

    DEFAULT_CSS = """
    ChargeDialog > #box PlainText { margin-bottom: 1; }
    """
    BINDING_GROUP_TITLE = "Charge"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("charge.look", "enter", "check again", when=_may(PaymentAction.CHECK)),
        command("charge.other-card", "enter", "other card", when=_may(PaymentAction.OTHER_CARD)),
        command("charge.try-again", "enter", "try again", when=_may_in_time, why_not=_why_not_yet),
        command("charge.link", "enter,l", "make payment link", when=_may(PaymentAction.LINK)),
        command("charge.repeat", "r", "repeat safely", when=_may(PaymentAction.REPEAT)),
        command("charge.why-not-repeat", "r", "why it is not sent again", show=False, when=_must_not_repeat),
        command("charge.dismiss", "x", "dismiss", action="set_aside", when=_may(PaymentAction.DISMISS)),
        command("charge.copy", "y", "copy request id", show=False, when=lambda dialog: dialog.intent.request_id),
        command("charge.done", "enter", "close", show=False, when=_is_over),
        command("charge.decide-later", "escape", "decide later", always=True, when=_is_open),
        command("charge.close", "escape", "close", always=True),
    ]

    def __init__(self, intent: Intent, *, send: bool = False) -> None:
        """Show `intent`; with `send` it was just confirmed and is sent at once."""
        super().__init__()
        self.BINDING_GROUP_TITLE = kind_of(intent).noun.capitalize()
        self.intent_id = intent.intent_id
        self._shown = intent
        self._send_first = send
        self.busy: str | None = None
        self._unsaved = False

    def compose_dialog(self) -> Iterable[Widget]:
        """What is charged and where, how it stands, what to do, its story."""
        for name in ("title", "state", "advice", "wait", "told", "story"):
            yield PlainText(id=name, classes="-empty")

    def on_mount(self) -> None:
        """Follow the charge; the wait the provider asked for is the one thing that ticks."""
        if self.app.leaving:
            return
        self.app.followed_payments.add(self.intent_id)
        self.app.snapshot_signal.subscribe(self, self._changed)
        self.app.payment_signal.subscribe(self, self._payment_changed)
        self.set_interval(1.0, self._tick)
        if self._send_first:
            self._send()
        self._changed(self.app.snapshot)

    def finish(self, result: FundDraft | None) -> None:
        """Close; from now on the app tells the outcome."""
        self.app.followed_payments.discard(self.intent_id)
        super().finish(result)

    def on_unmount(self) -> None:
        """The same where the dialog is taken away."""
        self.app.followed_payments.discard(self.intent_id)

    # -- what is known ------------------------------------------------------------------------------------------

    @property
    def intent(self) -> Intent:
        """The charge as it is now."""
        return next((each for each in self.app.snapshot.intents if each.intent_id == self.intent_id), self._shown)

    @property
    def _sending(self) -> bool:
        return self.busy == _SEND or (self.busy is None and self.intent.state is IntentState.SENT)

    @property
    def actions(self) -> Actions:
        """What can be done about it now: nothing while a call runs."""
        if self.busy or self._sending:
            return Actions()
        return actions(self.intent, self.app.clock.now(), self.app.snapshot.capabilities, self.app.zone)

    # -- showing ------------------------------------------------------------------------------------------------

    def _changed(self, snapshot: Snapshot) -> None:
        intent = self.intent
        self.put("title", Content.assemble((intent.title, BOLD), "\n", account_text(snapshot)))
        if self._sending:
            self.put("state", Content.styled(doing_text(intent), f"{BOLD} {WAIT}"))
            self.put("advice", Content.styled(_GOES_ON, DIM))
        else:
            style = tone_style(state_word(intent)[1])
            self.put("state", Content.styled(outcome_text(intent, self.app.zone), f"{BOLD} {style}".rstrip()))
            self.put("advice", self._advice(intent))
        self.put("story", field_lines(story(intent, self.app.zone)))
        self._tick()
        self.refresh_bindings()
        self.query_one(KeyLine).update_keys()

    def _advice(self, intent: Intent) -> Content:
        advice = Content(advice_text(intent, self.actions.possible))
        return lines([advice, Content.styled(resend_text(intent), DIM)]) if intent.state.in_doubt else advice

    def _tick(self) -> None:
        """Count down until the provider wants another attempt; nothing changes otherwise."""
        text = self.query_one("#wait", PlainText)
        now = self.app.clock.now()
        until = waits_until(self.intent, now)
        if until is not None:
            at = clock_time(until, self.app.zone)
            self.put("wait", f"Try again in {countdown(until - now)} (at {at})")
        elif text.shown:
            self.put("wait", "")
            self.query_one(KeyLine).update_keys()

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_why_not_repeat(self) -> None:
        """Say why it cannot be sent again."""
        self.app.say(self.actions.refused[PaymentAction.REPEAT], severity="warning")

    def action_look(self) -> None:
        """Find out by reading what became of it."""
        self._run(_LOOK, lambda payments: payments.look_up(self.intent))

    def action_repeat(self) -> None:
        """Send the same bytes with the same idempotency key, after a confirmation."""
        intent = self.intent
        if intent.sent_at is None:
            question, means = f"Send it now: {intent.title}?", "It was never sent."
        else:
            question = f"Send it again with the same idempotency key: {intent.title}?"
            means = f"The provider knows the key of the first sending: it is {kind_of(intent).verb} once at most."
        told: list[Content | str] = [account_text(self.app.snapshot), means]
        dialog = ConfirmDialog(question, told, "Yes, send it")
        self.app.push_screen(dialog, lambda yes: self._send() if yes else None)

    def action_set_aside(self) -> None:
        """Stop asking about it, after a confirmation."""
        ask_to_dismiss(self.app, self.intent)

    def action_other_card(self) -> None:
        """Back to the form with the same amount."""
        self.finish(FundDraft(self.intent.amount, self.intent.payment_method_id))

    def action_try_again(self) -> None:
        """Confirm once more, as for a new charge: this one was never begun."""
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
        self._run(_SEND, lambda payments: payments.execute(self.intent))

    def _run(self, name: str, call: Callable[[PaymentsService], Awaitable[Intent]]) -> None:
        """Begin a call unless one is under way; what it comes to arrives as a change of the payment."""
        if self.busy is not None:
            return
        self.busy = name
        self.put("told", Content.styled("Checking…", DIM) if name == _LOOK else "")
        self.run_worker(self._made(name, call))
        self._changed(self.app.snapshot)

    async def _made(self, name: str, call: Callable[[PaymentsService], Awaitable[Intent]]) -> None:
        problem = Content()
        try:
            await call(await self.app.account_session.open_payments())
        except (BillingError, JournalError, WrongAccount, NotRepeatable) as error:
            lost = Content.assemble(("Could not check it. ", BAD), refusal_text(error))
            problem = lost if name == _LOOK else not_sent_text(error)
        finally:
            self.busy = None
        if self._over:
            return
        if problem.plain or not self._unsaved:
            self.put("told", problem)
        self._changed(self.app.snapshot)

    def _payment_changed(self, event: PaymentChanged[Payment]) -> None:
        """Say that an outcome could not be saved; go back to the form with what was refused."""
        intent = event.payment
        if not isinstance(intent, Intent) or intent.intent_id != self.intent_id:
            return
        self._unsaved = not event.recorded
        if self._unsaved:
            why = f"{sentence(intent.note)} Check it again later."
            self.put("told", Content.assemble(("The outcome could not be saved. ", BAD), why))
        if event.settled:
            self.outcome(intent)

    def outcome(self, intent: Intent) -> None:
        """A call ended: the form again for what the provider refused as it was asked."""
        refused = intent.state is IntentState.FAILED and intent.answer is AnswerKind.REFUSED
        kind = kind_of(intent)
        if refused and self._send_first and PaymentAction.TRY_AGAIN in kind.actions:
            problem = f"{sentence(intent.note)} {kind.nothing} {intent.advice}".rstrip()
            self.finish(FundDraft(intent.amount, intent.payment_method_id, problem=problem))
