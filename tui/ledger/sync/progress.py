"""How far the reading of a ledger has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class SyncState(StrEnum):
    """What a sync does at the moment."""

    READING = "reading"
    WAITING = "waiting"
    """For the provider's rate limit, or for another instance that reads the same ledger."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A moment of a sync."""

    state: SyncState
    rows: int
    """Rows in the store."""
    total: int | None = None
    """Rows the provider has; None where it does not count."""
    changed: int = 0
    """Rows that this sync added or brought up to date so far: what is shown is out of date when this grows."""
    left: timedelta | None = None
    """About how long it takes from here, within the rate limit; None when that cannot be known."""
    pace: int | None = None
    """Rows a second: what this sync has proven so far, pauses included, or less where the rate limit will not let it go
    on like that, so that it agrees with `left`; None before there is anything to tell."""
    until: datetime | None = None
    """When reading goes on, while waiting for the rate limit."""

    @property
    def done(self) -> bool:
        """Whether it is through."""
        return self.state is SyncState.DONE

    @property
    def part(self) -> float | None:
        """How much is there, from 0 to 1; None when that cannot be known."""
        if self.done:
            return 1.0
        return None if not self.total else min(1.0, self.rows / self.total)
