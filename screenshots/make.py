"""Makes screenshots/*.svg from the running demo: `python screenshots/make.py`.

The account, its history and the time are always the same, so a picture changes only when the program does.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from tui.app.billing_app import BillingApp
from tui.cli.sources import ConfiguredAccount
from tui.config.accounts import make_account
from tui.sandbox.harness import RunningSandbox, start_sandbox

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 18, 24, 5, tzinfo=UTC)
THEMES = {"dark": "billtop-dark", "light": "billtop-light"}
SIZE = (120, 40)
VIEWS = {
    "overview": ("1", "Latest"),
    "ledger": ("2", "2,600 transactions"),
    "plans": ("3", "37 plans"),
    "invoices": ("4", "18 invoices"),
    "cards": ("5", "Billed to"),
    "activity": ("6", "waiting"),
    "insights": ("7", "Spend by day"),
    "accounts": ("0", "needs you"),
}
"""Each view's key, and what stands on it once it is there."""


@dataclass
class FixedClock:
    """Always the same moment."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def app(sandbox: RunningSandbox, folder: Path, theme: str) -> BillingApp:
    accounts = [
        make_account(
            name="studio",
            provider="modelslab",
            base_url=sandbox.modelslab_url,
            token=sandbox.token,
            stripe_base_url=sandbox.stripe_url,
        ),
        make_account(name="scraper", provider="olostep", base_url=sandbox.olostep_url, token=sandbox.olostep_token),
        make_account(
            name="shop",
            provider="product-factory",
            base_url=sandbox.product_factory_url,
            token=sandbox.product_factory_token,
        ),
    ]
    sources = [ConfiguredAccount(account, read_only=False) for account in accounts]
    return BillingApp(sources, folder / "payments.sqlite3", FixedClock(), zone=UTC, theme=theme)


async def settled(pilot: Pilot[int], *, until: str) -> None:
    """Wait until `until` stands on the screen."""
    for _ in range(200):
        await pilot.pause(0.05)
        if until in pilot.app.export_screenshot().replace("&#160;", " "):
            return
    raise SystemExit(f"{until!r} never came on the screen")


async def picture(sandbox: RunningSandbox, shade: str, folder: Path) -> None:
    """Photograph all views, another account, and a payment link."""
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
        for name, (key, words) in VIEWS.items():
            await pilot.press(key)
            await settled(pilot, until=words)
            await pilot.pause(0.4)
            save(pilot, f"{name}-{shade}")
        await pilot.press("down", "enter")
        await settled(pilot, until="expire in")
        save(pilot, f"credits-{shade}")
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
