"""A dashboard in a fresh process whose ledger is filtered; prints what the first keys cost its event loop, as JSON."""

import asyncio
import json
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from tests.conftest import NOW, FixedClock
from tests.tui.fake_provider import FakeProvider, FakeSource, transactions
from tests.tui.looking import settled
from tests.tui.reading import at_rest
from tui.app.billing_app import BillingApp


class ImportSpy(MetaPathFinder):
    """Notes which thread imports the parser library; finds nothing itself."""

    threads: set[str]

    def __init__(self) -> None:
        self.threads = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take a note."""
        if fullname.partition(".")[0] == "lark":
            self.threads.add("loop" if threading.current_thread() is threading.main_thread() else "another")
        return None


class LagMeter:
    """The longest the event loop worked in one go: its own CPU time, as others use this machine too."""

    def __init__(self) -> None:
        self.worst_ms = 0.0

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            began = time.thread_time()
            await asyncio.sleep(0.001)
            self.worst_ms = max(self.worst_ms, 1000 * (time.thread_time() - began))


async def main() -> None:
    """Type a query and measure."""
    spy, meter = ImportSpy(), LagMeter()
    sys.meta_path.insert(0, spy)
    provider = FakeProvider()
    provider.rows = transactions(300)
    lags = []
    with tempfile.TemporaryDirectory() as folder:
        app = BillingApp([FakeSource(provider)], Path(folder) / "payments.sqlite3", FixedClock(NOW), zone=UTC)
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("2")
            await at_rest(pilot)
            measuring = asyncio.ensure_future(meter.run())
            for key in ("slash", "t", "y"):
                meter.worst_ms = 0
                await pilot.press(key)
                await at_rest(pilot)
                lags.append(meter.worst_ms)
            measuring.cancel()
    sys.stdout.write(json.dumps({"lags_ms": lags, "threads": sorted(spy.threads)}))


if __name__ == "__main__":
    asyncio.run(main())
