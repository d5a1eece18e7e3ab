"""Adding, testing and removing accounts in the dashboard, and one of the demo's providers going away."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.conftest import FixedClock
from tests.tui.fake_provider import FakeProvider, FakeSource
from tests.tui.looking import running_text
from tests.tui.reading import press, screen_lines, screen_text
from tui.account.registry import AccountRegistry
from tui.account.state import Snapshot
from tui.account.store import AccountDraft
from tui.app.billing_app import BillingApp
from tui.cli.connection import all_accounts
from tui.cli.demo_accounts import DemoSandbox, demo_accounts
from tui.cli.sources import ConfiguredAccount
from tui.cli.stored_accounts import StoredAccounts
from tui.config.accounts import ConfigurationError
from tui.config.locations import accounts_file, tokens_directory
from tui.domain import SystemClock
from tui.sandbox.harness import RunningSandbox
from tui.screens.accounts.switcher import AccountsDialog

SECONDS = 60
"""How long a server on this machine may take at most."""


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoSandbox]:
    sandbox = DemoSandbox(rows=120, seed=3)
    yield sandbox
    sandbox.close()


@pytest.fixture
def sandbox(demo: DemoSandbox) -> Iterator[RunningSandbox]:
    running = demo.running()
    yield running
    running.clear_faults()


async def in_time(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    """Wait for what a thread or the sandbox has to do first."""
    async with asyncio.timeout(SECONDS):
        while not condition():
            await pilot.pause()
    await pilot.pause()


async def test_an_account_is_added_tested_changed_and_removed(
    sandbox: RunningSandbox, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    first = FakeSource(FakeProvider())
    app = BillingApp([first], tmp_path / "payments.sqlite3", clock, zone=UTC, account_store=StoredAccounts())
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "a", "n")
        await press(pilot, *"lab", "tab", "right", "tab")
        app.screen.query_one("#address", Input).insert_text_at_cursor(sandbox.olostep_url)
        token = app.screen.query_one("#token", Input)
        token.insert_text_at_cursor("ol_wrong_key")
        await press(pilot, "enter")
        await in_time(pilot, lambda: "Nothing was kept." in running_text(app))
        assert not accounts_file().exists()

        token.clear()
        token.insert_text_at_cursor(sandbox.olostep_token)
        assert sandbox.olostep_token not in screen_text(app)
        await press(pilot, "enter")
        await in_time(pilot, lambda: "Keep the token in a file?" in running_text(app))
        await press(pilot, "right", "enter")
        await in_time(pilot, lambda: isinstance(app.screen, AccountsDialog))
        assert "lab is kept." in running_text(app)
        assert [path.read_text().splitlines()[0] for path in tokens_directory().iterdir()] == [sandbox.olostep_token]
        assert sandbox.olostep_token not in accounts_file().read_text()

        await press(pilot, "t")
        await in_time(pilot, lambda: "lab works: " in running_text(app))
        await press(pilot, "e")
        currency = app.screen.query_one("#currency", Input)
        currency.insert_text_at_cursor("e1")
        await press(pilot, "enter")
        await in_time(pilot, lambda: "The currency must be three letters" in running_text(app))
        currency.value = "eur"
        await press(pilot, "enter")
        await in_time(pilot, lambda: isinstance(app.screen, AccountsDialog))
        stored = StoredAccounts().stored("lab")
        assert stored is not None
        assert stored.currency == "EUR"

        await press(pilot, "enter")
        await in_time(pilot, lambda: "lab · Olostep" in screen_lines(app)[0])
        await in_time(pilot, lambda: "credits" in screen_lines(app)[0])

        await press(pilot, "a", "d")
        await in_time(pilot, lambda: "Remove lab (Olostep, SANDBOX)?" in running_text(app))
        await press(pilot, "right", "enter")
        await in_time(pilot, lambda: "lab is removed." in running_text(app))
        assert list(tokens_directory().iterdir()) == []
        await press(pilot, "d")
        assert "It is the only account" in running_text(app)
        await press(pilot, "escape")
        await in_time(pilot, lambda: "work · ModelsLab" in screen_lines(app)[0])


async def test_a_changed_address_is_told_and_confirmed_or_refused_while_the_others_work(
    sandbox: RunningSandbox, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    account_store = StoredAccounts()
    draft = AccountDraft("lab", "olostep", sandbox.olostep_url)
    await asyncio.to_thread(account_store.add, draft, sandbox.olostep_token, in_file=True)
    # The same server under another name is another host.
    moved = sandbox.origin.replace("127.0.0.1", "localhost")
    accounts_file().write_text(accounts_file().read_text().replace(sandbox.origin, moved))
    sources = [ConfiguredAccount(each, read_only=False) for each in all_accounts()[0]]
    app = BillingApp(
        [*sources, FakeSource(FakeProvider())],
        tmp_path / "payments.sqlite3",
        clock,
        zone=UTC,
        account_store=account_store,
    )
    question = "Use lab at the new address?"
    async with app.run_test(size=(110, 30)) as pilot:
        await in_time(pilot, lambda: "Press a, then c, to confirm or refuse" in running_text(app))
        assert f"stored for {sandbox.origin} and would now go to {moved}. Nothing was sent." in running_text(app)
        await press(pilot, "a")
        assert "c confirm address" in screen_lines(app)[-1]
        await in_time(pilot, lambda: "$75.50" in running_text(app))
        await press(pilot, "down")
        assert "c confirm address" not in screen_lines(app)[-1]
        await press(pilot, "up", "c")
        assert question in running_text(app)
        await press(pilot, "enter")
        assert "Nothing was sent. Restore the address of lab" in running_text(app)
        with pytest.raises(ConfigurationError, match="would now go to"):
            await asyncio.to_thread(account_store.test, "lab")
        await press(pilot, "c", "right", "enter")
        await in_time(pilot, lambda: "lab uses the new address." in running_text(app))
        await press(pilot, "escape")
        await in_time(pilot, lambda: "credits" in screen_lines(app)[0])
    assert "available" in await asyncio.to_thread(account_store.test, "lab")


async def test_pulling_one_providers_plug_leaves_the_others_live(
    demo: DemoSandbox, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    moved = asyncio.Event()
    accounts = AccountRegistry(
        demo_accounts(demo),
        tmp_path / "payments.sqlite3",
        SystemClock(),
        on_shown=lambda snapshot: None,
        on_change=moved.set,
        on_payment=lambda payment, snapshot: None,
    )

    async def each(holds: Callable[..., bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not all(map(holds, accounts.snapshots)):
                moved.clear()
                await moved.wait()

    def broken(snapshot: Snapshot) -> bool:
        return snapshot.balance.error is not None

    accounts.start()
    try:
        await each(lambda snapshot: snapshot.wallet is not None and not snapshot.balance.reading)
        assert {snapshot.provider_title for snapshot in accounts.snapshots} == {
            "ModelsLab",
            "Olostep",
            "Product Factory",
        }
        for victim, base in (
            ("scraper", sandbox.olostep_url),
            ("studio", sandbox.modelslab_url),
            ("shop", sandbox.product_factory_url),
        ):
            sandbox.fault(f"{urlsplit(base).path}*", drop=True, times=None)
            before = [snapshot.balance.as_of for snapshot in accounts.snapshots]
            accounts.refresh()
            await each(lambda snapshot, old=before: broken(snapshot) or snapshot.balance.as_of not in old)
            await each(lambda snapshot: not snapshot.balance.reading)
            assert [str(snapshot.name) for snapshot in accounts.snapshots if broken(snapshot)] == [victim]
            sandbox.clear_faults()
            accounts.refresh()
            await each(lambda snapshot: not broken(snapshot) and not snapshot.balance.reading)
    finally:
        await accounts.close()
