"""Commands: what a key does, declared once for the binding, the footer, `?`, the palette and `billtop keys`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.keys import format_key

UNBOUND = "unbound"
"""The key of a command that has none: no terminal sends it, and a keymap can put another in its place."""
_KEYS = {"enter": "enter", "delete": "delete", "pagedown": "page down", "pageup": "page up"}
"""Names that Textual would shorten, or draw."""


@dataclass(frozen=True)
class Command(Binding):
    """An entry of a node's BINDINGS; `id` is its name in keymap.toml, `tooltip` a sentence on what it does.

    A command with a tooltip is in the palette, too. The functions below are called with the node.
    """

    title: str = ""
    """Its name in the palette, where the description would not do there."""
    synonyms: tuple[str, ...] = ()
    """Other names by which the palette finds it."""
    when: Callable[[Any], bool] | None = None
    """Whether it is offered; its key is free for another command where it is not."""
    why_not: Callable[[Any], str | None] | None = None
    """Why it cannot be used now, to the person; None when it can."""
    listed: Callable[[Any], bool] | None = None
    """Whether `?` and the palette name it; its key works all the same."""
    always: bool = False
    """Whether the footer shows it however narrow the terminal is."""


def command(
    id: str,  # noqa: A002 - Textual's name
    keys: str,
    label: str,
    help: str = "",  # noqa: A002 - the sentence
    *,
    action: str | None = None,
    show: bool = True,
    **more: Any,
) -> Command:
    """An entry of BINDINGS; its action is the last part of its id unless given, `more` are other fields of Command."""
    action = action or id.rpartition(".")[2].replace("-", "_")
    return Command(keys, action, label, show and keys != UNBOUND, id=id, tooltip=help, **more)


ROW_COMMANDS = (
    command("table.up", "up,k", "a row up", action="move(-1)", show=False),
    command("table.down", "down,j", "a row down", action="move(1)", show=False),
    command("table.page-up", "pageup", "a page up", action="page(-1)", show=False),
    command("table.page-down", "pagedown,space", "a page down", action="page(1)", show=False),
    command("table.last", "end,G", "last row", action="jump(-1)", show=False),
)
"""What tables share; the keys of the first row differ."""


class HasCommands:
    """The base of every node whose BINDINGS has commands with conditions; it stands before Textual's class."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether the command is offered."""
        called = _command(self, f"{action}({', '.join(map(repr, parameters))})" if parameters else action)
        return called is None or called.when is None or called.when(self)

    def why_not(self, action: str) -> str | None:
        """Why a command cannot be used now; None when it can."""
        called = _command(self, action)
        return called.why_not(self) if called is not None and called.why_not is not None else None

    def tell_why_not(self, reason: str) -> bool:
        """Show the reason in a place of the node's own; False leaves it to a toast."""
        return False


@cache
def commands_of(kind: type) -> Mapping[str, Command]:
    """The commands of a class of nodes by their ids, inherited ones first."""
    tables = [vars(base).get("BINDINGS", ()) for base in reversed(kind.__mro__)]
    return {each.id: each for table in tables for each in table if isinstance(each, Command) and each.id}


@cache
def _by_action(kind: type) -> Mapping[str, Command]:
    return {each.action: each for each in commands_of(kind).values()}


def _command(node: Any, action: str) -> Command | None:
    return _by_action(node.__class__).get(action)


def command_of(active: ActiveBinding) -> Command | None:
    """The command behind a key that works now; None for one of Textual's own bindings."""
    return commands_of(type(active.node)).get(active.binding.id or "")


def is_listed(command: Command, node: DOMNode) -> bool:
    """Whether `?` and the palette name a command of `node`."""
    return command.listed is None or command.listed(node)


def key_name(key: str) -> str:
    """What is printed on the key that Textual calls `key`."""
    return _KEYS.get(key) or format_key(key)
