"""Every command of the dashboard, by the part of the screen that has it."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

import tui.app.main_screen
import tui.app.navigation
import tui.screens
import tui.widgets
from tui.screens.shared.dialog import Dialog
from tui.screens.shared.view import View
from tui.widgets.commands import Command


def parts() -> list[type[DOMNode]]:
    """Every class with commands of its own: what is everywhere, views, tables, parts of them, dialogs."""
    for package in (tui.widgets, tui.screens):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    order = ["everywhere", "view", "table", "part", "dialog"]
    return sorted(filter(own_commands, dict.fromkeys(_below(DOMNode))), key=lambda part: order.index(_kind(part)))


def own_commands(part: type[DOMNode]) -> list[Command]:
    """The commands that a class has and its bases have not."""
    return [each for each in vars(part).get("BINDINGS", ()) if isinstance(each, Command)]


def _kind(part: type[DOMNode]) -> str:
    if issubclass(part, View):
        return "view"
    if issubclass(part, Dialog):
        return "dialog"
    if issubclass(part, App | Screen):
        return "everywhere"
    return "table" if part.BINDING_GROUP_TITLE == "Table" else "part"


def _below(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
