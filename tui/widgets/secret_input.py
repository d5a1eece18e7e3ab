"""A field for card data: hidden, and impossible to copy, select or photograph."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Paste
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.widgets.commands import HasCommands, command


class SecretInput(HasCommands, Input):
    """Takes ASCII digits, and those of `also`; everything else that is typed or pasted falls away.

    What it holds shows as dots; `f2` shows it while the field has the focus, unless it is `in_sight` anyway. Nothing
    of it can be selected, so nothing can be copied, with the keys of the field, the screen or the mouse. Its messages
    say that something was typed, never what, and its repr names the field alone. For pictures of the screen there is
    `darkened`.
    """

    ALLOW_SELECT = False
    BINDING_GROUP_TITLE = "Card data"

    def _is_hidden(self) -> bool:
        """Whether what it holds is not in sight anyway."""
        return not self._in_sight

    BINDINGS: ClassVar[list[BindingType]] = [
        command("card-data.reveal", "f2", "show what is typed", when=_is_hidden),
    ]

    class News(Message):
        """Something happened to a field."""

        def __init__(self, field: "SecretInput") -> None:
            super().__init__()
            self.field = field

    class Typed(News):
        """What the field holds changed."""

    class Entered(News):
        """Enter was pressed in the field."""

    class Left(News):
        """The focus went elsewhere."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - Textual's name
        max_length: int,
        also: str = "",
        in_sight: bool = False,
    ) -> None:
        """Begin empty; `max_length` counts digits and the signs of `also`."""
        super().__init__(id=id, max_length=max_length, password=not in_sight, select_on_focus=False, compact=True)
        self._also = also
        self._in_sight = in_sight

    # -- hiding -------------------------------------------------------------------------------------------------

    @property
    def revealed(self) -> bool:
        """Whether what it holds can be read on the screen."""
        return not self.password

    def conceal(self) -> None:
        """Hide it again, unless it is in sight anyway."""
        self.password = not self._in_sight

    def action_reveal(self) -> None:
        """Show what is typed until the focus goes elsewhere, or hide it."""
        self.password = not self.password

    def on_blur(self) -> None:
        """Hide it, also when the terminal's window loses the focus: Textual takes it from the field then."""
        self.conceal()

    # -- nothing leaves -----------------------------------------------------------------------------------------

    def post_message(self, message: Message) -> bool:
        """Put messages without the value in the place of those that carry it."""
        if isinstance(message, Input.Changed):
            return super().post_message(self.Typed(self))
        if isinstance(message, Input.Submitted):
            return super().post_message(self.Entered(self))
        if isinstance(message, Input.Blurred):
            return super().post_message(self.Left(self))
        return super().post_message(message)

    def validate_selection(self, selection: Selection) -> Selection:
        """A cursor, never a stretch of text."""
        return super().validate_selection(Selection.cursor(selection.end))

    @property
    def selected_text(self) -> str:
        """Nothing."""
        return ""

    def action_copy(self) -> None:
        """Say that card data is not copied."""
        self.notify("Card data is not copied.", markup=False)

    def action_cut(self) -> None:
        """Say the same: cutting is copying."""
        self.action_copy()

    # -- typing and pasting -------------------------------------------------------------------------------------

    def replace(self, text: str, start: int, end: int) -> None:
        """Put `text` in, without what does not belong there: the spaces and dashes of a card's print, line breaks."""
        super().replace("".join(char for char in text if char in "0123456789" or char in self._also), start, end)

    def on_paste(self, event: Paste) -> None:
        """Take all of it: the base class keeps the first line only, and a number in groups may come on several."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(event.text)


@contextmanager
def darkened(screens: Iterable[Screen[object]]) -> Iterator[None]:
    """Hide all card data on `screens`, in sight or not, while a picture of them is taken."""
    shown = [field for screen in screens for field in screen.query(SecretInput) if field.revealed]
    for field in shown:
        field.password = True
    try:
        yield
    finally:
        for field in shown:
            field.password = False
