"""What every test starts from: an environment without surprises, folders of its own, a clock that stands still."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tui.sandbox.harness import RunningSandbox, start_sandbox

Sandboxes = Callable[..., RunningSandbox]
"""Hands out a sandbox with these options, as it was made."""

NOW = datetime(2026, 11, 20, 18, 24, 5, tzinfo=UTC)
"""The moment every fixed clock starts at: a Friday."""

_UNWANTED = ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "TMUX", "COLORTERM", "DISPLAY", "WAYLAND_DISPLAY")
_UNWANTED_PREFIXES = ("TEXTUAL", "BILLTOP_")
_KEPT = "TEXTUAL_SNAPSHOT_TEMPDIR"
"""Where the snapshot plugin keeps its pictures; it concerns no app."""

_REAL_MACHINE = ("tests/terminal/", "tests/browser/", "tests/faults/")
"""Tests of a program in a real terminal: when its processes get to run is the machine's affair."""


def pytest_xdist_auto_num_workers() -> int:
    """Run two tests a core: most wait for a process, a server or a pause of Textual's pilot half of their time."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a test of a real terminal once more when a wait for its screen ran out; the summary tells that it was.

    Nothing else is tried again, least of all what counts charges.
    """
    for item in items:
        if item.nodeid.startswith(_REAL_MACHINE):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=r"Failed: waited \d+ s for"))


def pytest_collection_finish() -> None:
    """Take what is imported and collected for good: the collector went through all of it for a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Take away what would change a picture or reach out, and redirect every folder of the user."""
    for name in set(os.environ) - {_KEPT}:
        if name in _UNWANTED or name.startswith(_UNWANTED_PREFIXES) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still at NOW."""
    return FixedClock()


@pytest.fixture(scope="session")
def sandboxes() -> Iterator[Sandboxes]:
    """One sandbox for each set of options, until all tests have run: to start one takes a second of a processor."""
    running: dict[frozenset[tuple[str, object]], RunningSandbox] = {}
    with ExitStack() as until_end:

        def give(**options: Any) -> RunningSandbox:
            known = running.get(key := frozenset(options.items()))
            if known is None:
                known = running[key] = until_end.enter_context(start_sandbox(**options))
            else:
                known.reset()
            return known

        yield give
