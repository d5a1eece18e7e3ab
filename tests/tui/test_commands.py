"""Commands: one entry is key, footer, help, palette and `billtop keys`; the keymap gives them other keys."""

import json
import re
from datetime import UTC
from pathlib import Path
from typing import ClassVar

import pytest
from textual.actions import parse
from textual.binding import BindingsMap, BindingType

from tests.conftest import FixedClock
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource
from tests.tui.looking import running_text, settled, until
from tests.tui.reading import press, screen_lines, toasts
from tui.app.billing_app import BillingApp
from tui.app.keymap import Keymap, key_of, load_keymap, own_commands, parts
from tui.app.main_screen import MainScreen
from tui.app.navigation import Navigation
from tui.cli import main
from tui.config.locations import keymap_file
from tui.screens.ledger.export_dialog import ExportDialog
from tui.screens.payments.charge import ChargeDialog
from tui.screens.shared.help import HelpDialog
from tui.widgets.commands import HasCommands, command

KEYMAP = """\
[keys]
"ledger.export" = "E"
"ledger.saved" = ["e", "f55"]
"ledger.exprot" = "x"
"app.refresh" = "shift+f55"
"ledger.go-to-date" = "f"
"app.redraw" = []
"app.quit" = ["q", "ctrl+x"]
view.ledger = "L"
"cards.copy" = "C"
"cards.make-default" = "C"
"charge.look" = "K"
"table.down" = 4
[colors]
accent = "#ffffff"
"""


def write_keymap(text: str) -> Path:
    path = keymap_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


class WavingApp(BillingApp):
    """The dashboard with one command more."""

    waved = False
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "app.wave",
            "u",
            "wave",
            "Say hello",
            synonyms=("Greet",),
            why_not=lambda app: "You have waved already." if app.waved else None,
        )
    ]

    def action_wave(self) -> None:
        self.waved = True
        self.say("Hello.")


