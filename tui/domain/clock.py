"""Time: aware UTC, from a clock that is handed in."""

from datetime import UTC, datetime, tzinfo
from typing import Protocol

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)
"""Times outside of these mean nothing ("0001-01-01", "9999-12-31"), and not every zone or sum can hold them."""


class Clock(Protocol):
    """What tells the time; tests hand in one they can turn."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


def clock_time(moment: datetime, zone: tzinfo | None) -> str:
    """The time of day to the second, in `zone` (None: this machine's): `18:24:05`."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def iso_z(moment: datetime) -> str:
    """Return `moment` as ISO 8601 in UTC with `Z`, to the second, or finer when it has a fraction."""
    utc = moment.astimezone(UTC)
    spec = "milliseconds" if utc.microsecond else "seconds"
    return utc.isoformat(timespec=spec).replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """Read an ISO 8601 time as aware UTC; a time without zone is taken as UTC.

    Raises ValueError, for a time out of range too.
    """
    moment = datetime.fromisoformat(text.strip())
    return checked_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def checked_time(moment: datetime) -> datetime:
    """Return an aware time in UTC; raises ValueError for one out of range."""
    # Compared first: converting one near the ends of the calendar raises OverflowError.
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("a time out of range")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
