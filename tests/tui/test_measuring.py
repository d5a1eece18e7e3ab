"""Texts that change while the screen is being laid out get the room they need."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from tests.tui.reading import screen_text
from tui.widgets.card import Card
from tui.widgets.plain_text import PlainText


class Page(App[int]):
    CSS = "PlainText { height: auto; } #page { height: 1fr; }"

    def compose(self) -> ComposeResult:
        with Vertical(id="page"):
            yield PlainText("a line", id="text")
            yield Card(id="card")
            yield PlainText("the end")


def write(widget: Widget, words: str) -> None:
    if isinstance(widget, Card):
        widget.tell(lambda space: Content(words))
    elif isinstance(widget, PlainText):
        widget.set_text(words)


@pytest.mark.parametrize("name", ["card", "text"])
async def test_a_text_that_grows_again_before_its_first_change_was_laid_out_is_shown_whole(name: str) -> None:
    app = Page()
    async with app.run_test(size=(40, 12)) as pilot:
        widget, page = app.query_one(f"#{name}"), app.query_one("#page")
        write(widget, "one\ntwo")
        await pilot.pause()
        write(widget, "one\ntwo\nthree")
        write(widget, "two\none")
        mounted = page.mount(PlainText("another"), before="#text")
        page.arrange(page.size)
        write(widget, "one\ntwo\nthree\nfour")
        await mounted
        await pilot.pause()
        text = screen_text(app)
        assert text.index("four") < text.index("the end"), text
