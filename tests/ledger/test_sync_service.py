"""A ledger that is read again and again, while the reading before is still being given up."""

import asyncio
import gc
from pathlib import Path

from tests.conftest import FixedClock
from tests.ledger.rows import history
from tests.ledger.server import Server
from tui.account.ledger_sync import LedgerSyncService
from tui.config.accounts import make_account
from tui.domain import TransactionPage
from tui.providers.base import TransactionQuery


class Held(Server):
    """Answers nothing until it is let go, and takes its time to be given up."""

    def __init__(self, count: int) -> None:
        super().__init__(history(count))
        self.go = asyncio.Event()
        self.reading = 0
        self.most_reading = 0

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        self.reading += 1
        self.most_reading = max(self.most_reading, self.reading)
        try:
            await self.go.wait()
            return await super().transactions(query)
        except asyncio.CancelledError:
            for _ in range(50):
                await asyncio.sleep(0)
            raise
        finally:
            self.reading -= 1


async def test_an_impatient_reader_reads_once_at_a_time_and_keeps_nothing(tmp_path: Path, clock: FixedClock) -> None:
    account = make_account(name="a", provider="modelslab", base_url="http://127.0.0.1:9", token="t" * 20).ref
    here = asyncio.Event()
    feed = LedgerSyncService(
        tmp_path / "payments.sqlite3",
        clock,
        lambda part: here.set() if part.value is not None and part.value.held == 5 else None,
    )
    server = Held(5)
    feed.refresh(account, server)
    async with asyncio.timeout(60):
        for turns in range(1, 16):
            while not server.reading:
                await asyncio.sleep(0.001)  # it is a thread that lets it begin
            for _ in range(4):
                feed.refresh(account, server)
                for _ in range(turns):
                    await asyncio.sleep(0)
        gc.collect()  # what other tests left behind is not kept by this one
        kept = [each for each in gc.get_objects() if isinstance(each, TransactionQuery)]
        server.go.set()
        await here.wait()
    assert len(kept) <= 4, "readings that were given up are kept, each with the one before it"
    before = asyncio.all_tasks()
    await feed.close()
    assert server.most_reading <= 2, "the newest page is read beside the first, and no second reading beside those"
    assert server.reading == 0
    assert asyncio.all_tasks() <= before
