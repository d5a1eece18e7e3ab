"""The question before money moves, or before something is given up: No unless the person goes over to Yes."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Button

from tui.screens.shared.dialog import Dialog
from tui.widgets.commands import command
from tui.widgets.format import BOLD, DIM
from tui.widgets.plain_text import PlainText


class ConfirmDialog(Dialog[bool]):
    """Asks a question whose answer is True only when Yes was gone to and pressed; no letter says yes."""

    AUTO_FOCUS = "#no"
    DEFAULT_CSS = """
    ConfirmDialog .said { margin-bottom: 1; }
    ConfirmDialog #answers { height: 1; }
    ConfirmDialog Button { min-width: 8; margin-right: 2; }
    ConfirmDialog #hint { margin: 1 0 0 0; }
    """
    BINDING_GROUP_TITLE = "Question"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("question.previous", "left,up", "other answer", action="app.focus_previous", show=False),
        command("question.next", "right,down", "other answer", action="app.focus_next", show=False),
        command("question.close", "escape", "no", always=True),
    ]

    def __init__(self, question: Content | str, lines: Sequence[Content | str], yes: str) -> None:
        """Ask `question`; `lines` say what it means, `yes` is what stands on the button that agrees."""
        super().__init__()
        self._question = Content(question) if isinstance(question, str) else question
        self._lines = lines
        self._labels = {"no": "No", "yes": yes}

    def compose_dialog(self) -> Iterable[Widget]:
        """The question, what it means, the answers."""
        yield PlainText(self._question.stylize_before(BOLD), classes="said")
        for line in self._lines:
            yield PlainText(line, classes="said")
        with Horizontal(id="answers"):
            for name, label in self._labels.items():
                yield Button(Content(f"  {label} "), id=name, compact=True)
        yield PlainText(id="hint")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Mark the answer that enter gives, not by colour alone."""
        chosen = event.widget.id
        for button in self.query(Button):
            mark = "›" if button.id == chosen else " "
            button.label = Content(f"{mark} {self._labels[button.id or 'no']} ")
        words = "enter goes back, → goes to yes" if chosen == "no" else "enter does it"
        self.query_one("#hint", PlainText).set_text(Content.styled(words, DIM))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """An answer."""
        self.finish(event.button.id == "yes")
