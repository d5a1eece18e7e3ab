"""`billtop keys`: every key of the dashboard and the command it belongs to, made from the commands themselves."""

from collections.abc import Iterator

from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import table


def run(options: Options, out: Output) -> ExitCode:
    """List the keys by the part of the screen they belong to; keys with one effect stand together."""
    from tui.screens.shared.key_text import ALWAYS

    told: dict[str, dict[str, tuple[list[str], list[str]]]] = {}
    for title, what, its_keys, name in _rows():
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
    out.result({"items": items}, lines[:-1])
    return ExitCode.DONE


def _rows() -> Iterator[tuple[str, str, list[str], str]]:
    """Part, what it does, its keys and its id for every command, then for the keys of Textual's own parts."""
    from textual.binding import Binding
    from textual.widgets import Input, OptionList

    from tui.app.keymap import own_commands, parts
    from tui.screens.shared.key_text import borrowed_key_does, part_title
    from tui.widgets.commands import UNBOUND, key_name

    for part in parts():
        for command in own_commands(part):
            yield (
                part_title(part),
                command.description,
                [key_name(key) for key in command.key.split(",") if key != UNBOUND],
                command.id or "",
            )
    for borrowed in (OptionList, Input):
        for binding in Binding.make_bindings(vars(borrowed)["BINDINGS"]):
            if what := borrowed_key_does(binding.action):
                yield part_title(borrowed), what, [key_name(binding.key)], ""
