"""The ledger of a real server, which adds rows and settles others between any two pages."""

import asyncio
from datetime import UTC
from pathlib import Path

import pytest

from tests.conftest import Sandboxes
from tests.ledger.rows import newest
from tui.config.accounts import make_account
from tui.domain import AccountRef, SystemClock, Transaction, TransactionPage
from tui.ledger.query.query import EVERYTHING
from tui.ledger.results.result import NEWEST_FIRST, Selection
from tui.ledger.results.totals import totals
from tui.ledger.store.store import LedgerStore
from tui.ledger.sync.sync import LedgerSync
from tui.providers.base import HasLedger, Provider, TransactionQuery, having
from tui.providers.connect import connect
from tui.sandbox.harness import RunningSandbox


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=450, seed=7, rate_limits=False)


class Busy:
    """The server's pages, 50 rows each, with something happening on the server before each of the first few."""

    page_size = 50

    def __init__(self, sandbox: RunningSandbox, provider: Provider, *, settles: bool) -> None:
        self.account: AccountRef = provider.account
        self._sandbox = sandbox
        self._ledger = having(provider, HasLedger)
        self._settles = settles
        self._pending: list[int] = []
        self._left = 12

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        if self._left:
            self._left -= 1
            await asyncio.to_thread(self._happen)
        return await self._ledger.transactions(query)

    def _happen(self) -> None:
        status = "pending" if self._settles else "success"
        self._pending += self._sandbox.add_transactions(count=7, amount_cents=42, status=status)
        while self._settles and len(self._pending) > 20:
            self._sandbox.settle(self._pending.pop(0), "success" if len(self._pending) % 2 else "failed")


async def all_of(provider: Provider) -> tuple[Transaction, ...]:
    ledger, total = having(provider, HasLedger), 1
    rows: list[Transaction] = []
    while len(rows) < total:
        page = await ledger.transactions(TransactionQuery(limit=200, offset=len(rows)))
        rows += page.items
        total = page.total or 0
    return tuple(rows)


@pytest.mark.parametrize("settles", [False, True], ids=["rows arrive", "statuses change"])
async def test_the_copy_ends_with_exactly_the_servers_rows(
    sandbox: RunningSandbox, tmp_path: Path, settles: bool
) -> None:
    config = make_account(name="t", provider="modelslab", base_url=sandbox.modelslab_url, token=sandbox.token)
    provider = connect(config, SystemClock())
    store = LedgerStore(tmp_path / "ledger.sqlite3", "fp", UTC)
    busy = Busy(sandbox, provider, settles=settles)
    await LedgerSync(busy, store, SystemClock()).run()
    await LedgerSync(busy, store, SystemClock()).run()
    wanted = await all_of(provider)
    assert len(wanted) > 500
    assert newest(store, 10_000) == wanted
    assert Selection(EVERYTHING, NEWEST_FIRST).totals(store.connection) == totals(wanted)
    store.close()
    await provider.aclose()
