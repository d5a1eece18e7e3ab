"""What all dialogs share: a box in the middle, the keys at the bottom, and a close that waits its turn."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.screens.shared.host import Host
from tui.widgets.commands import HasCommands, command
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText

T = TypeVar("T")

HELP = command(
    "app.help", "question_mark", "keys", "List every key that works here", action="app.help", title="Keys", always=True
)
"""It works above every dialog, too."""
ENTER_CLOSES = command("dialog.done", "enter", "close", action="close", show=False)
"""For dialogs that ask for nothing."""


class Dialog(HasCommands, ModalScreen[T | None]):
    """A modal box; a subclass yields its widgets from `compose_dialog`. Esc closes with None; q does what esc does."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background; overflow: hidden; }
    Dialog > #box {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        padding: 1 3; background: $surface; border: none; scrollbar-size-vertical: 1;
    }
    Dialog .-empty { display: none; }
    /* Only what has the focus is filled: there enter goes. */
    Dialog > #box Button.-textual-compact { background: $panel; color: $foreground; text-style: bold; }
    Dialog > #box Button.-textual-compact.-primary { color: $accent; }
    Dialog > #box Button.-textual-compact:hover { background: $rule; }
    Dialog > #box Button.-textual-compact:focus { background: $accent; color: $surface; text-style: bold; }
    Dialog > #box Button.-textual-compact:disabled { color: $label; text-style: none; }
    """
    BINDING_GROUP_TITLE = "Dialog"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("dialog.close", "escape", "close", always=True),
        command("dialog.as-escape", "q", "what esc does", show=False),
        replace(HELP, show=False),
    ]

    app = getters.app(Host)

    _result: T | None = None
    _over = False

    def compose(self) -> ComposeResult:
        """The box and the keys."""
        with VerticalScroll(id="box", can_focus=False):
            yield from self.compose_dialog()
        yield KeyLine()

    def compose_dialog(self) -> Iterable[Widget]:
        """The widgets in the box."""
        return ()

    def put(self, name: str, words: Content | str) -> None:
        """Tell `words` in the text of that id; nothing takes no room."""
        text = self.query_one(f"#{name}", PlainText)
        text.set_text(words)
        text.set_class(not text.shown, "-empty")

    def action_close(self) -> None:
        """Close without a result."""
        self.finish(None)

    async def action_as_escape(self) -> None:
        """Close as esc does here; in a field q is a letter. Quitting from above a payment would be a surprise."""
        own = [each for kind in type(self).__mro__ for each in vars(kind).get("BINDINGS", ()) if each.key == "escape"]
        await self.run_action(next(each.action for each in own if self.check_action(each.action, ())))

    def finish(self, result: T | None) -> None:
        """Close with `result`, now or, when something lies over the dialog, as soon as that is gone."""
        if self._over:
            return
        self._result, self._over = result, True
        if self.is_active:
            self.dismiss(result)

    def on_screen_resume(self) -> None:
        """What lay over the dialog is gone; its answer may have closed the dialog already."""
        if self._over and self.is_active:
            self.dismiss(self._result)
