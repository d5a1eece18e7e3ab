"""How keys, and the parts of the screen they belong to, are called: in `?` and in `billtop keys` alike."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.binding import Binding

_KEYS = {
    "question_mark": "?",
    "escape": "esc",
    "pagedown": "page down",
    "pageup": "page up",
    "slash": "/",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
BORROWED = {"OptionList": "List", "Input": "Field", "QueryInput": "Filter"}
"""Names for parts that are Textual's own, or have no name of theirs."""
_OF_BORROWED = {
    "cursor_up": "a row up",
    "cursor_down": "a row down",
    "first": "first row",
    "last": "last row",
    "page_up": "a page up",
    "page_down": "a page down",
    "select": "choose",
    "submit": "go on",
}
"""What is worth telling of their keys, as our own are told."""
ALWAYS = (("tab, shift+tab", "next, previous field"), ("ctrl+c", "copy what is selected"), ("ctrl+q", "quit"))
"""Keys that are the same everywhere, with what they do: told once, at the end."""


def key_name(key: str) -> str:
    """What stands on the key that Textual calls `key`."""
    return _KEYS.get(key, key)


def key_does(binding: "Binding", *, ours: bool) -> str:
    """What a key does, in our words; nothing where one of Textual's own is not worth telling."""
    return binding.description if ours else _OF_BORROWED.get(binding.action, "")
