"""Every key that works here, made from the bindings themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from tui.screens.shared.dialog import HELP, Dialog
from tui.screens.shared.key_text import ALWAYS, borrowed_key_does, part_title
from tui.widgets.commands import UNBOUND, HasCommands, command, command_of, is_listed, key_name
from tui.widgets.format import BOLD, DIM, lines
from tui.widgets.plain_text import PlainText

_SIDEWAYS = {"scroll_left", "scroll_right", "page_left", "page_right"}
"""Nothing here is wider than the screen."""
_LEFT_OUT = {"ctrl+c", "super+c", "ctrl+q", "tab", "shift+tab", UNBOUND}
"""Keys that are the same everywhere and are listed once, at the end."""


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """One action with its keys."""

    keys: str
    what: str
    why_not: str | None = None
    """Why it does nothing now."""


class HelpDialog(Dialog[None]):
    """A list of keys, grouped by what they belong to; it scrolls where it does not fit."""

    DEFAULT_CSS = """
    HelpDialog > #box { width: 72; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        replace(HELP, action="close", description="close", show=False),
        command("help.down", "down,j", "scroll down", action="scroll(1)", show=False),
        command("help.up", "up,k", "scroll up", action="scroll(-1)", show=False),
        command("help.page-down", "pagedown,space", "page down", action="scroll(10)", show=False),
        command("help.page-up", "pageup", "page up", action="scroll(-10)", show=False),
    ]

    def __init__(self, screen: Screen[object]) -> None:
        """List the keys that work on `screen` with what has the focus there."""
        super().__init__()
        self._groups = key_groups(screen)

    def compose_dialog(self) -> Iterable[Widget]:
        """One block a group."""
        width = max(len(each.keys) for group in self._groups.values() for each in group)
        for title, keys in self._groups.items():
            yield from _block(title, keys, width)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#box").scroll_relative(y=by, animate=False)


def _block(title: str, keys: Sequence[KeyHelp], width: int) -> Iterable[Widget]:
    """The keys of a group in a column of `width`, and below those that do nothing now why, once for keys in a row."""
    told = [Content.styled(title, BOLD)]
    for index, key in enumerate(keys):
        what = Content.styled(key.what, f"{DIM} strike" if key.why_not else "")
        told.append(Content.assemble((f"{key.keys:>{width}}   ", "$accent"), what))
        if key.why_not and key.why_not not in {each.why_not for each in keys[index + 1 : index + 2]}:
            yield PlainText(lines(told))
            told = []
            why = PlainText(Content.styled(key.why_not, DIM))
            why.styles.padding = (0, 0, 0, width + 3)
            yield why
    yield PlainText(lines([*told, Content()]))


def key_groups(screen: Screen[object]) -> dict[str, list[KeyHelp]]:
    """The active bindings of `screen` by the part they belong to, most specific first, one entry an action."""
    found: dict[str, dict[str, tuple[DOMNode, list[str], str]]] = {}
    for key, active in screen.active_bindings.items():
        if key in _LEFT_OUT or active.binding.action in _SIDEWAYS:
            continue
        own = command_of(active)
        if own is not None and not is_listed(own, active.node):
            continue
        what = own.description if own is not None else borrowed_key_does(active.binding.action)
        if what:
            entries = found.setdefault(part_title(type(active.node)), {})
            entries.setdefault(active.binding.action, (active.node, [], what))[1].append(key_name(key))
    groups = {title: [_help(action, *entry) for action, entry in entries.items()] for title, entries in found.items()}
    return {**groups, "Always": [KeyHelp(*each) for each in ALWAYS]}


def _help(action: str, node: DOMNode, keys: list[str], what: str) -> KeyHelp:
    reason = node.why_not(action) if isinstance(node, HasCommands) else None
    return KeyHelp(", ".join(keys), what, reason)
