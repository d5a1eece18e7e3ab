"""One of a few, on one line: the arrow keys turn it over."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from tui.widgets.commands import command
from tui.widgets.format import DIM
from tui.widgets.plain_text import PlainText


class Choice(PlainText, can_focus=True):
    """Shows the chosen option between arrows; left and right choose another, a click the next one."""

    DEFAULT_CSS = """
    Choice { width: auto; height: 1; background: $panel; padding: 0 1; }
    Choice:focus { color: $accent; text-style: bold; }
    """
    BINDING_GROUP_TITLE = "Choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("choice.previous", "left", "the one before", action="turn(-1)", show=False),
        command("choice.next", "right,space", "the next one", action="turn(1)", show=False),
    ]

    class Changed(Message):
        """Another option was chosen."""

    def __init__(self, options: Sequence[tuple[str, str]], chosen: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        """Offer `options` (value, words), of which there is at least one; `chosen` is a value."""
        self._options = tuple(options)
        values = [value for value, _ in self._options]
        self._index = values.index(chosen) if chosen in values else 0
        super().__init__(self._words(), id=id)

    @property
    def value(self) -> str:
        """The value that is chosen."""
        return self._options[self._index][0]

    def action_turn(self, by: int) -> None:
        """Choose another."""
        self._index = (self._index + by) % len(self._options)
        self.set_text(self._words())
        self.post_message(self.Changed())

    def on_click(self) -> None:
        """The next one."""
        self.action_turn(1)

    def _words(self) -> Content:
        return Content.assemble(("‹ ", DIM), self._options[self._index][1], (" ›", DIM))
