"""A dashboard's accounts, half of them broken, refreshed a few times.

`python -m tests.faults.soaking_child FOLDER` prints as JSON what the process held after the first rounds, and after
some more, once the collector came by.
"""

import asyncio
import gc
import json
import resource
import sys
from pathlib import Path
from time import monotonic
from types import CoroutineType, FrameType, TracebackType

from tests.faults.half_broken import half_broken
from tests.faults.soak import at_rest, refresh_all, sample, sources
from tui.account.registry import AccountRegistry
from tui.app.memory import give_back_large_pieces
from tui.domain import SystemClock

_FIRST, _MORE = 2, 2
"""Rounds: what a first one leaves behind is no leak."""
_KEPT = (BaseException, FrameType, TracebackType, CoroutineType, asyncio.Future)
"""What a reading leaves behind when something holds on to how it ended."""


def held() -> dict[str, float]:
    """What this process holds now."""
    gc.collect()
    now = sample(0)
    return {
        "megabytes": now.megabytes,
        "descriptors": now.descriptors,
        "threads": now.threads,
        "kept": sum(isinstance(each, _KEPT) for each in gc.get_objects()),
        "most megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


async def _rounds(accounts: AccountRegistry, count: int) -> None:
    for _ in range(count):
        for _ in range(2):  # somebody who is impatient
            refresh_all(accounts)
            await asyncio.sleep(0.1)
        ends = monotonic() + 30
        while not at_rest(accounts) and monotonic() < ends:
            await asyncio.sleep(0.1)


async def main(folder: Path) -> None:
    """Soak a little."""
    give_back_large_pieces()
    with half_broken() as base:
        accounts = AccountRegistry(
            sources(base),
            folder / "payments.sqlite3",
            SystemClock(),
            on_shown=lambda _: None,
            on_change=lambda: None,
            on_payment=lambda *_: None,
        )
        accounts.start()
        await _rounds(accounts, _FIRST)
        first = held()
        await _rounds(accounts, _MORE)
        sys.stdout.write(json.dumps([first, held()]))
        sys.stdout.flush()
        await accounts.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
