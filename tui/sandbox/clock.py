"""The sandbox's own clock: real time plus an offset that tests move."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate


class Clock:
    """Real time plus an offset in seconds, so that an expiry is reached without waiting for it.

    The offset is kept by whoever owns the state; the clock only applies it.
    """

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def time(self) -> float:
        """Return Unix seconds on the sandbox's clock."""
        return time.time() + self.offset

    def epoch(self) -> int:
        """Return whole Unix seconds on the sandbox's clock."""
        return int(self.time())

    def now(self) -> datetime:
        """Return the sandbox's time as an aware UTC datetime."""
        return datetime.fromtimestamp(self.time(), UTC)

    def real(self) -> float:
        """Return Unix seconds of real time."""
        return time.time()

    def http_date(self) -> str:
        """Return the value of the HTTP `Date` header."""
        return formatdate(self.time(), usegmt=True)


def iso(epoch: int) -> str:
    """Write Unix seconds as ISO 8601 in UTC with `Z`, as the published examples do."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
