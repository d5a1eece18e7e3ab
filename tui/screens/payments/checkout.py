"""A payment link on the screen: the code, the host, and the truth about what is happening."""

from collections.abc import Callable
from operator import attrgetter
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from tui.account.state import Snapshot
from tui.domain import CheckoutSession
from tui.payments.actions import Actions, actions
from tui.payments.checkouts.gate import BadPaymentUrl, PaymentUrl, check_payment_url
from tui.payments.events import Payment
from tui.payments.kinds import PaymentAction
from tui.screens.payments.checkout_text import countdown_words, look_words, note_words, state_words, title_words
from tui.screens.payments.code_dialog import CodeDialog
from tui.screens.payments.dismiss import ask_to_dismiss
from tui.screens.payments.link_dialog import LinkDialog
from tui.widgets.commands import command
from tui.widgets.key_line import KeyLine
from tui.widgets.qr_code import QrCode


def _may(action: PaymentAction) -> Callable[["CheckoutDialog"], bool]:
    return lambda dialog: action in dialog.actions


def _may_check(dialog: "CheckoutDialog") -> bool:
    return PaymentAction.CHECK in dialog.actions and not dialog.is_held_back


def _is_waiting(dialog: "CheckoutDialog") -> bool:
    return dialog.session is not None and dialog.session.state.open


_is_shown = attrgetter("is_shown")


class CheckoutDialog(CodeDialog[Payment], LinkDialog):
    """Shows one checkout session until it is paid, expired or left to be watched in the background."""

    DEFAULT_CSS = """
    CheckoutDialog #told #countdown { width: auto; max-width: 100%; margin-bottom: 0; }
    CheckoutDialog.-text #stage { align-horizontal: center; }
    """
    BINDING_GROUP_TITLE = "Checkout"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("checkout.allow", "enter", "show it anyway", when=attrgetter("is_held_back")),
        command("checkout.check-now", "enter,c", "check now", when=_may_check),
        command("checkout.new-link", "n", "new link", when=_may(PaymentAction.LINK)),
        command("checkout.copy", "y", "copy link", when=_is_shown),
        command("checkout.open", "o", "open link", when=_is_shown),
        command("checkout.bigger", "z", "bigger", when=attrgetter("has_bigger")),
        command("checkout.style", "s", "other style", when=_is_shown),
        command("checkout.dismiss", "x", "dismiss", action="set_aside", show=False, when=_may(PaymentAction.DISMISS)),
        command("checkout.keep-waiting", "escape", "keep waiting", always=True, when=_is_waiting),
        command("checkout.close", "escape", "close", always=True),
    ]
    texts = ("title", "state", "countdown", "looks", "note", "need", "host", "link", "made")
    what = "Payment link"

    def __init__(self, session_id: str) -> None:
        """Show the session of this id; it is followed through the snapshots."""
        super().__init__()
        self._session_id = session_id

    def on_mount(self) -> None:
        """Follow the session; the countdown is the one thing that ticks."""
        if self.app.leaving:
            return
        self.app.snapshot_signal.subscribe(self, self._changed)
        self.set_interval(1.0, self._tick)
        self._changed(self.app.snapshot)

    # -- what is known ------------------------------------------------------------------------------------------

    @property
    def session(self) -> CheckoutSession | None:
        """The session as last seen."""
        return self.app.account_session.session(self._session_id)

    @property
    def actions(self) -> Actions:
        """What can be done about the session now."""
        session = self.session
        return actions(session, self.app.clock.now()) if session is not None else Actions()

    @property
    def gate(self) -> PaymentUrl | BadPaymentUrl | None:
        """What the gate says of the link; None once there is no link to be paid."""
        session, account = self.session, self.app.snapshot.account
        if session is None or account is None or session.url is None or session.state.closed:
            return None
        try:
            return check_payment_url(session.url, account)
        except BadPaymentUrl as refusal:
            return refusal

    def host_advice(self) -> str:
        """When to go on to a host that is not known to take payments."""
        return f"Go on only if {self.app.snapshot.provider_title} told you that this host takes its payments."

    # -- showing ------------------------------------------------------------------------------------------------

    def _changed(self, snapshot: Snapshot) -> None:
        session = self.session
        if session is None:
            self.finish(None)
            return
        self.put("title", title_words(session, snapshot))
        self.put("state", state_words(session, self.actions, self.app.zone))
        paused = snapshot.watch_note is not None
        looks = Content() if session.state.closed else look_words(session, self.app.zone, paused=paused)
        self.put("looks", looks)
        self.put("note", note_words(session, snapshot))
        self._tick()
        self.show_link()

    def _tick(self) -> None:
        session = self.session
        waiting = session is not None and not session.state.closed
        words = countdown_words(session, self.app.clock.now(), self.app.zone) if session and waiting else Content()
        self.put("countdown", words)

    # -- doing --------------------------------------------------------------------------------------------------

    def action_check_now(self) -> None:
        """Ask the provider at once."""
        self.app.account_session.check_now(self._session_id)

    def action_set_aside(self) -> None:
        """Stop checking it, after a confirmation."""
        session = self.session
        if session is not None:
            ask_to_dismiss(self.app, session)

    def action_style(self) -> None:
        """Draw the code another way: some fonts have gaps in half blocks."""
        self.query_one(QrCode).cycle_glyphs()
        self._lay_out()
        self.query_one(KeyLine).update_keys()

    def action_new_link(self) -> None:
        """Make another link for the same thing."""
        session = self.session
        if session is not None:
            self.make(session.request)

    def made(self, session: CheckoutSession) -> None:
        """Go on with the new link."""
        self._session_id = session.session_id
        self._allowed = self._bigger = False
        self.tell("")
        self._changed(self.app.snapshot)

    def tell(self, words: Content | str) -> None:
        """Say what is going on below the rest."""
        self.put("made", words)

    def action_keep_waiting(self) -> None:
        """Leave the code alone first, then the dialog; the session is watched on."""
        if self._bigger and self.has_class("-bare"):
            self.action_bigger()
            return
        session = self.session
        if session is not None:
            self.app.say(f"Still waiting for {session.request.title}: 6 Activity shows it.")
        self.action_close()
