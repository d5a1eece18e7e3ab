"""Pays $25 once as billtop does and prints the outcome: a process that can be stopped and killed from outside.

`python -m tests.faults.paying_child URL FOLDER` with the patience of the fault tests.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.conftest import FixedClock
from tests.faults.rig import Payer, outcome


async def main(url: str, folder: str) -> None:
    """Pay and say how it ended."""
    clock = FixedClock(datetime.now(UTC).replace(microsecond=0))
    paid = await Payer(Path(folder), clock).pay(url, faulty=1)
    sys.stdout.write(outcome(paid))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
