"""Windows with the dashboard in them, and what must hold whenever one of them ends."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import account_of
from tests.conftest import Sandboxes
from tests.faults.window import BILLTOP, Window, window
from tui.config.locations import journal_file
from tui.sandbox.harness import RunningSandbox

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    """One account for all tests of a module."""
    return sandboxes(rows=50, seed=7, rate_limits=False)


@pytest.fixture
def environ(sandbox: RunningSandbox) -> Iterator[dict[str, str]]:
    """The account in the environment, as it was made."""
    sandbox.reset()
    yield account_of(sandbox)
    sandbox.clear_faults()


@pytest.fixture
def open_window(sandbox: RunningSandbox, environ: dict[str, str]) -> Iterator[OpenWindow]:
    """Open windows with `billtop` in them; afterwards no token stands in anything they painted."""
    opened: list[Window] = []
    with ExitStack() as stack:

        def open_one(*arguments: str, command: list[str] | None = None, **options: Any) -> Window:
            options["environ"] = {**environ, **options.get("environ", {})}
            opened.append(stack.enter_context(window([*(command or BILLTOP), *arguments], **options)))
            return opened[-1]

        yield open_one
    for each in opened:
        assert sandbox.token.encode() not in each.seen


def shown(opened: Window) -> Window:
    """Wait until the dashboard shows the account and has nothing more to paint."""
    opened.wait_for("SANDBOX", "$75.50", "Latest")
    opened.wait_till_quiet()
    return opened


def ended(opened: Window) -> int:
    """Wait for the end; the terminal was given back as it was. Return the exit code."""
    code = opened.end()
    assert opened.modes_left() == []
    assert "Traceback" not in opened.text, opened.text
    return code


def journal_state(path: Path | None = None) -> list[str]:
    """The states of all checkout sessions in the journal, which is whole."""
    with closing(sqlite3.connect(path or journal_file(), timeout=10)) as db:
        assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
        return [state for (state,) in db.execute("SELECT state FROM checkouts ORDER BY created_at")]
