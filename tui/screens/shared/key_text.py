"""How the parts of the screen that keys belong to are called, and what the keys of Textual's own parts do."""

import re

from textual.dom import DOMNode

_BORROWED = {"OptionList": "List", "Input": "Field", "QueryInput": "Filter"}
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
"""What is worth telling of their keys, by action, as our own are told."""
ALWAYS = (("tab, shift+tab", "next, previous field"), ("ctrl+c", "copy what is selected"), ("ctrl+q", "quit"))
"""Keys that are the same everywhere, with what they do: told once, at the end."""


def borrowed_key_does(action: str) -> str:
    """What a key of one of Textual's own parts does; nothing where it is not worth telling."""
    return _OF_BORROWED.get(action, "")


def part_title(part: type[DOMNode]) -> str:
    """What a part is called; one without a title of its own goes by its name: `SavedFilters`, Saved filters."""
    for base in part.__mro__:
        own: str | None = _BORROWED.get(base.__name__) or vars(base).get("BINDING_GROUP_TITLE")
        if own is not None:
            return own
        if "BINDINGS" in vars(base):
            break
    words = re.findall("[A-Z][a-z]+", base.__name__.removesuffix("Dialog").removesuffix("View"))
    return " ".join(words).capitalize()
