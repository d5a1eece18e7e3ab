"""What is imported when: a start pays only for what it uses, and the terminal framework stays in its layers."""

import subprocess
import sys

import pytest

NETWORK = ("httpx", "pydantic", "qrcode", "PIL", "keyring", "importlib.metadata", "markdown_it", "fastapi", "lark")
LATER = (
    "argparse",
    "webbrowser",
    "tui.domain.intents",
    "tui.domain.payments",
    "tui.account.payments",
    "tui.screens.shared.change",
    "tui.app.keymap",
)
"""What is made when it is first asked for."""
FIRST_PAINT = """
import asyncio, sys, tempfile
from pathlib import Path
from tui.app.billing_app import BillingApp
from tui.domain import Mode, SafeText, SystemClock
from tui.providers.errors import NotSent

class Never:
    name, provider_title, mode = SafeText("work"), "ModelsLab", Mode.LIVE
    theme = low_balance = fingerprint = None
    def connect(self):
        raise NotSent(SafeText("not now"))
    def close(self):
        pass

async def main():
    app = BillingApp([Never()], Path(tempfile.mkdtemp()) / "payments.sqlite3", SystemClock())
    async with app.run_test(size=(120, 40)):
        return

asyncio.run(main())
"""


def imported_by(code: str, *modules: str) -> list[str]:
    """Which of `modules` are loaded after `code` ran in a fresh interpreter."""
    report = f"\nimport sys\nprint(*(each for each in {modules!r} if each in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.split()


def test_the_command_line_starts_without_framework_and_network() -> None:
    assert imported_by("import tui.cli", "textual", "rich", "httpx", "pydantic", "sqlite3", "asyncio") == []


@pytest.mark.parametrize(
    "module",
    [
        "tui.domain",
        "tui.providers.base",
        "tui.providers.errors",
        "tui.payments.checkouts.poller",
        "tui.payments.checkouts.links",
        "tui.ledger.insights.insights",
        "tui.ledger.query.query",
        "tui.config.accounts",
        "tui.config.themes",
        "tui.account.session",
        "tui.account.state",
        "tui.qr.cells",
    ],
)
def test_nothing_below_the_screens_needs_the_terminal_framework(module: str) -> None:
    assert imported_by(f"import {module}", "textual", "rich") == []


def test_the_dashboard_is_imported_without_the_network_side() -> None:
    assert imported_by("import tui.app.billing_app", *NETWORK) == []


def test_the_first_paint_needs_nothing_of_the_network_side() -> None:
    assert imported_by(FIRST_PAINT, *NETWORK) == []


def test_starting_the_dashboard_imports_nothing_that_only_other_commands_and_dialogs_need() -> None:
    assert imported_by("import tui.cli.dashboard, tui.app.billing_app, tui.screens.overview.view", *LATER) == []
