"""Adding a card: typed here, sent to Stripe alone, known to everybody else by its id."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from tui.account.state import Snapshot
from tui.config.accounts import is_loopback
from tui.domain import Mode
from tui.providers.base import Capability
from tui.providers.changing import HasCardSetup
from tui.providers.errors import BillingError
from tui.providers.stripe.cards import CARD_SAVED, BadCard, CardDetails
from tui.providers.stripe.errors import CardNotSaved
from tui.screens.cards.fields import check_cvc, check_number, field_of, read_card, read_expiry
from tui.screens.payments.drafts import CardAdded
from tui.screens.shared.account_text import account_text
from tui.screens.shared.dialog import Dialog
from tui.screens.shared.too_small import TooSmallScreen
from tui.widgets.format import BAD, DIM, WAIT, sentence
from tui.widgets.plain_text import PlainText
from tui.widgets.secret_input import SecretInput
from tui.widgets.state_line import error_text

IDLE = 180.0
"""Seconds after the last key until what was typed is taken out again: nobody seems to be there."""
_NOT_SAVED = "The card was not saved. "
_PERHAPS = "It is not known whether the card was saved: look at the cards on file before you enter it again. "
_SAVING = "The card is still being saved: 5 Cards shows it when it is."


class AddCardDialog(Dialog[CardAdded]):
    """Takes number, expiry and security code, checks them in words, and has the card saved; nothing is charged.

    What was typed is gone once it is sent, when the dialog closes, when another one lies over it, and after IDLE
    seconds without a key; it is in no draft, no log and no picture.
    """

    AUTO_FOCUS = "#number"
    DEFAULT_CSS = """
    AddCardDialog .row { height: 1; margin-top: 1; }
    AddCardDialog .label { width: 15; color: $label; }
    AddCardDialog SecretInput { background: $panel; }
    AddCardDialog #number { width: 24; }
    AddCardDialog #expiry { width: 10; }
    AddCardDialog #cvc { width: 8; }
    AddCardDialog .said { width: 1fr; padding-left: 2; height: auto; }
    AddCardDialog .field { height: auto; margin-top: 1; }
    AddCardDialog Button { min-width: 8; margin-right: 2; }
    AddCardDialog #where { margin-top: 1; }
    AddCardDialog #told { margin-top: 1; min-height: 1; }
    """
    BINDING_GROUP_TITLE = "Card"

    def __init__(self, account: Snapshot, stripe_base_url: str) -> None:
        """Ask for a card of `account`; `stripe_base_url` is where its data goes."""
        super().__init__()
        self._account = account
        # The host alone: what a person can check.
        self._stripe_host = urlsplit(stripe_base_url).netloc
        self._foreign = account.mode is Mode.SANDBOX and not is_loopback(stripe_base_url)
        self._saving = False
        self._default = not account.payment_methods.value

    def compose_dialog(self) -> Iterable[Widget]:
        """Whose card, the fields with what is wrong beside them, where the data goes."""
        yield PlainText(Content.assemble(("Add a card to ", "bold"), account_text(self._account)))
        for name, label, field in (
            ("number", "Card number", SecretInput(id="number", max_length=19)),
            ("expiry", "Expires", SecretInput(id="expiry", max_length=7, also="/", in_sight=True)),
            ("cvc", "Security code", SecretInput(id="cvc", max_length=4)),
        ):
            with Horizontal(classes="field"):
                yield PlainText(label, classes="label")
                yield field
                yield PlainText(id=f"{name}-said", classes="said")
        with Horizontal(classes="row"):
            yield PlainText("Default card", classes="label")
            yield Button(self._default_words(), id="default", compact=True)
        where = (
            f"Number and code go to {self._stripe_host} alone. Nothing is charged, and nothing of them is kept here."
        )
        yield PlainText(Content.styled(where, DIM), id="where")
        if self._foreign:
            warning = "That is the real Stripe, though this account is a sandbox's: enter no card here."
            yield PlainText(Content.styled(warning, WAIT))
        yield PlainText(id="told")
        with Horizontal(classes="row"):
            yield Button(Content(" Save card "), id="go", compact=True)
            if Capability.PAYMENT_LINK in self._account.capabilities:
                yield Button(Content(" Payment link instead "), id="link", compact=True)

    def on_mount(self) -> None:
        """Count the time without a key."""
        self._idle = self.set_interval(IDLE, self._left_alone)

    # -- typing -------------------------------------------------------------------------------------------------

    @property
    def _fields(self) -> dict[str, SecretInput]:
        return {name: self.query_one(f"#{name}", SecretInput) for name in ("number", "expiry", "cvc")}

    @on(SecretInput.Typed)
    def _typed(self, event: SecretInput.Typed) -> None:
        """Another value: the old objection no longer counts."""
        self._idle.reset()
        if event.field.value:
            self._say(event.field.id or "", "")

    @on(SecretInput.Left)
    def _check(self, event: SecretInput.Left) -> None:
        """Say what is wrong with a field once it is left, unless it is still empty."""
        typed = event.field.value
        try:
            match event.field.id if typed else None:
                case "number":
                    check_number(typed)
                case "expiry":
                    read_expiry(typed, self.app.clock.now())
                case "cvc":
                    check_cvc(typed, self._fields["number"].value)
        except BadCard as problem:
            self._say(problem.part, str(problem))

    @on(SecretInput.Entered)
    @on(Button.Pressed, "#go")
    def _save(self) -> None:
        """Check everything, take it out of the fields, and have it saved."""
        if self._saving or not self.is_active:
            return
        fields = self._fields
        try:
            card = read_card(fields["number"].value, fields["expiry"].value, fields["cvc"].value, self.app.clock.now())
        except BadCard as problem:
            part = field_of(problem.part)
            self._say(part, str(problem))
            fields[part].focus()
            return
        self._saving = True
        self._forget()
        self._show_saving(busy=True)
        self._tell(Content.styled(f"Saving the card at {self._stripe_host}…", DIM))
        self.run_worker(self._saved(card))

    async def _saved(self, card: CardDetails) -> None:
        try:
            card_id = await self.app.account_session.changes.send(
                HasCardSetup, lambda it: it.save_card(card, make_default=self._default)
            )
        except BillingError as error:
            self._refused(error)
        else:
            self._saving = False
            self.app.say(CARD_SAVED)
            self.finish(CardAdded(card_id))

    @on(Button.Pressed, "#default")
    def _turn_default(self) -> None:
        """Make it the default card, or leave the present one."""
        self._default = not self._default
        self.query_one("#default", Button).label = self._default_words()

    @on(Button.Pressed, "#link")
    def _use_link(self) -> None:
        """Pay by link instead: there the card is entered on Stripe's own page, and the bank can ask."""
        self.finish(CardAdded(None))

    def _refused(self, error: BillingError) -> None:
        """Say why not, beside the field where it is about one; everything has to be typed again."""
        self._saving = False
        self._show_saving(busy=False)
        # The outcome of a setup intent says itself that the card is not saved.
        what = "" if isinstance(error, CardNotSaved) else _PERHAPS if error.maybe_executed else _NOT_SAVED
        self._tell(Content.assemble((what, BAD), error_text(error)))
        for part, messages in error.fields.items():
            if field_of(part) in self._fields:
                self._say(field_of(part), " ".join(sentence(each) for each in messages))
        self._fields["number"].focus()

    # -- what stays and what goes -------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Take what was typed out of the fields."""
        for field in self.query(SecretInput):
            field.clear()
            field.conceal()

    def _left_alone(self) -> None:
        if any(field.value for field in self._fields.values()):
            self._forget()
            self._tell(Content.styled("What was typed is gone: nobody pressed a key for three minutes.", DIM))

    def on_screen_suspend(self) -> None:
        """Another dialog lies over this one, or it is going; a terminal made too small keeps what was typed."""
        if isinstance(self.app.screen, TooSmallScreen):
            for field in self.query(SecretInput):
                field.conceal()
        else:
            self._forget()

    def finish(self, result: CardAdded | None) -> None:
        """Close with nothing left in the fields."""
        self._forget()
        super().finish(result)

    def action_close(self) -> None:
        """Close; a card being saved is saved all the same."""
        if self._saving:
            self.app.say(_SAVING)
        super().action_close()

    # -- showing ------------------------------------------------------------------------------------------------

    def _say(self, name: str, problem: str) -> None:
        self.query_one(f"#{name}-said", PlainText).set_text(Content.styled(problem, BAD))

    def _tell(self, words: Content) -> None:
        self.query_one("#told", PlainText).set_text(words)

    def _show_saving(self, *, busy: bool) -> None:
        for widget in (*self.query(SecretInput), *self.query(Button)):
            widget.disabled = busy

    def _default_words(self) -> Content:
        return Content(" yes " if self._default else " no, keep the present one ")
