"""Makes screenshots/*.svg from the running demo: `python screenshots/make.py`.

The account, its history and the time are always the same, so a picture changes only when the program does.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from tui.app import BillingApp
from tui.cli.sources import ConfiguredAccount
from tui.config.accounts import make_account
from tui.sandbox.harness import RunningSandbox, start_sandbox

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 18, 24, 5, tzinfo=UTC)
THEMES = {"dark": "billtop-dark", "light": "billtop-light"}
SIZE = (120, 40)
VIEWS = {"overview": "1", "ledger": "2", "plans": "3", "invoices": "4", "cards": "5", "activity": "6"}


@dataclass
class FixedClock:
    """Always the same moment."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def app(sandbox: RunningSandbox, folder: Path, theme: str) -> BillingApp:
    account = make_account(
        name="work",
        provider="modelslab",
        base_url=sandbox.modelslab_url,
        token=sandbox.token,
        stripe_base_url=sandbox.stripe_url,
    )
    source = ConfiguredAccount(account, read_only=False)
    return BillingApp([source], folder / "payments.sqlite3", FixedClock(), zone=UTC, theme=theme)


async def settled(pilot: Pilot[int], *, until: str) -> None:
    """Wait until `until` stands on the screen."""
    for _ in range(200):
        await pilot.pause(0.05)
        if until in pilot.app.export_screenshot().replace("&#160;", " "):
            return
    raise SystemExit(f"{until!r} never came on the screen")


async def picture(sandbox: RunningSandbox, shade: str, folder: Path) -> None:
    """Photograph all views, then a payment link and what it looks like once paid."""
    shown = app(sandbox, folder, THEMES[shade])
    async with shown.run_test(size=SIZE) as pilot:
        await settled(pilot, until="renews")
        await pilot.press("f")
        await settled(pilot, until="Add funds")
        await pilot.press("5", "0")
        save(pilot, f"add-funds-{shade}")
        await pilot.press("enter")
        await settled(pilot, until="waiting for payment")
        await pilot.press("escape")
        for name, key in VIEWS.items():
            await pilot.press(key)
            await pilot.pause(0.4)
            save(pilot, f"{name}-{shade}")
    shown = app(sandbox, folder, THEMES[shade])
    async with shown.run_test(size=(120, 48)) as pilot:
        await settled(pilot, until="renews")
        await pilot.press("f")
        await settled(pilot, until="Add funds")
        await pilot.press("5", "0", "enter")
        await settled(pilot, until="waiting for payment")
        await pilot.pause(0.3)
        save(pilot, f"checkout-{shade}")


def save(pilot: Pilot[int], name: str) -> None:
    svg = pilot.app.export_screenshot(title="billtop")
    (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    with start_sandbox(seed=1, clock_at=NOW.isoformat()) as sandbox:
        for shade in THEMES:
            with tempfile.TemporaryDirectory() as folder:
                asyncio.run(picture(sandbox, shade, Path(folder)))
    print(f"pictures are in {HERE}")


if __name__ == "__main__":
    main()
