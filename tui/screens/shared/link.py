"""A whole link as text, for where no browser can be opened: to select, to copy, or to click in the terminal."""

from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import urlsplit

from textual.binding import BindingType
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.screens.shared.dialog import Dialog
from tui.widgets.commands import command
from tui.widgets.format import DIM
from tui.widgets.plain_text import PlainText


class LinkTextDialog(Dialog[None]):
    """Shows a checked link; many terminals open it on ctrl+click (OSC 8)."""

    DEFAULT_CSS = """
    LinkTextDialog > #box { width: 100%; }
    LinkTextDialog > #box PlainText { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [command("link.copy", "y", "copy link")]

    def __init__(self, url: str, what: str) -> None:
        """Show `url`, which has passed its gate; `what` names it, for example "Payment link"."""
        super().__init__()
        self._url = url
        self._what = what

    def compose_dialog(self) -> Iterable[Widget]:
        """What it is, its host, the whole of it."""
        yield PlainText(Content.styled(self._what, "bold"))
        yield PlainText(Content.assemble(("goes to ", DIM), urlsplit(self._url).netloc))
        yield PlainText(Content.styled(self._url, Style(link=self._url)), id="link")
        yield PlainText(Content.styled("Select it with the mouse, ctrl+click it, or y to copy it.", DIM))

    def action_copy(self) -> None:
        """Copy the link."""
        self.app.copy_text(self._url, self._what)
