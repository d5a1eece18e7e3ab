"""What response headers tell: when to come back, what time it is there."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

from tui.domain import LATEST, checked_time

LONGEST_WAIT = timedelta(hours=1)
"""No wait a server asks for is believed beyond this."""

_LAST_SECOND = int(LATEST.timestamp())
_LONGEST = 40
"""Characters of a number or date that is looked at."""


def read_limit_reset(headers: Mapping[str, str]) -> datetime | None:
    """When the count of requests starts again (`X-RateLimit-Reset`, Unix seconds at ModelsLab); None for garbage."""
    reset = _number(headers.get("x-ratelimit-reset", ""))
    return datetime.fromtimestamp(int(reset), UTC) if reset is not None and 0 < reset <= _LAST_SECOND else None


def read_retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read `Retry-After` in seconds or as a date relative to `now` (the server's time where known).

    Returns None for garbage; anything else lies between zero and LONGEST_WAIT.
    """
    text = headers.get("retry-after", "").strip()
    seconds = _number(text)
    if seconds is not None:
        return timedelta(seconds=float(min(max(seconds, Decimal(0)), Decimal(LONGEST_WAIT.total_seconds()))))
    until = http_date(text)
    return clamped(until - now) if until else None


def read_cookies(lines: Iterable[str]) -> dict[str, str]:
    """Read names and values of `Set-Cookie` lines as they are; nothing of when and where they are valid."""
    pairs = (line.partition(";")[0].partition("=") for line in lines)
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def clamped(wait: timedelta) -> timedelta:
    """Return `wait`, not below zero and not above LONGEST_WAIT."""
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _number(text: str) -> Decimal | None:
    if not text.strip().isascii() or len(text) > _LONGEST:
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < _LONGEST else None


def http_date(text: str) -> datetime | None:
    """Read a date of HTTP, to the second; None when it is missing or garbled."""
    if len(text) > _LONGEST:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return checked_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
