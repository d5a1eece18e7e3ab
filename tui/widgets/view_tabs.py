"""The names of the views with their number keys, in one line."""

from collections.abc import Sequence

from textual.content import Content
from textual.events import Click
from textual.style import Style

from tui.widgets.format import DIM
from tui.widgets.plain_text import PlainText

_META = "view"
"""Marks the cells of a name with the id of its view."""


class ViewTabs(PlainText):
    """One line of `key name` pairs; the shown view is bold, underlined and in the accent colour. Clicking works."""

    DEFAULT_CSS = """
    ViewTabs { height: 2; padding: 0 0 0 2; text-wrap: nowrap; border-bottom: solid $rule; }
    """

    _tabs: Sequence[Content] = ()
    _short: Sequence[Content] = ()
    """The same with the first word of each name."""

    def on_click(self, event: Click) -> None:
        """Show the view whose name was clicked."""
        view_id = event.style.meta.get(_META)
        if isinstance(view_id, str):
            self.call_later(self.run_action, f"screen.show_view({view_id!r})")

    def set_tabs(self, tabs: Sequence[tuple[str, str, str]], current: str) -> None:
        """Show `tabs` (id, key, label), with the one of id `current` marked."""
        self._tabs = [_tab(*tab, marked=tab[0] == current) for tab in tabs]
        self._short = [_tab(view, key, label.split()[0], marked=view == current) for view, key, label in tabs]
        self._show_tabs()

    def on_resize(self) -> None:
        """Stand closer where the room is small: a name that is cut off names nothing."""
        self._show_tabs()

    def _show_tabs(self) -> None:
        shapes = ("   ", self._tabs), (" ", self._tabs), (" ", self._short)
        lines = [Content(gap).join(tabs) for gap, tabs in shapes]
        width = self.content_size.width
        self.set_text(next((line for line in lines if line.cell_length <= width or not width), lines[-1]))


def _tab(view_id: str, key: str, label: str, *, marked: bool) -> Content:
    click = Style.from_meta({_META: view_id})
    if marked:
        return Content.assemble((f"{key} {label}", "bold underline $accent")).stylize(click)
    return Content.assemble((key, DIM), f" {label}").stylize(click)
