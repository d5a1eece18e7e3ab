"""The line in which a query is typed; it filters while typing, completes words and points at the wrong one."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import Reactive, var
from textual.widgets import Input

from tui.ledger.query.grammar import load_parser
from tui.ledger.query.query import EVERYTHING, Query, parse
from tui.widgets.commands import command
from tui.widgets.format import BOLD, DIM
from tui.widgets.plain_text import PlainText

_GAP = "   "
_SLASH = 2
"""Cells before the query."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that could stand where the cursor is: `text` in place of what is typed from `start` to `stop`."""

    start: int
    stop: int
    text: str
    count: int | None = None
    """Rows it would find."""


class QueryInput(Input):
    """The field itself; enter and down lead on to the rows.

    Its cursor stands still: a line that waits for the next key sends nothing.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        command("filter.submit", "enter,down", "to the rows", key_display="enter"),
    ]

    cursor_blink: Reactive[bool] = Reactive(False, init=False)


class FilterBar(Vertical):
    """A query with room for what could stand there and for what is wrong with it; hidden until opened.

    What is typed is parsed here, once. Posts Changed once a key, Left when the person goes on to the rows, Closed when
    the bar went away.
    """

    DEFAULT_CSS = """
    FilterBar { height: auto; display: none; }
    FilterBar.-open { display: block; }
    FilterBar Horizontal { height: 1; }
    FilterBar Input { width: 1fr; background: transparent; }
    FilterBar #filter-slash { width: 2; color: $accent; text-style: bold; }
    FilterBar #filter-offers { height: 1; padding: 0 2; text-wrap: nowrap; text-overflow: ellipsis; display: none; }
    FilterBar #filter-mark, FilterBar #filter-error { color: $status-wait; display: none; }
    FilterBar #filter-mark { height: 1; text-wrap: nowrap; }
    FilterBar #filter-error { padding: 0 2; }
    FilterBar.-wrong #filter-mark, FilterBar.-wrong #filter-error { display: block; }
    FilterBar.-offering #filter-offers { display: block; }
    """
    BINDING_GROUP_TITLE = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("filter.complete", "tab", "complete"),
        command("filter.escape", "escape", "clear, then close"),
    ]

    _input = getters.query_one(QueryInput)
    offers: var[tuple[Offer, ...]] = var(())

    class Changed(Message):
        """The query, or where the cursor is in it, is another one."""

        def __init__(self, query: Query, cursor: int) -> None:
            """Carry the `query`, which may have an error, and the cursor's place, in characters."""
            self.query, self.cursor = query, cursor
            super().__init__()

    class Left(Message):
        """The person goes on to the rows."""

    class Closed(Message):
        """The bar went away; the query is empty."""

    def __init__(self, placeholder: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._placeholder = placeholder
        self._now = now
        self._ready = False
        """Whether the parser is loaded: until then what is typed waits."""
        self._posted: tuple[Query, int] = (EVERYTHING, 0)

    def compose(self) -> ComposeResult:
        """The slash, the query, and below what could stand there or what is wrong with it."""
        with Horizontal():
            yield PlainText("/", id="filter-slash")
            yield QueryInput(placeholder=self._placeholder, compact=True, select_on_focus=False)
        yield PlainText(id="filter-mark")
        yield PlainText(id="filter-error")
        yield PlainText(id="filter-offers")

    def on_mount(self) -> None:
        """Follow the cursor too: other words fit elsewhere."""
        self.watch(self._input, "selection", self._typed, init=False)
        self.call_after_refresh(self._load_parser)

    @work(group="parser")
    async def _load_parser(self) -> None:
        """Have the parser ready by the first key, without holding up the loop."""
        await asyncio.to_thread(load_parser)
        self._ready = True
        self._typed()

    @property
    def query_text(self) -> str:
        """What is typed."""
        return self._input.value

    def open(self) -> None:
        """Show the bar and type into it."""
        self.add_class("-open")
        self._input.focus()

    def show_query(self, query: str) -> None:
        """Show a query that was chosen elsewhere, without going there."""
        self._input.value = query
        self._input.cursor_position = len(query)
        self.set_class(bool(query), "-open")

    @property
    def waiting(self) -> bool:
        """Whether what is typed has not been parsed yet."""
        return self._posted[0].text != self.query_text

    def on_resize(self) -> None:
        """Point at the word where it is now."""
        self._show_error()

    def _show_error(self) -> None:
        """Say what is wrong with the query, under the word that is."""
        error = self._posted[0].error
        self.set_class(error is not None, "-wrong")
        if error is None:
            return
        at = _SLASH + cell_len(self._posted[0].text[: error.start]) - int(self._input.scroll_offset.x)
        under = max(1, cell_len(error.word))
        room = max(1, self.content_size.width - _SLASH)
        first = min(max(_SLASH, at), room)
        mark = " " * first + "▔" * max(1, min(under + min(0, at - _SLASH), room - first + 1))
        self.query_one("#filter-mark", PlainText).set_text(mark)
        self.query_one("#filter-error", PlainText).set_text(error.message)

    def watch_offers(self, offers: Sequence[Offer]) -> None:
        """List what could stand at the cursor; tab takes the first."""
        words = [
            Content.assemble(
                (each.text, f"{BOLD} $accent" if at == 0 else ""),
                ("" if each.count is None else f" {each.count:,}", DIM),
            )
            for at, each in enumerate(offers)
        ]
        told = Content.assemble(("tab ", DIM), Content(_GAP).join(words)) if words else Content()
        self.query_one("#filter-offers", PlainText).set_text(told)
        self.set_class(bool(offers), "-offering")

    def action_escape(self) -> None:
        """Clear the query, or close the bar when it is empty."""
        if self.query_text:
            self._input.value = ""
        elif self.has_class("-open"):
            self.remove_class("-open")
            self.offers = ()
            self.post_message(self.Closed())

    def action_complete(self) -> None:
        """Take what is offered first; without an offer nothing happens, as tab must not leave what is being typed."""
        if not self.offers:
            return
        offer, typed = self.offers[0], self.query_text
        self.offers = ()
        self._input.value = typed[: offer.start] + offer.text + typed[offer.stop :]
        self._input.cursor_position = offer.start + len(offer.text)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.offers = ()
        self.post_message(self.Left())

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._typed()

    def _typed(self) -> None:
        """Parse the text if it is another one, and pass it on: a key that types moves the cursor too, which is one."""
        text, cursor = self.query_text, self._input.cursor_position
        query, before = self._posted
        if not self._ready or (text, cursor) == (query.text, before):
            return
        if text != query.text:
            query = parse(text, self._now())
        self._posted = query, cursor
        self._show_error()
        self.post_message(self.Changed(query, cursor))
