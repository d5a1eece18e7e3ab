"""`billtop keys`: every key of the dashboard, made from the bindings themselves."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import pairs

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.dom import DOMNode

_NAMES = {"question_mark": "?", "escape": "esc", "slash": "/", "pagedown": "page down", "pageup": "page up"}
_ALWAYS = [("tab, shift+tab", "next, previous field"), ("ctrl+c", "copy what is selected"), ("ctrl+q", "quit")]


def run(options: Options, out: Output) -> ExitCode:
    """List the keys by the part of the screen they belong to."""
    groups: dict[str, dict[str, str]] = {}
    for part in _parts():
        groups.setdefault(_title(part), {}).update(_keys(vars(part).get("BINDINGS", ())))
    groups["Always"] = dict(_ALWAYS)
    told = {title: keys for title, keys in groups.items() if keys}
    lines = [
        line for title, keys in told.items() for line in (title, *(f"  {each}" for each in pairs([*keys.items()])), "")
    ]
    out.result(
        {
            "items": [
                {"part": title, "keys": keys, "does": what} for title, own in told.items() for keys, what in own.items()
            ]
        },
        lines[:-1],
    )
    return ExitCode.DONE


def _parts() -> "Iterator[type[DOMNode]]":
    """The app, its main screen, the views, the tables, the dialogs."""
    import tui.screens.dialogs
    from tui.app import BillingApp
    from tui.screens.dialogs.dialog import Dialog
    from tui.screens.main import MainScreen
    from tui.screens.views import VIEWS, make_view

    yield BillingApp
    yield MainScreen
    yield from (type(make_view(view.id)) for view in VIEWS)
    for module in iter_modules(tui.screens.dialogs.__path__):
        import_module(f"tui.screens.dialogs.{module.name}")
    yield from _below(Dialog)


def _below(kind: "type[DOMNode]") -> "Iterator[type[DOMNode]]":
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _title(part: "type[DOMNode]") -> str:
    """What the part is called; a dialog without a title of its own goes by its name: `SavedFilters`, Saved filters."""
    own: str | None = vars(part).get("BINDING_GROUP_TITLE")
    if own is not None:
        return own
    words = re.findall("[A-Z][a-z]+", part.__name__.removesuffix("Dialog").removesuffix("View"))
    return " ".join(words).capitalize()


def _keys(bindings: "Iterable[BindingType]") -> dict[str, str]:
    """Keys with what they do, those of one action together."""
    from textual.binding import Binding

    actions: dict[str, list[str]] = {}
    for each in Binding.make_bindings(bindings):
        if each.description:
            actions.setdefault(each.description, []).append(_NAMES.get(each.key, each.key))
    return {", ".join(keys): what for what, keys in actions.items()}
