"""The dashboard without a terminal: opened on an account, refreshed, every view walked through by keys."""

import asyncio
import traceback
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from textual.pilot import Pilot

from tests.faults.mutations.scenarios import Act, Scenario
from tests.faults.mutations.stage import Ran, Stage
from tests.tui.looking import settled
from tests.tui.reading import screen_text
from tui.account.state import Snapshot
from tui.app.billing_app import BillingApp
from tui.cli.sources import ConfiguredAccount
from tui.domain import SystemClock

SERVES = 20
"""Mutations one start of a dashboard serves; the first of them meets it while it starts."""
_VIEWS = "2345679"
"""Keys of views after the first; one that an account does not have does nothing."""


@dataclass
class Dashboard:
    """A running app and the loop it lives on, which runs only while something is asked of it."""

    app: BillingApp
    served: int = 0
    seen: list[str] = field(default_factory=list)
    """What stood on the screen."""

    def __post_init__(self) -> None:
        self._runner = asyncio.Runner()
        self._open: AbstractAsyncContextManager[Pilot[Any]] = self.app.run_test(size=(100, 30))
        self._pilot = self._runner.run(self._open.__aenter__())

    def walk(self) -> None:
        """Refresh, look at every view and open what is in it. Raises AssertionError when it does not answer keys."""
        self.served += 1
        self.seen.clear()
        self._runner.run(self._walk())

    async def _walk(self) -> None:
        await self._press("1")
        self.app.account_session.refresh(*Snapshot.sections())
        await settled(self._pilot)
        self._look()
        for key in _VIEWS:
            await self._press(key)
            self._look()
            await self._press("enter")
            self._look()
            await self._home()
        await self._press("question_mark")
        self._look()
        assert len(self.app.screen_stack) > 1, "the help does not open"
        await self._home()

    async def _home(self) -> None:
        for _ in range(4):
            if len(self.app.screen_stack) == 1:
                return
            await self._press("escape")
        raise AssertionError(f"esc does not close: {screen_text(self.app)[:300]}")

    async def _press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self._pilot.pause()
        if self.app._exception is not None:  # Textual tells of it only when the app has ended
            raise self.app._exception
        assert self.app.is_running, "it ended"

    def _look(self) -> None:
        self.seen.append(screen_text(self.app))

    def close(self) -> None:
        """End the app; what broke it is raised by then at the latest."""
        try:
            self._runner.run(self._open.__aexit__(None, None, None))
        finally:
            self._runner.close()


_running: dict[str, Dashboard] = {}


def _dashboard(account: str) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        ran = Ran()
        stage.begin()
        try:
            shown = _running.get(account)
            if shown is None:
                source = ConfiguredAccount(stage.config(account), read_only=False)
                journal = Path(mkdtemp(dir=stage.folder)) / "payments.sqlite3"
                shown = _running[account] = Dashboard(BillingApp([source], journal, SystemClock(), zone=UTC))
            shown.walk()
            ran.out = "\n".join(shown.seen)
            if shown.served >= SERVES:
                _running.pop(account).close()
        except BaseException:
            ran.crash = traceback.format_exc(limit=-4)
            _drop(account)
        return ran

    return act


def _drop(account: str) -> None:
    shown = _running.pop(account, None)
    if shown is not None:
        with suppress(BaseException):
            shown.close()


VIEWS = (
    Scenario("views-modelslab", _dashboard("modelslab"), batch=SERVES),
    Scenario("views-olostep", _dashboard("olostep"), batch=SERVES),
    Scenario("views-shop", _dashboard("shop"), batch=SERVES),
)
