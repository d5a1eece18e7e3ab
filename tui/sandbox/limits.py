"""Rate limits as the framework behind the provider counts them: a fixed window that opens with the first call."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.clock import Clock
from tui.sandbox.contract import Bucket

WINDOW = 60


@dataclass
class _Window:
    opened: int
    hits: int = 0


@dataclass(frozen=True)
class Verdict:
    """What one call met: whether it may pass, what is left, when the window ends (Unix seconds), seconds to wait."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int

    def headers(self) -> dict[str, str]:
        """Return the headers every answer carries; `Retry-After` only with a refusal."""
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }
        if not self.allowed:
            headers["Retry-After"] = str(self.retry_after)
        return headers


class Limiter:
    """Counts calls per bucket and caller, on the sandbox's clock; when `enabled` is off it counts but refuses none."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[tuple[Bucket, str], _Window] = {}
        self.enabled = True

    def clear(self) -> None:
        """Forget every count."""
        self._windows.clear()

    def hit(self, bucket: Bucket, caller: str) -> Verdict:
        """Count one call and say whether it may pass."""
        now = self._clock.epoch()
        window = self._windows.get((bucket, caller))
        if window is None or not window.opened <= now < window.opened + WINDOW:
            window = self._windows[bucket, caller] = _Window(now)
        allowed = window.hits < bucket.limit or not self.enabled
        window.hits += 1
        reset = window.opened + WINDOW
        return Verdict(allowed, bucket.limit, max(0, bucket.limit - window.hits), reset, max(1, reset - now))
