"""Time: aware UTC, from a clock that is handed in."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time; tests hand in one they can turn."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


def iso_z(moment: datetime) -> str:
    """Return `moment` as ISO 8601 in UTC with `Z`, to the second, or finer when it has a fraction."""
    utc = moment.astimezone(UTC)
    spec = "milliseconds" if utc.microsecond else "seconds"
    return utc.isoformat(timespec=spec).replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """Read an ISO 8601 time as aware UTC; a time without zone is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is UTC:
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
