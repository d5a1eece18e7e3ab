"""Filters over a million rows, against the sqlite3 shell and VisiData: `python -m tests.benchmarks.filters`."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from statistics import quantiles
from time import perf_counter

from tests.benchmarks.peers import FOLDER, LARGE, visidata
from tests.benchmarks.report import interleaved, ratio
from tests.benchmarks.store import make_store
from tui.ledger.query.query import parse
from tui.ledger.results.result import NEWEST_FIRST, SortBy, SortOrder
from tui.ledger.results.window import FIRST_ROWS, LedgerWindow, ResultWindow
from tui.ledger.store.store import LedgerStore

FILTERS = ("type:debit", "-since:30d", "amount:>=1", "image", "usecase:image amount:>=5")
RARE = "qqq"
_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_TICK = 0.001


async def _everything(view: ResultWindow) -> None:
    """Counted, added up, and every row can be gone to."""
    await view.found()
    await view.rows((await view.totals()).count - 40, 40)


async def _first(view: ResultWindow) -> None:
    await view.first(FIRST_ROWS)


class Bench:
    """A ledger of a million rows, looked into as the dashboard does."""

    def __init__(self) -> None:
        path = FOLDER / "filters.sqlite3"
        make_store(path, "bench", LARGE)
        self.store = LedgerStore(path, "bench")

    def seconds(
        self, text: str, wanted: Callable[[ResultWindow], Awaitable[None]], order: SortOrder = NEWEST_FIRST
    ) -> float:
        """Seconds from the query to what is wanted of its result."""
        return asyncio.run(self._look(text, wanted, order))[0]

    def lag(self, text: str) -> float:
        """How late the event loop is in the worst of a hundred moments while a query is answered."""
        late = [each for _ in range(3) for each in asyncio.run(self._look(text, _everything, NEWEST_FIRST))[1]]
        return quantiles(late, n=100)[98]

    async def _look(
        self, text: str, wanted: Callable[[ResultWindow], Awaitable[None]], order: SortOrder
    ) -> tuple[float, list[float]]:
        late: list[float] = []

        async def tick() -> None:
            while True:
                began = perf_counter()
                await asyncio.sleep(_TICK)
                late.append(perf_counter() - began - _TICK)

        query = parse(text, _NOW)
        assert query.error is None
        window, ticking = LedgerWindow(self.store), asyncio.ensure_future(tick())
        await asyncio.sleep(10 * _TICK)
        began = perf_counter()
        await wanted(window.open(query, order))
        took = perf_counter() - began
        ticking.cancel()
        await window.close()
        return took, late

    def shell(self) -> float:
        """Seconds the sqlite3 shell takes to count the rows of a rare text."""
        like = f"id LIKE '%{RARE}%' OR reference LIKE '%{RARE}%'"
        began = perf_counter()
        subprocess.run(
            ["sqlite3", str(self.store.path), f"SELECT count(*) FROM tx WHERE {like}"], check=True, capture_output=True
        )
        return perf_counter() - began


def visidata_seconds() -> float | None:
    """Seconds VisiData takes to select the rows with a text in one column and to open them; None where it is not."""
    start = visidata(LARGE)
    if start is None:
        sys.stdout.write("     VisiData is not installed and left out\n")
        return None
    with start() as terminal:
        terminal.until(f"{LARGE} rows [1/1]")
        terminal.settle()
        for _ in range(4):
            terminal.press(b"l")
        terminal.press(b"|")
        began = perf_counter()
        terminal.send(b"image\r")
        terminal.until("selected 1")
        selected = perf_counter() - began
        terminal.settle()
        began = perf_counter()
        terminal.send(b'"')
        terminal.until(lambda text: "dup-selected" in text and "000000 rows" not in text)
        return selected + perf_counter() - began


def main() -> None:
    """Measure and print."""
    peer = visidata_seconds()
    bench = Bench()
    found = interleaved(
        {
            **{text: partial(bench.seconds, text, _everything) for text in FILTERS},
            "first": partial(bench.seconds, "image", _first),
            "amount": partial(bench.seconds, "", _first, SortOrder(SortBy.AMOUNT)),
            "rare": partial(bench.seconds, RARE, _first),
            "shell": bench.shell,
            "lag": partial(bench.lag, "amount:>=1"),
        }
    )
    for text in FILTERS:
        if peer is not None:
            ratio("P9", f"{text}: count, sums, all rows / VisiData", found[text], peer, 0.10)
    ratio("P10", "first rows of a text / 50 ms", found["first"], 0.05, 1)
    ratio("P10", "first rows of a rare text / its count in the sqlite3 shell", found["rare"], found["shell"], 1.6)
    ratio("P10", "the loop's lag meanwhile, 99 of 100 / 16 ms", found["lag"], 0.016, 1)
    ratio("--", "first rows by amount / 50 ms", found["amount"], 0.05, 3)


if __name__ == "__main__":
    main()
