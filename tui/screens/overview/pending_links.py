"""The payment links nobody has paid yet, on the overview: it is there only while there are such."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.domain import CheckoutSession
from tui.screens.overview.money import heading
from tui.screens.overview.records import waiting_line
from tui.widgets.format import DIM
from tui.widgets.plain_text import PlainText


class WaitingLinks(Vertical):
    """A heading and a line for each link; enter shows one."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    WaitingLinks { height: auto; margin-top: 1; visibility: visible; }
    .-wide WaitingLinks { margin-top: 2; }
    WaitingLinks OptionList { height: auto; max-height: 5; border: none; padding: 0; background: transparent; }
    """

    def __init__(self, waiting: Sequence[CheckoutSession], zone: tzinfo | None) -> None:
        super().__init__()
        self._zone = zone
        self.list = OptionList(*_options(self._lines(waiting)), id="waiting", markup=False, compact=True)

    def compose(self) -> ComposeResult:
        """What they are, and the links."""
        yield PlainText(Content.assemble(heading("Waiting for payment"), ("   enter shows it", DIM)))
        yield self.list

    def on_mount(self) -> None:
        """Take the focus where nothing has it: enter shows the link."""
        if self.screen.focused is None:
            self.list.focus()

    def show(self, waiting: Sequence[CheckoutSession]) -> None:
        """Show other links; the one that was chosen stays where it was."""
        lines = self._lines(waiting)
        if lines == [(option.id, option.prompt) for option in self.list.options]:
            return
        highlighted = self.list.highlighted
        self.list.clear_options()
        self.list.add_options(_options(lines))
        self.list.highlighted = min(highlighted or 0, len(lines) - 1)

    def _lines(self, waiting: Sequence[CheckoutSession]) -> list[tuple[str, Content]]:
        return [(each.session_id, waiting_line(each, self._zone)) for each in waiting]


def _options(lines: Iterable[tuple[str, Content]]) -> list[Option]:
    return [Option(prompt, id=session_id) for session_id, prompt in lines]
