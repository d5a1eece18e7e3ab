"""One charge of a saved card: how it is going, its story, and what can be done about it now."""

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui.account.payments import PaymentsService
from tui.account.state import Snapshot
from tui.domain import AnswerKind, Intent, IntentState
from tui.payments.events import Payment, PaymentChanged
from tui.payments.intents.actions import PaymentAction, choices, may_start_over, why_not_repeat
from tui.payments.intents.executor import NotRepeatable, WrongAccount
from tui.providers.base import PAYING, Capability
from tui.providers.errors import BillingError
from tui.screens.payments.charge_text import (
    advice_words,
    charge_words,
    charged_card,
    last_look,
    state_word,
    story,
    waits_until,
)
from tui.screens.payments.drafts import FundDraft
from tui.screens.payments.intent_text import CHARGE, CallText, aside_words
from tui.screens.shared.account_text import account_text, not_sent_text, refusal_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.storage.database import JournalError
from tui.widgets.commands import command
from tui.widgets.fields import field_lines
from tui.widgets.format import BAD, BOLD, DIM, WAIT, clock_time, countdown, lines, sentence
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText

_GOES_ON = "Closing this does not stop it: 6 Activity shows how it ends."
_UNKNOWN_KEYS = "r sends it again with the same key, which charges the card once at most."
_SEND, _LOOK = "send", "look"


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
        command("charge.look", "enter", "look again"),
        command("charge.other-card", "enter", "other card"),
        command("charge.try-again", "enter", "try again"),
        command("charge.link", "enter,l", "make payment link"),
        command("charge.repeat", "r", "repeat safely"),
        command("charge.set-aside", "x", "set aside"),
        command("charge.copy", "y", "copy request id", show=False),
        command("charge.done", "enter", "close", show=False),
        command("charge.decide-later", "escape", "decide later", always=True),
        command("charge.close", "escape", "close", always=True),
    ]

    saying: ClassVar[CallText] = CHARGE
    no_repeat: ClassVar[str] = "It is looked for by itself. Sent again it could be charged twice, so it is not."

    def __init__(self, intent: Intent, *, send: bool = False) -> None:
        """Show `intent`; with `send` it was just confirmed and is sent at once."""
        super().__init__()
        self.intent_id = intent.intent_id
        self._shown = intent
        self._send_first = send
        self._busy: str | None = None
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
        return self._busy == _SEND or (self._busy is None and self.intent.state is IntentState.SENT)

    # -- showing ------------------------------------------------------------------------------------------------

    def _changed(self, snapshot: Snapshot) -> None:
        intent = self.intent
        self._put("title", Content.assemble((intent.title, BOLD), "\n", account_text(snapshot)))
        if self._sending:
            self._put("state", Content.styled(self.doing(intent), f"{BOLD} {WAIT}"))
            self._put("advice", Content.styled(_GOES_ON, DIM))
        else:
            words = charge_words(intent, snapshot, self.app.zone)
            self._put("state", Content.styled(words, f"{BOLD} {state_word(intent)[1]}"))
            self._put("advice", self._advice(intent))
        self._put("story", field_lines(story(intent, self.app.zone)))
        self._tick()
        self.refresh_bindings()
        self.query_one(KeyLine).update_keys()

    def doing(self, intent: Intent) -> str:
        """What is going on while it is sent."""
        card = charged_card(intent, self.app.snapshot.payment_methods.value)
        return f"Charging {card}…" if intent.payment_method_id else f"Buying {intent.title}…"

    def _advice(self, intent: Intent) -> Content:
        if self._draft(intent, link=True) is None and intent.state is IntentState.REQUIRES_ACTION:
            return Content("Use another card.")
        if intent.state is IntentState.UNKNOWN:
            keys = _UNKNOWN_KEYS if intent.call.keyed else self.no_repeat
            return lines([Content(last_look(intent)), Content.styled(keys, DIM)])
        return Content(advice_words(intent) or last_look(intent))

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
        intent = self.intent
        possible = () if self._busy or self._sending else choices(intent, self.app.clock.now())
        may_fund = self._may_pay(intent)
        match action:
            case "look":
                return PaymentAction.CHECK in possible
            case "set_aside":
                return PaymentAction.SET_ASIDE in possible
            case "repeat":
                return may_fund and (
                    PaymentAction.REPEAT in possible or (PaymentAction.CHECK in possible and intent.state.open)
                )
            case "other_card" | "try_again":
                again = "other_card" if intent.payment_method_id and not may_start_over(intent) else "try_again"
                return may_fund and not self._busy and intent.state is IntentState.FAILED and action == again
            case "link":
                failed = {IntentState.FAILED, IntentState.REQUIRES_ACTION}
                return not self._busy and intent.state in failed and self._draft(intent, link=True) is not None
            case "copy":
                return intent.request_id is not None
            case "done":
                # Not while it is sent: a second enter after Yes would close what tells how it goes.
                return not self._busy and (intent.state.succeeded or intent.state is IntentState.ABANDONED)
            case "decide_later":
                return PaymentAction.CHECK in possible and intent.state.open
        return super().check_action(action, parameters)

    def _may_pay(self, intent: Intent) -> bool:
        """Whether the account can still pay in the way of `intent`."""
        able = self.app.snapshot.capabilities
        return bool(able & {Capability.FUND} if intent.payment_method_id else able & PAYING)

    def why_not(self, action: str) -> str | None:
        """Why a charge cannot be sent again, or not yet."""
        now = self.app.clock.now()
        if action == "repeat":
            return why_not_repeat(self.intent, now)
        until = waits_until(self.intent, now) if action == "try_again" else None
        return f"The provider wants no other attempt before {clock_time(until, self.app.zone)}." if until else None

    def _refused(self, action: str) -> bool:
        """Say why not, where there is a reason."""
        reason = self.why_not(action)
        if reason is not None:
            self.app.say(reason, severity="warning")
        return reason is not None

    def action_look(self) -> None:
        """Find out by reading what became of it."""
        self._run(_LOOK, lambda payments: payments.look_up(self.intent))

    def action_repeat(self) -> None:
        """Send the same bytes with the same key, after a question."""
        if self._refused("repeat"):
            return
        intent = self.intent
        card = charged_card(intent, self.app.snapshot.payment_methods.value)
        first = intent.sent_at is None
        question = f"Send {intent.amount} on {card} {'now' if first else 'again, with the same key'}?"
        safe = "The provider knows the key of the first sending: the card is charged once at most."
        means: list[Content | str] = [account_text(self.app.snapshot), "It was never sent." if first else safe]
        self.app.push_screen(ConfirmDialog(question, means, f"Yes, charge {intent.amount}"), self._repeat)

    def _repeat(self, yes: bool | None) -> None:
        if yes:
            self._send()

    def action_set_aside(self) -> None:
        """Stop asking about it, after a question."""
        intent = self.intent
        means = aside_words(intent, self.saying)
        self.app.push_screen(ConfirmDialog(f"Set aside {intent.title}?", means, "Yes, set it aside"), self._set_aside)

    def _set_aside(self, yes: bool | None) -> None:
        if yes:
            self.run_worker(self._dismiss())

    async def _dismiss(self) -> None:
        try:
            await (await self.app.account_session.open_payments()).dismiss(self.intent)
        except JournalError as error:
            self._tell("It was not set aside. ", sentence(str(error)))
            return
        if PaymentAction.SET_ASIDE in choices(self.intent, self.app.clock.now()):
            self._tell(
                "It was not set aside. ", "Another billtop is handling this payment: do it there, or quit that one."
            )

    def action_other_card(self) -> None:
        """Back to the form with the same amount."""
        self.finish(self._draft(self.intent))

    def action_try_again(self) -> None:
        """Ask again, as for a new charge: this one was never begun."""
        if not self._refused("try_again"):
            draft = self._draft(self.intent)
            self.finish(FundDraft(draft.amount, draft.card_id, begin=True) if draft else None)

    def action_link(self) -> None:
        """Make a payment link of the same amount."""
        self.finish(self._draft(self.intent, link=True))

    def action_copy(self) -> None:
        """Copy the request id, for the provider's support."""
        self.app.copy_text(self.intent.request_id or "", "Request id")

    def action_done(self) -> None:
        """Close what has ended."""
        self.action_close()

    def action_decide_later(self) -> None:
        """Leave it open: the top line and Activity go on telling of it."""
        self.action_close()

    def _draft(self, intent: Intent, *, link: bool = False) -> FundDraft | None:
        if not link:
            return FundDraft(intent.amount, intent.payment_method_id)
        able = Capability.PAYMENT_LINK in self.app.snapshot.capabilities
        return FundDraft(intent.amount, begin=True) if able else None

    # -- calls --------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        self._run(_SEND, lambda payments: payments.execute(self.intent))

    def _run(self, name: str, call: Callable[[PaymentsService], Awaitable[Intent]]) -> None:
        """Begin a call unless one is under way; what it comes to arrives as a change of the payment."""
        if self._busy is not None:
            return
        self._busy = name
        self._put("told", Content.styled("Looking for it…", DIM) if name == _LOOK else "")
        self.run_worker(self._made(name, call))
        self._changed(self.app.snapshot)

    async def _made(self, name: str, call: Callable[[PaymentsService], Awaitable[Intent]]) -> None:
        problem = Content()
        try:
            await call(await self.app.account_session.open_payments())
        except (BillingError, JournalError, WrongAccount, NotRepeatable) as error:
            lost = Content.assemble(("Could not look for it. ", BAD), refusal_text(error))
            problem = lost if name == _LOOK else not_sent_text(error)
        finally:
            self._busy = None
        if self._over:
            return
        if problem.plain or not self._unsaved:
            self._put("told", problem)
        self._changed(self.app.snapshot)

    def _payment_changed(self, event: PaymentChanged[Payment]) -> None:
        """Say that an outcome could not be saved; go back to the form with what was refused."""
        intent = event.payment
        if not isinstance(intent, Intent) or intent.intent_id != self.intent_id:
            return
        self._unsaved = not event.recorded
        if self._unsaved:
            self._tell("The outcome could not be written down. ", f"{sentence(intent.note)} Look at it again later.")
        if event.settled:
            self.outcome(intent)

    def outcome(self, intent: Intent) -> None:
        """A call ended: the form again for what the provider refused as it was asked."""
        refused = intent.state is IntentState.FAILED and intent.answer is AnswerKind.REFUSED
        if refused and self._send_first:
            problem = f"{sentence(intent.note)} {CHARGE.nothing} {intent.advice}".rstrip()
            self.finish(FundDraft(intent.amount, intent.payment_method_id, problem=problem))
