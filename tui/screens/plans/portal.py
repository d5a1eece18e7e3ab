"""The way to the pages where subscriptions are managed: a link of its own, as a code and as text."""

from collections.abc import Iterable
from operator import attrgetter
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.payments.checkouts.gate import BadPaymentUrl, PaymentUrl, check_portal_url
from tui.providers.base import HasPortal
from tui.providers.errors import BillingError
from tui.qr.matrix import make_matrix
from tui.screens.payments.checkout_text import KEY_ROWS, PANEL, fits, need_words
from tui.screens.shared.dialog import Dialog
from tui.widgets.commands import command
from tui.widgets.format import BAD, BOLD, DIM
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText
from tui.widgets.qr_code import QrCode
from tui.widgets.state_line import error_text

_LAYOUTS = ("-side", "-bare", "-text")


class PortalDialog(Dialog[None]):
    """Asks for a link when it opens; the code stands beside the text, or alone (`z`), or is left out, saying why."""

    DEFAULT_CSS = """
    PortalDialog { align: left top; }
    PortalDialog #stage { height: 1fr; }
    PortalDialog #code-area { width: 1fr; height: 1fr; align: center middle; overflow: hidden; }
    PortalDialog #told { width: 42; height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    PortalDialog #told PlainText { margin-bottom: 1; width: 100%; }
    PortalDialog.-bare #told { display: none; }
    PortalDialog.-text #code-area { display: none; }
    PortalDialog.-text #told { width: 100%; max-width: 100; }
    """
    BINDING_GROUP_TITLE = "Billing portal"

    def _is_held_back(self) -> bool:
        """Whether there is a link whose host nobody has agreed to."""
        return self._link is not None and self._url is None

    def _is_shown(self) -> bool:
        return self._url is not None

    BINDINGS: ClassVar[list[BindingType]] = [
        command("portal.allow", "enter", "show it anyway", when=_is_held_back),
        command("portal.new-link", "r", "new link", action="ask"),
        command("portal.copy", "y", "copy link", when=_is_shown),
        command("portal.open", "o", "open link", when=_is_shown),
        command("portal.bigger", "z", "bigger", when=attrgetter("_has_bigger")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._link: PaymentUrl | None = None
        self._allowed = False
        self._bigger = self._has_bigger = False

    def compose(self) -> Iterable[Widget]:
        """The code and the text; which of them is shown is decided by the room there is."""
        with Horizontal(id="stage"):
            with Container(id="code-area"):
                yield QrCode(id="code")
            with VerticalScroll(id="told", can_focus=False):
                yield PlainText(Content.styled("Manage subscriptions", BOLD))
                for name in ("state", "host", "link", "need"):
                    yield PlainText(id=name)
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask for the link."""
        self.action_ask()

    def on_resize(self) -> None:
        """Another room, perhaps another layout."""
        self._lay_out()

    def action_ask(self) -> None:
        """Ask for a link; one that was shown before may have died."""
        self._link, self._allowed = None, False
        title = self.app.snapshot.provider_title
        self._show(Content.styled(f"Asking {title} for a link…", DIM))
        self._ask()

    # exclusive: only the last of several answers is shown.
    @work(exclusive=True, group="portal", exit_on_error=False)
    async def _ask(self) -> None:
        account = self.app.snapshot.account
        try:
            url = await self.app.account_session.able(HasPortal).portal_link()
            if account is not None:
                self._link = check_portal_url(url, account)
        except BillingError as error:
            self._show(Content.assemble(("No link came. ", BAD), error_text(error)))
        except BadPaymentUrl as refusal:
            self._show(Content.assemble(("The link is not shown: ", BAD), f"{refusal}. Tell the provider."))
        else:
            self._show(Content.styled("It lets in whoever has it, and soon stops working: r makes a new one.", DIM))

    @property
    def _url(self) -> str | None:
        """The link when it may be shown: its host is known, or was allowed by hand."""
        link = self._link
        return link.url if link is not None and (link.trusted or self._allowed) else None

    def _show(self, state: Content) -> None:
        self._put("state", state)
        self._put("host", self._host_words())
        self._put("link", Content.styled(self._url, Style(link=self._url)) if self._url else Content())
        self.query_one(QrCode).set_url(self._url or "")
        self._lay_out()
        self.query_one(KeyLine).update_keys()

    def _host_words(self) -> Content:
        if self._link is None:
            return Content()
        if self._url is None:
            return Content.assemble(
                ("This link leads to a host billtop does not know:\n\n", f"{BOLD} {BAD}"),
                (self._link.host, BOLD),
                f"\n\nGo on only if it is one of {self.app.snapshot.provider_title}. ",
                ("enter shows the code and the link, esc leaves.", DIM),
            )
        return Content.assemble(("goes to ", DIM), self._link.host)

    def _lay_out(self) -> None:
        layout, need, self._has_bigger = "-text", "", False
        glyphs = self.query_one(QrCode).glyphs
        if self._url is not None and glyphs is not None:
            try:
                matrix = make_matrix(self._url)
            except ValueError:
                need = "The link is too long for a code: y copies it, o opens it."
            else:
                size, rows = self.app.size, self.app.size.height - KEY_ROWS
                self._has_bigger = fits(matrix, size.width, rows, glyphs)
                if self._bigger and self._has_bigger:
                    layout = "-bare"
                elif fits(matrix, size.width - PANEL, rows, glyphs):
                    layout = "-side"
                else:
                    need = need_words(matrix, size, glyphs)
        for each in _LAYOUTS:
            self.set_class(each == layout, each)
        self._put("need", Content(need))

    def _put(self, name: str, words: Content) -> None:
        text = self.query_one(f"#{name}", PlainText)
        text.display = bool(words.plain)
        text.set_text(words)

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_allow(self) -> None:
        """Show a link whose host is not known: the person has read the warning."""
        self._allowed = True
        self._show(Content())

    def action_copy(self) -> None:
        """Copy the link."""
        if self._url is not None:
            self.app.copy_text(self._url, "Portal link")

    def action_open(self) -> None:
        """Open the link, or show it where no browser can be opened."""
        if self._url is not None:
            self.app.open_or_show(self._url, "Portal link")

    def action_bigger(self) -> None:
        """Show the code alone, or with the text again."""
        self._bigger = not self._bigger
        self._lay_out()
        self.query_one(KeyLine).update_keys()
