"""`billtop keys`: every key of the dashboard and the command it belongs to, made from the commands themselves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import table
from tui.config.locations import keymap_file

if TYPE_CHECKING:
    from tui.app.keymap import Keymap


def run(options: Options, out: Output) -> ExitCode:
    """List the keys by the part of the screen they belong to; keys with one effect stand together."""
    from tui.app.keymap import load_keymap
    from tui.screens.shared.key_text import ALWAYS

    keymap = load_keymap(keymap_file())
    out.say(*keymap.problems)
    told: dict[str, dict[str, tuple[list[str], list[str]]]] = {}
    for title, what, its_keys, name in _rows(keymap):
        keys, ids = told.setdefault(title, {}).setdefault(what, ([], []))
        keys += [key for key in its_keys if key not in keys]
        ids += [name] if name and name not in ids else []
    items = [
        {"part": title, "keys": ", ".join(keys), "does": what, "commands": ids}
        for title, effects in told.items()
        for what, (keys, ids) in effects.items()
    ]
    items += [{"part": "Always", "keys": keys, "does": what, "commands": []} for keys, what in ALWAYS]
    lines: list[str] = []
    for title in dict.fromkeys(str(each["part"]) for each in items):
        own = [each for each in items if each["part"] == title]
        rows = [(f"  {each['keys'] or 'no key'}", str(each["does"]), ", ".join(each["commands"])) for each in own]
        lines += [*table((title, "", ""), rows), ""]
    out.result({"items": items}, [*lines, f"Other keys for commands: {keymap_file()}"])
    return ExitCode.DONE


def _rows(keymap: "Keymap") -> Iterator[tuple[str, str, list[str], str]]:
    """Part, what it does, its keys and its id for every command, then for the keys of Textual's own parts."""
    from textual.binding import Binding
    from textual.widgets import Input, OptionList

    from tui.app.keymap import own_commands, parts
    from tui.screens.shared.key_text import borrowed_key_does, part_title
    from tui.widgets.commands import key_name

    for part in parts():
        for command in own_commands(part):
            yield part_title(part), command.description, keymap.keys_of(command), command.id or ""
    for borrowed in (OptionList, Input):
        for binding in Binding.make_bindings(vars(borrowed)["BINDINGS"]):
            if what := borrowed_key_does(binding.action):
                yield part_title(borrowed), what, [key_name(binding.key)], ""
