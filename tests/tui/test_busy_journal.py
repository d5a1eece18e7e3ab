"""A payments journal that another program keeps locked: the dashboard goes on, and nothing is sent unrecorded."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.tui.charging import DONE, ask, say_yes
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider
from tests.tui.looking import running_text, toasts, until
from tui.domain import IntentState
from tui.screens.payments.add_funds import AddFundsDialog

_FRAME_S = 0.016
_TICK_S = 0.004


@asynccontextmanager
async def lags() -> AsyncIterator[list[float]]:
    """Collect by how many seconds each tick of the event loop comes late."""
    late: list[float] = []
    loop = asyncio.get_running_loop()

    async def tick() -> None:
        while True:
            begun = loop.time()
            await asyncio.sleep(_TICK_S)
            late.append(loop.time() - begun - _TICK_S)

    ticking = asyncio.ensure_future(tick())
    yield late
    ticking.cancel()


async def test_a_locked_journal_holds_up_the_payment_and_neither_the_loop_nor_the_keys(
    make_app: MakeApp, provider: FakeProvider, tmp_path: Path
) -> None:
    provider.charge_answers = [DONE]
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot)
        with closing(sqlite3.connect(tmp_path / "payments.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await say_yes(pilot)
            await until(pilot, lambda: "Creating the payment…" in running_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: "The payment is being created." in toasts(app))
            async with lags() as late:
                await until(pilot, lambda: not app.account_session.paying)
            await until(pilot, lambda: "Not charged: the payments journal is busy." in running_text(app))
            other.execute("ROLLBACK")
        # A busy machine delays single ticks; a loop that waits for the lock is late by seconds.
        assert sum(each > _FRAME_S for each in late) <= len(late) / 10
        assert max(late) < 0.5
        assert isinstance(app.screen, AddFundsDialog)
        assert (provider.charges, app.snapshot.intents) == ([], ())
        await pilot.press("enter")
        await say_yes(pilot)
        await until(pilot, lambda: [each.state for each in app.snapshot.intents] == [IntentState.DONE])
    assert len(provider.charges) == 1
