"""keymap.toml: other keys for commands, by their ids, and what in the file cannot be used.

[keys]
"ledger.export" = "E"                  # the key as it is typed, or Textual's name: "?", "question_mark", "ctrl+e", "f5"
"table.down" = ["down", "j", "n"]
"app.redraw" = []                      # no key
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, format_key
from textual.screen import Screen

import tui.app.main_screen
import tui.app.navigation
import tui.screens
import tui.widgets
from tui.config.toml_file import BadFile, line_of, read_toml
from tui.domain.redaction import is_plain_word
from tui.screens.shared.dialog import Dialog
from tui.screens.shared.view import View
from tui.widgets.commands import UNBOUND, Command, key_name

_LARGEST = 64_000
"""Bytes of the file; one with every command has 5,000."""
_LONGEST_KEY = 24
"""Characters of a key's name that an error repeats: what is longer may be a secret in the wrong place."""
_MODIFIERS = {"alt", "ctrl", "hyper", "meta", "shift", "super"}
_SPELLINGS = {"esc": "escape", "return": "enter", "del": "delete", "pgup": "pageup", "pgdn": "pagedown"}
_SPELLINGS |= {"page up": "pageup", "page down": "pagedown", " ": "space", ",": "comma"}
_NAMED = {each.value for each in Keys if each.value.isalnum()}
_SENT_AS = {"ctrl+i": "tab", "ctrl+m": "enter"}
"""What a terminal sends for two keys is the same."""
_MEET = [{"everywhere"}, {"everywhere", "view"}, {"everywhere", "table"}, {"view", "table"}, {"dialog", "table"}]
"""Kinds of parts whose keys work at the same time."""


@dataclass(frozen=True, slots=True)
class Known:
    """A command, and the classes that have it."""

    command: Command
    owners: tuple[type[DOMNode], ...]

    @property
    def keys(self) -> set[str]:
        """Its own keys."""
        return set(self.command.key.split(",")) - {UNBOUND}

    def meets(self, other: "Known") -> bool:
        """Whether both can be used at once; those that share a key already take turns, or one goes first."""
        return not self.keys & other.keys and any(_meet(mine, its) for mine in self.owners for its in other.owners)


@dataclass(frozen=True, slots=True)
class Keymap:
    """What Textual's keymap is set to, and what could not be used, each with its line."""

    keys: Mapping[str, str]
    problems: tuple[str, ...] = ()

    def keys_of(self, command: Command) -> list[str]:
        """The names of the keys a command really has."""
        keys = self.keys.get(command.id or "", command.key).split(",")
        return [key_name(key) for key in keys if key != UNBOUND]


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


def all_commands() -> Mapping[str, Known]:
    """Every command by its id."""
    owners: dict[str, list[type[DOMNode]]] = {}
    commands: dict[str, Command] = {}
    for part in parts():
        for each in own_commands(part):
            commands.setdefault(each.id or "", each)
            owners.setdefault(each.id or "", []).append(part)
    return {name: Known(each, tuple(owners[name])) for name, each in commands.items()}


def load_keymap(path: Path) -> Keymap:
    """Read the file and keep what can be used; it reads and imports, so it is not for the event loop."""
    try:
        file = read_toml(path, _LARGEST)
    except FileNotFoundError:
        return Keymap({})
    except BadFile as bad:
        return Keymap({}, (str(bad),))
    known, wanted, problems = all_commands(), dict[str, list[str]](), list[tuple[str, str]]()
    entries = {".".join(place[1:]): (place, value) for place, value in _entries((), file.data)}
    for name, (place, value) in entries.items():
        keys, problem = _keys(name, value, known) if place[0] == "keys" else (None, "only the table [keys] is read")
        if problem:
            problems.append((name, problem))
        if keys is not None:
            wanted[name] = keys
    while clash := _first_clash(wanted, known):
        name, key, other = clash
        line = line_of(file.text, entries[other][0]) if other in wanted else None
        whose = f"{other} ({known[other].command.description}{f', line {line}' if line else ''})"
        problems.append((name, f"{name} cannot have {key_name(key)}: {whose} has it at the same time"))
        del wanted[name]
    problems.sort(key=lambda problem: list(entries).index(problem[0]))
    return Keymap(_for_textual(wanted, known), tuple(str(file.bad(what, *entries[name][0])) for name, what in problems))


def key_of(written: str) -> str | None:
    """Textual's name of a key as people write it; None where it is no key."""
    head, plus, base = written.rpartition("+")
    if not base:
        head, base = head.removesuffix("+"), plus
    modifiers = sorted(head.lower().split("+")) if head else []
    name = _SPELLINGS.get(base.lower(), base.lower())
    character = base if len(base) == 1 else format_key(name)
    if set(modifiers) - _MODIFIERS or not character.isprintable():
        return None
    if name not in _NAMED:
        if len(character) != 1 or (modifiers == ["shift"] and not character.isalpha()):
            # What stands above a sign on a key is the keyboard's affair.
            return None
        if modifiers == ["shift"]:
            modifiers, character = [], character.upper()
        elif modifiers:
            character = character.lower()
        name = _SPELLINGS.get(character) or next(iter(Binding.make_bindings([(character, "")]))).key
    key = "+".join([*modifiers, name])
    return _SENT_AS.get(key, key)


def _entries(place: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """The values in a table, and where each is: an id without quotes is a table in a table."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _entries((*place, key), each)
    else:
        yield place, value


def _keys(name: str, value: object, known: Mapping[str, Known]) -> tuple[list[str] | None, str | None]:
    """The keys a command is to have, None for its own, and what is wrong with what the file says."""
    if name not in known:
        if not all(map(is_plain_word, name.split("."))):
            return None, "this is not the id of a command"
        near = get_close_matches(name, known, 1)
        return None, f"unknown command {name}{f'; did you mean {near[0]}?' if near else ''}"
    written = value if isinstance(value, list) else [value]
    keys = {each: key_of(each) for each in map(str, written)}
    bad = [each for each, key in keys.items() if key is None]
    good = [key for key in keys.values() if key is not None]
    shown = ", ".join(each if len(each) <= _LONGEST_KEY else "this" for each in bad)
    problem = f"{name}: {shown} is not the name of a key" if bad else None
    return (None if bad and not good else good), problem


def _first_clash(wanted: dict[str, list[str]], known: Mapping[str, Known]) -> tuple[str, str, str] | None:
    """The last entry that gives a key away which another command has at the same time: id, key, id of the other."""
    taken = {name: set(wanted[name]) if name in wanted else each.keys for name, each in known.items()}
    for name in reversed(wanted):
        for key in wanted[name]:
            for other, keys in taken.items():
                if other != name and key in keys and known[name].meets(known[other]):
                    return name, key, other
    return None


def _for_textual(wanted: Mapping[str, list[str]], known: Mapping[str, Known]) -> dict[str, str]:
    """The keymap for `App.set_keymap`.

    Textual takes a key away from every command that has it, not from the one that gets another alone: the others are
    given their own keys once more.
    """
    freed = {key for name in wanted for key in known[name].command.key.split(",")}
    shared = {name: each.command.key for name, each in known.items() if freed & set(each.command.key.split(","))}
    return shared | {name: ",".join(keys) or UNBOUND for name, keys in wanted.items()}


def _meet(mine: type[DOMNode], its: type[DOMNode]) -> bool:
    """Whether keys of two classes can work at the same time."""
    related = mine.__module__ == its.__module__ or issubclass(mine, its) or issubclass(its, mine)
    return related or {_kind(mine), _kind(its)} in _MEET


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