@pytest.mark.parametrize(("keymap", "key"), [("", "u"), ('[keys]\n"app.wave" = ["W", "f5"]\n', "W")])
async def test_one_entry_is_key_footer_help_palette_and_list(
    provider: FakeProvider,
    clock: FixedClock,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    keymap: str,
    key: str,
) -> None:
    if keymap:
        write_keymap(keymap)
    app = WavingApp([FakeSource(provider)], tmp_path / "payments.sqlite3", clock, zone=UTC)
    async with app.run_test(size=(140, 50)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: f"{key} wave" in screen_lines(app)[-1])
        offered = {each.title: each for each in app.get_system_commands(app.screen)}
        assert offered["Wave"].help == f"Say hello ({key})"
        assert not offered["Greet: Wave"].discover
        await press(pilot, *(["u"] if keymap else []), "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpDialog))
        assert ("W, f5 wave" if keymap else "u wave") in running_text(app)
        await press(pilot, "escape", key)
        assert toasts(app) == ["Hello."]

        # It cannot be used now: every place says why.
        await press(pilot, key)
        assert toasts(app) == ["Hello.", "You have waved already."]
        await pilot.click(offset=(screen_lines(app)[-1].index("wave"), 49))
        await until(pilot, lambda: toasts(app)[1:] == ["You have waved already."] * 2)
        offered = {each.title: each for each in app.get_system_commands(app.screen)}
        assert offered["Wave"].help == "Not now: You have waved already."
        await press(pilot, "question_mark")
        await until(pilot, lambda: "You have waved already." in running_text(app))
    assert main(["keys", "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    shown = "W, f5" if keymap else "u"
    assert {"part": "Everywhere", "keys": shown, "does": "wave", "commands": ["app.wave"]} in items


async def test_the_keymap_is_used_as_far_as_it_can_be_and_what_cannot_is_named_by_line(
    make_app: MakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_keymap(KEYMAP)
    keymap = load_keymap(path)
    wrong = {
        3: "ledger.saved: f55 is not the name of a key",
        4: "unknown command ledger.exprot; did you mean ledger.export?",
        5: "app.refresh: shift+f55 is not the name of a key",
        6: "ledger.go-to-date cannot have f: app.add-funds (add funds) has it at the same time",
        11: "cards.make-default cannot have C: cards.copy (copy card id, line 10) has it at the same time",
        13: "table.down cannot have 4: view.invoices (Invoices) has it at the same time",
        15: "only the table [keys] is read",
    }
    assert keymap.problems == tuple(f"{path}, line {line}: {what}." for line, what in wrong.items())

    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: toasts(app) != [])
        assert "more: billtop keys" in toasts(app)[0]
        await press(pilot, "L")
        await until(pilot, lambda: "E export" in screen_lines(app)[-1])
        assert "L Ledger" in screen_lines(app)[1]
        assert "e saved filters" in screen_lines(app)[-1]
        assert "g go to date" in screen_lines(app)[-1]
        offered = {each.title: each.help for each in app.get_system_commands(app.screen)}
        assert offered["Redraw"] == "Redraw what another program wrote over"
        await press(pilot, "question_mark")
        await until(pilot, lambda: "E export" in running_text(app) and "q, ctrl+x quit" in running_text(app))
        assert "redraw" not in running_text(app)
        await press(pilot, "escape", "E")
        await until(pilot, lambda: isinstance(app.screen, ExportDialog))

    assert main(["keys"]) == 0
    told = capsys.readouterr()
    assert "  E       export             ledger.export" in told.out
    assert re.search("no key +redraw +app.redraw", told.out)
    assert f"{path}, line 4: unknown command ledger.exprot" in told.err
    main(["doctor", "--offline"])
    assert (
        "line 13: table.down cannot have 4: view.invoices (Invoices) has it at the same time" in capsys.readouterr().out
    )


def test_a_key_that_several_commands_share_is_taken_from_the_one_alone() -> None:
    bindings = BindingsMap(ChargeDialog.BINDINGS)
    bindings.apply_keymap(load_keymap(write_keymap(KEYMAP)).keys)
    actions = {key: {each.action for each in bound} for key, bound in bindings.key_to_bindings.items()}
    assert actions["K"] == {"look"}
    assert actions["enter"] == {"other_card", "try_again", "link", "done"}
    assert actions["l"] == {"link"}
    assert actions["escape"] == {"decide_later", "close"}


@pytest.mark.parametrize("text", ["[keys\n", "\xff", 'keys = "E"\n', '"sk_live_4eC39HqLyjWDarjtT1zdp7dc" = "E"\n'])
def test_a_file_that_is_no_keymap_changes_nothing_and_is_named(text: str) -> None:
    path = keymap_file()
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="latin-1")
    path.chmod(0o600)
    keymap = load_keymap(path)
    assert not keymap.keys
    assert [each.startswith(f"{path}, line 1: ") for each in keymap.problems] == [True]
    assert "sk_live" not in keymap.problems[0]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("E", "E"),
        ("e", "e"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("/", "slash"),
        ("ctrl+e", "ctrl+e"),
        ("Ctrl+E", "ctrl+e"),
        ("shift+e", "E"),
        ("shift+tab", "shift+tab"),
        ("shift+/", None),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("F5", "f5"),
        ("esc", "escape"),
        ("page down", "pagedown"),
        ("space", "space"),
        (" ", "space"),
        (",", "comma"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("ctrl+m", "enter"),
        ("ä", "ä"),
        ("", None),
        ("f55", None),
        ("ctrl+", "ctrl+plus"),
        ("control+e", None),
        ("\x1b", None),
        ("nonsense", None),
    ],
)
def test_keys_are_named_as_people_write_them(written: str, key: str | None) -> None:
    assert key_of(written) == key


def test_the_readme_lists_the_keys_of_every_screen() -> None:
    commands = [each for part in (MainScreen, Navigation) for each in own_commands(part) if Keymap({}).keys_of(each)]
    views, rest = (
        [each for each in commands if (each.id or "").startswith("view.") is wanted] for wanted in (True, False)
    )
    keys = {each: f"`{key}`" for each in commands for key in Keymap({}).keys_of(each)}
    shown = dict.fromkeys(keys[each] for each in views)
    row = f"| {' '.join(shown)} | {', '.join(each.description for each in views)} | show a view |"
    rows = [row, *(f"| {keys[each]} | {each.description} | {each.tooltip} |" for each in rest)]
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert "\n".join(["| key | command | |", "|---|---|---|", *rows, ""]) in readme


def test_every_command_has_an_id_a_method_and_a_node_that_asks_its_conditions() -> None:
    for part in parts():
        for each in own_commands(part):
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", each.id or ""), each
            namespace, action, _ = parse(each.action)
            if namespace != "screen":
                owner = BillingApp if namespace == "app" or issubclass(BillingApp, part) else part
                assert callable(getattr(owner, f"action_{action}", None)), each
            assert issubclass(part, HasCommands) or not (each.when or each.why_not), each
