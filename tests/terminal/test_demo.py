"""`billtop demo` in a real terminal: every screen, at every size, and a clean goodbye."""

from pathlib import Path

import pytest

from tests.terminal.tmux import BILLTOP, needs_tmux, terminal

pytestmark = [pytest.mark.terminal, needs_tmux]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (200, 50)])
def test_all_screens_and_quit(tmp_path: Path, columns: int, rows: int) -> None:
    with terminal(f"{BILLTOP} demo --seed 7", tmp_path, columns=columns, rows=rows) as term:
        term.wait_for("SANDBOX", "ModelsLab", "credited", "Spend", seconds=60)
        screens = {
            "2": ("debit", "success"),
            "3": ("current", "monthly"),
            "4": ("paid",),
            "5": ("4242", "default"),
            "6": ("No payment links",),
            "1": ("credited",),
        }
        for key, expected in screens.items():
            term.press(key)
            shown = term.wait_for(*expected)
            assert len(shown.splitlines()) <= rows
        term.press("?")
        term.wait_for("Everywhere", "redraw")
        term.back("1 Overview")
        term.type("2/typo\x15usecasx\x7fe:video\rs")  # all at once, as a slow link delivers it
        term.wait_for("Saved filters", "“usecase:video”")
        term.back("/ usecase:video")
        term.press("q")
        term.wait_for("exit status: 0")


def test_resizing_below_the_floor_and_back_loses_nothing(tmp_path: Path) -> None:
    with terminal(f"{BILLTOP} demo", tmp_path, columns=120, rows=40) as term:
        term.wait_for("credited", "Spend", seconds=60)
        term.press("f")
        term.wait_for("Add funds")
        term.type("37.5")
        term.wait_for("37.5")
        term.resize(40, 12)
        term.wait_for("60 x 20")
        for columns, rows in ((1, 1), (500, 100), (80, 24)):
            term.resize(columns, rows)
        term.wait_for("37.5")
        term.back("1 Overview")
        term.press("q")
        term.wait_for("exit status: 0")
