"""`billtop keys`: every key of the dashboard, made from the bindings themselves."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import pairs

if TYPE_CHECKING:
    from textual.dom import DOMNode


def run(options: Options, out: Output) -> ExitCode:
    """List the keys by the part of the screen they belong to."""
    from tui.screens.shared.key_text import ALWAYS

    told = _groups() | {"Always": [*ALWAYS]}
    lines = [line for title, keys in told.items() for line in (title, *(f"  {each}" for each in pairs(keys)), "")]
    out.result(
        {"items": [{"part": title, "keys": keys, "does": what} for title, own in told.items() for keys, what in own]},
        lines[:-1],
    )
    return ExitCode.DONE


def _groups() -> dict[str, list[tuple[str, str]]]:
    """Every part that has keys: the keys, those of one effect together, with what they do."""
    from textual.binding import Binding

    from tui.screens.shared.key_text import key_does, key_name

    groups: dict[str, dict[str, list[str]]] = {}
    for part in _parts():
        for each in Binding.make_bindings(vars(part).get("BINDINGS", ())):
            if what := key_does(each, ours=part.__module__.startswith("tui.")):
                keys = groups.setdefault(_title(part), {}).setdefault(what, [])
                if key_name(each.key) not in keys:
                    keys.append(key_name(each.key))
    return {title: [(", ".join(keys), what) for what, keys in effects.items()] for title, effects in groups.items()}


def _parts() -> "Iterator[type[DOMNode]]":
    """The app, its main screen, the views, what stands in them, the dialogs."""
    from textual.widget import Widget
    from textual.widgets import Input, OptionList

    import tui.screens
    import tui.widgets
    from tui.app.billing_app import BillingApp
    from tui.app.main_screen import MainScreen
    from tui.app.views import VIEWS, make_view
    from tui.screens.shared.dialog import Dialog

    for package in (tui.widgets, tui.screens):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    yield BillingApp
    yield MainScreen
    yield from (type(make_view(view.id)) for view in VIEWS)
    yield from (each for each in _below(Widget) if each.__module__.startswith("tui.widgets."))
    yield from (OptionList, Input)
    yield from _below(Dialog)


def _below(kind: "type[DOMNode]") -> "Iterator[type[DOMNode]]":
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _title(part: "type[DOMNode]") -> str:
    """What the part is called; a dialog without a title of its own goes by its name: `SavedFilters`, Saved filters."""
    from tui.screens.shared.key_text import BORROWED

    own: str | None = BORROWED.get(part.__name__) or vars(part).get("BINDING_GROUP_TITLE")
    if own is not None:
        return own
    words = re.findall("[A-Z][a-z]+", part.__name__.removesuffix("Dialog").removesuffix("View"))
    return " ".join(words).capitalize()
