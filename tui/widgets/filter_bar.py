"""The line in which a query is typed; it filters while typing."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from tui.widgets.plain_text import PlainText


class QueryInput(Input):
    """The field itself; enter and down lead on to the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,down", "submit", "to the rows", key_display="enter")]


class FilterBar(Vertical):
    """A query with room for what is wrong with it; hidden until opened.

    Posts Changed with each character, Left when the person goes on to the rows, Closed when the bar went away.
    """

    DEFAULT_CSS = """
    FilterBar { height: auto; display: none; }
    FilterBar.-open { display: block; }
    FilterBar Horizontal { height: 1; }
    FilterBar Input { width: 1fr; background: transparent; }
    FilterBar #filter-slash { width: 2; color: $accent; text-style: bold; }
    FilterBar #filter-error { color: $status-wait; padding: 0 2; display: none; }
    FilterBar.-wrong #filter-error { display: block; }
    """
    BINDING_GROUP_TITLE = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "escape", "clear, then close"),
    ]

    class Changed(Message):
        """The query is another one."""

        def __init__(self, query: str) -> None:
            """Carry the `query` as typed."""
            self.query = query
            super().__init__()

    class Left(Message):
        """The person goes on to the rows."""

    class Closed(Message):
        """The bar went away; the query is empty."""

    def __init__(self, placeholder: str) -> None:
        """Show `placeholder` while nothing is typed."""
        super().__init__()
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """The slash, the query, and below what is wrong with it."""
        with Horizontal():
            yield PlainText("/", id="filter-slash")
            yield QueryInput(placeholder=self._placeholder, compact=True, select_on_focus=False)
        yield PlainText(id="filter-error")

    @property
    def query_text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    def open(self) -> None:
        """Show the bar and type into it."""
        self.add_class("-open")
        self.query_one(Input).focus()

    def tell_error(self, words: str) -> None:
        """Say what is wrong with the query; empty when nothing is."""
        self.query_one("#filter-error", PlainText).set_text(words)
        self.set_class(bool(words), "-wrong")

    def back_out(self) -> bool:
        """Clear the query, or close the bar when it is empty; False when there was nothing to do."""
        if self.query_text:
            self.query_one(Input).value = ""
            return True
        if not self.has_class("-open"):
            return False
        self.remove_class("-open")
        self.post_message(self.Closed())
        return True

    def action_escape(self) -> None:
        """Clear, then close."""
        self.back_out()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Left())

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))
