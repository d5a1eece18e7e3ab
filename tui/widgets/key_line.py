"""The keys that work now, in one line at the bottom."""

from textual.binding import ActiveBinding
from textual.content import Content
from textual.events import Click
from textual.keys import key_to_character
from textual.style import Style
from textual.widget import Widget

from tui.widgets.commands import UNBOUND, HasCommands, command_of, key_name
from tui.widgets.format import DIM

_GAP = 3
_META = "key"
"""Marks the cells of an entry with its key."""


class KeyLine(Widget):
    """Footer of one line: what is most specific first, `? keys` and `q quit` always; it leaves out what does not fit.

    A key that a focused input field would type is not shown while it does. Keys can be clicked.
    What can be done is looked up once for each picture, however often it changed since the last one.
    """

    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; padding: 0 2; text-wrap: nowrap; background: $panel; }
    """

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, lambda screen: self.update_keys())

    def on_click(self, event: Click) -> None:
        """Do what the clicked key does."""
        key = event.style.meta.get(_META)
        if isinstance(key, str):
            self.app.simulate_key(key)

    def update_keys(self) -> None:
        """Show the keys anew: what can be done may have changed."""
        self.refresh()

    def render(self) -> Content:
        """The keys that fit."""
        return self._line(self.content_size.width)

    def _line(self, width: int) -> Content:
        wanted = [(command_of(each), self._entry(each)) for each in self._wanted()]
        shown = [(command is not None and command.always, entry) for command, entry in wanted]
        fixed = [entry for always, entry in shown if always]
        room = width - sum(entry.cell_length + _GAP for entry in fixed) + _GAP
        kept: list[Content] = []
        for always, entry in shown:
            length = entry.cell_length + _GAP
            if not always and length <= room:
                kept.append(entry)
                room -= length
        return Content(" " * _GAP).join(kept + fixed)

    def _wanted(self) -> list[ActiveBinding]:
        """The bindings to show, one an action."""
        actions: dict[str, ActiveBinding] = {}
        focused = self.screen.focused
        for active in self.screen.active_bindings.values():
            key = active.binding.key
            typed = focused is not None and focused.check_consume_key(key, key_to_character(key))
            if active.binding.show and not typed and key != UNBOUND:
                actions.setdefault(active.binding.action, active)
        return list(actions.values())

    def _entry(self, active: ActiveBinding) -> Content:
        display = active.binding.key_display or key_name(active.binding.key)
        words = active.binding.description
        click = Style.from_meta({_META: active.binding.key})
        node = active.node
        refused = isinstance(node, HasCommands) and node.why_not(active.binding.action) is not None
        if not active.enabled or refused:
            return Content.styled(f"{display} {words}", f"{DIM} strike").stylize(click)
        return Content.assemble((display, "$footer-key-foreground bold"), (f" {words}", DIM)).stylize(click)
