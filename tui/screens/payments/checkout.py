"""A payment link on the screen: the code, the host, and the truth about what is happening."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.style import Style

from tui.account.state import Snapshot
from tui.domain import CheckoutSession
from tui.payments.actions import Actions, actions
from tui.payments.checkouts.gate import BadPaymentUrl, PaymentUrl, check_payment_url
from tui.payments.kinds import PaymentAction
from tui.qr.matrix import QrMatrix, make_matrix
from tui.screens.payments.checkout_text import (
    KEY_ROWS,
    PANEL,
    countdown_words,
    fits,
    look_words,
    need_words,
    note_words,
    state_words,
    title_words,
    untrusted_words,
)
from tui.screens.payments.dismiss import ask_to_dismiss
from tui.screens.payments.link_dialog import LinkDialog
from tui.widgets.commands import command
from tui.widgets.format import DIM
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText
from tui.widgets.qr_code import Missing, QrCode

_LAYOUTS = ("-side", "-bare", "-text")


class CheckoutDialog(LinkDialog):
    """Shows one checkout session until it is paid, expired or left to be watched in the background.

    The code stands beside the text, alone (`z`), or, where it cannot fit whole, is not there and the text says why.
    """

    DEFAULT_CSS = """
    CheckoutDialog { align: left top; }
    CheckoutDialog #stage { height: 1fr; }
    CheckoutDialog #code-area { width: 1fr; height: 1fr; align: center middle; overflow: hidden; }
    CheckoutDialog #told { width: 42; height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    CheckoutDialog #told PlainText { margin-bottom: 1; width: 100%; }
    CheckoutDialog #told #countdown { width: auto; max-width: 100%; margin-bottom: 0; }
    CheckoutDialog #told .-empty { display: none; }
    CheckoutDialog.-bare #told { display: none; }
    CheckoutDialog.-text #code-area { display: none; }
    CheckoutDialog.-text #stage { align-horizontal: center; }
    CheckoutDialog.-text #told { width: 100%; max-width: 100; }
    """
    BINDING_GROUP_TITLE = "Checkout"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("checkout.allow", "enter", "show it anyway"),
        command("checkout.check-now", "enter,c", "check now"),
        command("checkout.new-link", "n", "new link"),
        command("checkout.copy", "y", "copy link"),
        command("checkout.open", "o", "open link"),
        command("checkout.bigger", "z", "bigger"),
        command("checkout.style", "s", "other style"),
        command("checkout.dismiss", "x", "dismiss", action="set_aside", show=False),
        command("checkout.keep-waiting", "escape", "keep waiting", always=True),
        command("checkout.close", "escape", "close", always=True),
    ]

    def __init__(self, session_id: str) -> None:
        """Show the session of this id; it is followed through the snapshots."""
        super().__init__()
        self._session_id = session_id
        self._bigger = False
        self._allowed = False
        self._missing: Missing | None = None

    def compose(self) -> ComposeResult:
        """The code and the text; which of them is shown is decided by the room there is."""
        with Horizontal(id="stage"):
            with Container(id="code-area"):
                yield QrCode(id="code")
            with VerticalScroll(id="told", can_focus=False):
                for name in ("title", "state", "countdown", "looks", "note", "need", "host", "link", "made"):
                    yield PlainText(id=name)
        yield KeyLine()

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
    def _actions(self) -> Actions:
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

    @property
    def url(self) -> str | None:
        """The link, when it may be shown: it passed the gate, or its host was allowed by hand."""
        gate = self.gate
        return gate.url if isinstance(gate, PaymentUrl) and (gate.trusted or self._allowed) else None

    @property
    def _matrix(self) -> QrMatrix | None:
        try:
            return make_matrix(self.url) if self.url else None
        except ValueError:
            return None

    # -- showing ------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Another room, perhaps another layout."""
        self._lay_out()

    def on_qr_code_fitted(self, event: QrCode.Fitted) -> None:
        """The code says why it is not drawn."""
        if event.missing is not self._missing and event.missing is not Missing.EMPTY:
            self._missing = event.missing
            self._lay_out()

    def _changed(self, snapshot: Snapshot) -> None:
        session = self.session
        if session is None:
            self.finish(None)
            return
        self._put("title", title_words(session, snapshot))
        self._put("state", state_words(session, self._actions, self.app.zone))
        paused = snapshot.watch_note is not None
        looks = Content() if session.state.closed else look_words(session, self.app.zone, paused=paused)
        self._put("looks", looks)
        self._put("note", note_words(session, snapshot))
        self._put("host", self._host_words(snapshot))
        self._put("link", Content.styled(self.url, Style(link=self.url)) if self.url else Content())
        self.query_one(QrCode).set_url(self.url or "")
        self._tick()
        self._lay_out()
        self.query_one(KeyLine).update_keys()

    def _host_words(self, snapshot: Snapshot) -> Content:
        gate = self.gate
        if gate is None:
            return Content()
        if isinstance(gate, BadPaymentUrl):
            return Content(f"The link is not shown: {gate}. Tell {snapshot.provider_title}.")
        if self.url is None:
            return untrusted_words(gate.host, snapshot)
        return Content.assemble(("goes to ", DIM), gate.host)

    def _tick(self) -> None:
        session = self.session
        waiting = session is not None and not session.state.closed
        words = countdown_words(session, self.app.clock.now(), self.app.zone) if session and waiting else Content()
        self._put("countdown", words)

    def _lay_out(self) -> None:
        """Choose where the code stands, and say so when it cannot."""
        matrix, terminal = self._matrix, self.app.size
        glyphs = self.query_one(QrCode).form
        layout, need = "-text", ""
        if matrix is not None and glyphs is not None and self._missing is not Missing.NO_COLOR:
            rows = terminal.height - KEY_ROWS
            if self._bigger and fits(matrix, terminal.width, rows, glyphs):
                layout = "-bare"
            elif fits(matrix, terminal.width - PANEL, rows, glyphs):
                layout = "-side"
            else:
                need = need_words(matrix, terminal, glyphs)
        elif self.url is not None:
            need = self._why_no_code(glyphs is None)
        for each in _LAYOUTS:
            self.set_class(each == layout, each)
        self._put("need", need)

    def _why_no_code(self, hidden: bool) -> str:
        if hidden:
            return "The code is hidden: s shows it."
        if self._missing is Missing.NO_COLOR:
            return "No code without colours (NO_COLOR): y copies the link, o opens it."
        return "The link is too long for a code: y copies it, o opens it."

    def _put(self, name: str, words: Content | str) -> None:
        text = self.query_one(f"#{name}", PlainText)
        shown = Content(words) if isinstance(words, str) else words
        text.set_class(not shown.plain, "-empty")
        text.set_text(shown)

    # -- doing --------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show the keys that make sense for the state the session is in."""
        found, gate, session = self._actions, self.gate, self.session
        waiting = session is not None and session.state.open
        if action == "allow":
            return isinstance(gate, PaymentUrl) and self.url is None
        if action == "check_now":
            return PaymentAction.CHECK in found and self._may_check(gate)
        if action == "new_link":
            return PaymentAction.LINK in found
        if action == "set_aside":
            return PaymentAction.DISMISS in found
        if action in {"copy", "open", "style"}:
            return waiting and self.url is not None
        if action == "keep_waiting":
            return waiting
        if action == "bigger":
            return self._has_bigger()
        return super().check_action(action, parameters)

    def _may_check(self, gate: PaymentUrl | BadPaymentUrl | None) -> bool:
        return not isinstance(gate, PaymentUrl) or self.url is not None

    def _has_bigger(self) -> bool:
        matrix, glyphs = self._matrix, self.query_one(QrCode).form
        size: Size = self.app.size
        return matrix is not None and glyphs is not None and fits(matrix, size.width, size.height - KEY_ROWS, glyphs)

    def action_allow(self) -> None:
        """Show a link whose host is not known: the person has read the warning."""
        self._allowed = True
        self._changed(self.app.snapshot)

    def action_check_now(self) -> None:
        """Ask the provider at once."""
        self.app.account_session.check_now(self._session_id)

    def action_set_aside(self) -> None:
        """Stop checking it, after a confirmation."""
        session = self.session
        if session is not None:
            ask_to_dismiss(self.app, session)

    def action_copy(self) -> None:
        """Copy the link."""
        if self.url is not None:
            self.app.copy_text(self.url, "Payment link")

    def action_open(self) -> None:
        """Open the link, or show it where no browser can be opened."""
        if self.url is not None:
            self.app.open_or_show(self.url, "Payment link")

    def action_bigger(self) -> None:
        """Show the code alone, or with the text again."""
        self._bigger = not self._bigger
        self._lay_out()

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
        self._put("made", words)

    def action_keep_waiting(self) -> None:
        """Leave the code alone first, then the dialog; the session is watched on."""
        if self._bigger and self.has_class("-bare"):
            self.action_bigger()
            return
        session = self.session
        if session is not None:
            self.app.say(f"Still waiting for {session.request.title}: 6 Activity shows it.")
        self.action_close()
