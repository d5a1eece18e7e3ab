"""An address on the screen: its QR code, its host, the whole of it, and what keeps the code from being there."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.style import Style

from tui.payments.checkouts.gate import BadPaymentUrl, PaymentUrl
from tui.qr.matrix import QrMatrix, make_matrix
from tui.screens.payments.checkout_text import KEY_ROWS, PANEL, fits, need_words, untrusted_words
from tui.screens.shared.dialog import Dialog
from tui.widgets.format import DIM
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText
from tui.widgets.qr_code import Missing, QrCode

T = TypeVar("T")

_LAYOUTS = ("-side", "-bare", "-text")


class CodeDialog(Dialog[T]):
    """Shows the link that passed the gate, or whose host was allowed by hand.

    The code stands beside the text, alone (`z`), or, where it cannot fit whole, is not there and the text says why.
    """

    DEFAULT_CSS = """
    CodeDialog { align: left top; }
    CodeDialog #stage { height: 1fr; }
    CodeDialog #code-area { width: 1fr; height: 1fr; align: center middle; overflow: hidden; }
    CodeDialog #told { width: 42; height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    CodeDialog #told PlainText { margin-bottom: 1; width: 100%; }
    CodeDialog.-bare #told { display: none; }
    CodeDialog.-text #code-area { display: none; }
    CodeDialog.-text #told { width: 100%; max-width: 100; }
    """

    texts: ClassVar[tuple[str, ...]]
    """The ids of what is told, in order; `host`, `link` and `need` are among them."""
    what: ClassVar[str]
    """What the link is called."""

    _allowed = _bigger = False
    _missing: Missing | None = None

    @property
    def gate(self) -> PaymentUrl | BadPaymentUrl | None:
        """What the gate says of the link; None while there is none."""
        raise NotImplementedError

    def host_advice(self) -> str:
        """When to go on to a host that is not known."""
        raise NotImplementedError

    @property
    def url(self) -> str | None:
        """The link, when it may be shown."""
        gate = self.gate
        return gate.url if isinstance(gate, PaymentUrl) and (gate.trusted or self._allowed) else None

    @property
    def is_shown(self) -> bool:
        """Whether there is a link to copy and to open."""
        return self.url is not None

    @property
    def is_held_back(self) -> bool:
        """Whether there is a link whose host nobody has agreed to."""
        return isinstance(self.gate, PaymentUrl) and self.url is None

    @property
    def has_bigger(self) -> bool:
        """Whether the code fits alone."""
        matrix, glyphs, size = self._matrix, self.query_one(QrCode).form, self.app.size
        return matrix is not None and glyphs is not None and fits(matrix, size.width, size.height - KEY_ROWS, glyphs)

    @property
    def _matrix(self) -> QrMatrix | None:
        try:
            return make_matrix(self.url) if self.url else None
        except ValueError:
            return None

    def compose(self) -> ComposeResult:
        """The code and the text; which of them is shown is decided by the room there is."""
        with Horizontal(id="stage"):
            with Container(id="code-area"):
                yield QrCode(id="code")
            with VerticalScroll(id="told", can_focus=False):
                for name in self.texts:
                    yield PlainText(id=name)
        yield KeyLine()

    def on_resize(self) -> None:
        """Another room, perhaps another layout."""
        self._lay_out()

    def on_qr_code_fitted(self, event: QrCode.Fitted) -> None:
        """The code says why it is not drawn."""
        if event.missing is not self._missing and event.missing is not Missing.EMPTY:
            self._missing = event.missing
            self._lay_out()

    def show_link(self) -> None:
        """Show the link as it may be shown now."""
        url = self.url
        self.put("host", self._host_words())
        self.put("link", Content.styled(url, Style(link=url)) if url else "")
        self.query_one(QrCode).set_url(url or "")
        self._lay_out()
        self.query_one(KeyLine).update_keys()

    def _host_words(self) -> Content:
        gate = self.gate
        if gate is None:
            return Content()
        if isinstance(gate, BadPaymentUrl):
            return Content(f"The link is not shown: {gate}. Tell {self.app.snapshot.provider_title}.")
        if self.url is None:
            return untrusted_words(gate.host, self.host_advice())
        return Content.assemble(("goes to ", DIM), gate.host)

    def _lay_out(self) -> None:
        """Choose where the code stands, and say so when it cannot."""
        matrix, terminal = self._matrix, self.app.size
        glyphs = self.query_one(QrCode).form
        layout, need = "-text", ""
        if matrix is not None and glyphs is not None and self._missing is not Missing.NO_COLOR:
            if self._bigger and self.has_bigger:
                layout = "-bare"
            elif fits(matrix, terminal.width - PANEL, terminal.height - KEY_ROWS, glyphs):
                layout = "-side"
            else:
                need = need_words(matrix, terminal, glyphs)
        elif self.is_shown:
            need = self._why_no_code(glyphs is None)
        for each in _LAYOUTS:
            self.set_class(each == layout, each)
        self.put("need", need)

    def _why_no_code(self, hidden: bool) -> str:
        if hidden:
            return "The code is hidden: s shows it."
        if self._missing is Missing.NO_COLOR:
            return "No code without colours (NO_COLOR): y copies the link, o opens it."
        return "The link is too long for a code: y copies it, o opens it."

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_allow(self) -> None:
        """Show a link whose host is not known: the person has read the warning."""
        self._allowed = True
        self.show_link()

    def action_copy(self) -> None:
        """Copy the link."""
        if self.url is not None:
            self.app.copy_text(self.url, self.what)

    def action_open(self) -> None:
        """Open the link, or show it where no browser can be opened."""
        if self.url is not None:
            self.app.open_or_show(self.url, self.what)

    def action_bigger(self) -> None:
        """Show the code alone, or with the text again."""
        self._bigger = not self._bigger
        self._lay_out()
        self.query_one(KeyLine).update_keys()
