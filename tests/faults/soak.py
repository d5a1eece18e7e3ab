"""A dashboard on twenty accounts of which half are broken, refreshed again and again: does anything grow?

`python -m tests.faults.soak --minutes 10` prints what memory, descriptors and threads come to in a minute, and ends
with 1 when one of them climbs. Needs Linux's /proc.
"""

import argparse
import asyncio
import os
import sys
import threading
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

from tests.faults.half_broken import address, half_broken
from tui.account.registry import AccountRegistry
from tui.account.state import Snapshot
from tui.app.billing_app import BillingApp
from tui.cli.sources import ConfiguredAccount
from tui.config.accounts import make_account
from tui.domain import SystemClock

ACCOUNTS = 20
_WARM_UP = 0.25
"""The part of the run that is not judged: caches fill, modules load."""
_TELLING = 10
"""Seconds between two lines."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Sample(NamedTuple):
    """What the process holds at a moment."""

    seconds: float
    megabytes: float
    descriptors: float
    threads: float


MOST = Sample(0, megabytes=3, descriptors=2, threads=0.5)
"""What each may grow by in a minute of some thousand answers: an account at rest is asked twice in one."""


def sample(began: float) -> Sample:
    """Look at this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Sample(
        monotonic() - began, pages * _PAGE / 1e6, len(os.listdir("/proc/self/fd")), float(threading.active_count())
    )


def slope(seconds: Sequence[float], values: Sequence[float]) -> float:
    """What a value grows by in a minute: the median of the slopes between any two moments (Theil and Sen).

    Single moments do not tilt it, as they would a least-squares line.
    """
    pairs = combinations(zip(seconds, values, strict=True), 2)
    return 60 * median((later - value) / (then - at) for (at, value), (then, later) in pairs)


def slopes(samples: Sequence[Sample]) -> Sample:
    """What each value grows by in a minute after the warm-up; `seconds` is how long that was looked at."""
    judged = [each for each in samples if each.seconds >= samples[-1].seconds * _WARM_UP]
    seconds = [each.seconds for each in judged]
    grown = [slope(seconds, column) for column in list(zip(*judged, strict=True))[1:]]
    return Sample(seconds[-1] - seconds[0], *grown)


def sources(base: str) -> list[ConfiguredAccount]:
    """The accounts, of which every second one is broken."""
    made = (
        make_account(name=f"a{number}", provider="modelslab", base_url=address(base, number), token=f"t{number}" * 8)
        for number in range(ACCOUNTS)
    )
    return [ConfiguredAccount(each, read_only=False) for each in made]


def refresh_all(accounts: AccountRegistry) -> None:
    """Read every part of every account again."""
    accounts.refresh()
    for name in accounts.names:
        feed = accounts.account_session(name)
        assert feed is not None
        feed.refresh(*Snapshot.sections())


def at_rest(accounts: AccountRegistry) -> bool:
    """Whether all are connected and nothing is being read any more, but for what hangs."""
    seen = accounts.snapshots
    reading = sum(snapshot.part(section).reading for snapshot in seen for section in Snapshot.sections())
    return all(snapshot.account is not None for snapshot in seen) and reading <= len(Snapshot.sections())


async def soak(base: str, folder: Path, seconds: float, pace: float) -> list[Sample]:
    """Run a dashboard without a terminal and refresh all of it again and again; look at the process meanwhile.

    A refresh begins `pace` seconds after the one before is through: a machine that is busy soaks more slowly.
    """
    app = BillingApp(sources(base), folder / "payments.sqlite3", SystemClock())
    samples: list[Sample] = []
    async with app.run_test(size=(110, 32)):
        began, told = monotonic(), 0.0
        while monotonic() - began < seconds:
            refresh_all(app.accounts)
            await asyncio.sleep(pace)
            while not at_rest(app.accounts) and monotonic() - began < seconds:
                await asyncio.sleep(pace)
            samples.append(sample(began))
            if samples[-1].seconds - told >= _TELLING:
                told = samples[-1].seconds
                _print(samples[-1])
    return samples


def _print(now: Sample) -> None:
    held = f"{now.megabytes:7.1f} MB  {now.descriptors:4.0f} descriptors  {now.threads:3.0f} threads"
    sys.stdout.write(f"{now.seconds:6.0f} s  {held}\n")
    sys.stdout.flush()


def judged(grown: Sample) -> bool:
    """Print what each value grows by; return whether all of them stay level."""
    level = True
    sys.stdout.write(f"In {grown.seconds / 60:.1f} minutes after the warm-up, a minute:\n")
    for name in ("megabytes", "descriptors", "threads"):
        value, most = getattr(grown, name), getattr(MOST, name)
        level = level and value <= most
        sys.stdout.write(f"{name:12} {value:+8.2f}, at most {most:+.2f}{'' if value <= most else '  CLIMBS'}\n")
    return level


def main() -> int:
    """Soak, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="at least 2")
    parser.add_argument("--pace", type=float, default=1, help="seconds of rest after each refresh of everything")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, half_broken() as base:
        samples = asyncio.run(soak(base, Path(folder), options.minutes * 60, options.pace))
    return 0 if judged(slopes(samples)) else 1


if __name__ == "__main__":
    sys.exit(main())
