"""Reading a ledger: what connections gain, what a page and the event loop pay: `python -m tests.benchmarks.sync`."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from tests.benchmarks.peers import installed
from tests.benchmarks.report import interleaved, ratio
from tui.config.accounts import make_account
from tui.domain import SystemClock, TransactionPage
from tui.ledger.store.store import LedgerStore
from tui.ledger.sync import pages
from tui.ledger.sync.sync import LedgerSync
from tui.providers.base import HasLedger, Provider, TransactionQuery, having
from tui.providers.connect import connect

ROWS, ROWS_OF_CPU = 24_000, 20_000
_TICK = 0.001
_RAW = """
import asyncio, sys
from time import process_time
import httpx

async def bring(url, rows):
    async with httpx.AsyncClient(base_url=url) as client:
        for offset in range(0, rows, 200):
            await client.get("/wallet/transactions", params={"limit": "200", "offset": str(offset)})

for _ in range(2):
    began = process_time()
    asyncio.run(bring(sys.argv[1], int(sys.argv[2])))
    took = process_time() - began
print(took / (int(sys.argv[2]) / 200))
"""
_ONE_TO_ALL = round(1 / 6.5, 3)
"""Eight connections have to be 6.5 times as fast as one; turned round, as gates are upper bounds."""


class Unhurried:
    """A ledger without its rate limit: read as fast as it goes."""

    def __init__(self, ledger: HasLedger) -> None:
        self.page_size = ledger.page_size
        self._ledger = ledger

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        """Read one page."""
        return await self._ledger.transactions(query)


@contextmanager
def serving(rows: int, delay: float) -> Iterator[str]:
    """A server of its own process; gives its address."""
    command = [sys.executable, "-m", "tests.benchmarks.pages", str(rows), str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


async def _read(provider: Provider, path: Path, *, ticks: bool) -> tuple[float, float, list[float]]:
    """Sync into a new store; return the seconds, those of the processor, and how late the loop's ticks came."""
    late: list[float] = []

    async def tick() -> None:
        while ticks:
            began = perf_counter()
            await asyncio.sleep(_TICK)
            late.append(perf_counter() - began - _TICK)

    store = LedgerStore(path, "fp")
    began, cpu = perf_counter(), process_time()
    ticking = asyncio.ensure_future(tick())
    try:
        await LedgerSync(Unhurried(having(provider, HasLedger)), store, SystemClock()).run()
        return perf_counter() - began, process_time() - cpu, late
    finally:
        ticking.cancel()
        store.close()
        await provider.aclose()


def synced(url: str, connections: int = pages.CONNECTIONS, *, ticks: bool = False) -> tuple[float, float, list[float]]:
    """Sync with some connections; what it returns is what `_read` does."""
    provider = connect(make_account(name="b", provider="modelslab", base_url=url, token="1|b"), SystemClock())
    usual, pages.CONNECTIONS = pages.CONNECTIONS, connections
    try:
        with TemporaryDirectory() as folder:
            return asyncio.run(_read(provider, Path(folder) / "ledger.sqlite3", ticks=ticks))
    finally:
        pages.CONNECTIONS = usual


def seconds(url: str, connections: int) -> float:
    """Seconds a sync takes."""
    return synced(url, connections)[0]


def page_cpu(url: str) -> float:
    """Seconds of processor time a page costs from the request to the store."""
    return synced(url)[1] / (ROWS_OF_CPU / 195)


def raw_cpu(python: str, url: str) -> float:
    """Seconds of processor time httpx takes to bring the same page, and nothing more, when it is warm."""
    command = [python, "-c", _RAW, url, str(ROWS_OF_CPU)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def lag(url: str) -> float:
    """How late the event loop is in the worst of a hundred moments while a ledger is read flat out."""
    return quantiles(synced(url, ticks=True)[2], n=100)[98]


def main() -> None:
    """Measure and print."""
    with ExitStack() as running:
        far = running.enter_context(serving(ROWS, 0.1))
        near = running.enter_context(serving(ROWS_OF_CPU, 0.0))
        plain = installed("httpx")
        found = interleaved(
            {
                "one connection": partial(seconds, far, 1),
                "all connections": partial(seconds, far, pages.CONNECTIONS),
                "page": partial(page_cpu, near),
                "helped raw page": partial(raw_cpu, sys.executable, near),
                **({"raw page": partial(raw_cpu, str(Path(plain).with_name("python")), near)} if plain else {}),
                "lag": partial(lag, near),
            }
        )
    ratio("P15", "sync, 8 connections / 1, 100 ms away", found["all connections"], found["one connection"], _ONE_TO_ALL)
    if "raw page" in found:
        ratio("P16", "processor time of a page of 200 rows / httpx alone", found["page"], found["raw page"], 3.5)
    # sniffio is ours: httpx does without, and spends a quarter of its time looking for it.
    ratio("", "the same / httpx alone, with sniffio beside it", found["page"], found["helped raw page"], None)
    ratio("P17", "the loop's lag while reading flat out, 99 of 100 / 16 ms", found["lag"], 0.016, 1)


if __name__ == "__main__":
    main()
