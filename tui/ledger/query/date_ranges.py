"""Days and moments as people type them: 2026-02-01, 2026-02, today, monday, 30d, 2w."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

RELATIVE = ("today", "yesterday", "7d", "30d", "2w", "3m", "1y", "24h")
"""What completion offers where a day is asked for."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_AGO = re.compile(r"([0-9]{1,5})([hdwmy])")
_YEAR_OR_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local days in a row, or a single moment."""

    first: date | None = None
    last: date | None = None
    """The last day, included."""
    moment: datetime | None = None
    """Aware, UTC; the days are None then."""

    def begins(self, zone: tzinfo | None) -> datetime:
        """The first moment of it, UTC."""
        return self.moment or midnight(self.first or date.min, zone)

    def ends(self, zone: tzinfo | None) -> datetime:
        """The first moment after it, UTC; a moment ends where it begins."""
        return self.moment or midnight((self.last or date.min) + timedelta(days=1), zone)


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """The moment a local day begins, UTC; `zone` None is the local zone. Raises ValueError, OverflowError."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def read_moment(text: str, now: datetime, zone: tzinfo | None) -> DateRange | None:
    """Read days or a moment, seen from `now`; None for what is neither.

    `3d` is the day three days ago, whole; a name of a day is the latest such day, today included; `2h` is a moment.
    """
    word = text.strip().lower()
    try:
        today = now.astimezone(zone).date()
        return _named(word, today) or _ago(word, today, now) or read_month(word, today) or _dated(text.strip(), zone)
    except (ValueError, OverflowError):
        return None


def read_month(text: str, today: date) -> DateRange | None:
    """Read a month (2026-01, january: the latest one) or a year (2026); None for what is neither. Raises ValueError."""
    word = text.strip().lower()
    if numbers := _YEAR_OR_MONTH.fullmatch(word):
        year, month = int(numbers[1]), numbers[2]
        return _months(year, 1, 12) if month is None else _months(year, int(month), int(month))
    found = _beginning(word, MONTHS)
    if found is None:
        return None
    return _months(today.year - (found + 1 > today.month), found + 1, found + 1)


def is_month_name(text: str) -> bool:
    """Whether a word names a month without its year."""
    return _beginning(text.strip().lower(), MONTHS) is not None


def _named(word: str, today: date) -> DateRange | None:
    back = {"today": 0, "yesterday": 1}.get(word)
    weekday = _beginning(word, DAYS)
    if back is None and weekday is not None:
        back = (today.weekday() - weekday) % 7
    if back is None:
        return None
    day = today - timedelta(days=back)
    return DateRange(day, day)


def _ago(word: str, today: date, now: datetime) -> DateRange | None:
    found = _AGO.fullmatch(word)
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    if unit == "h":
        return DateRange(moment=now.astimezone(UTC) - timedelta(hours=number))
    if unit in "my":
        months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        day = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    else:
        day = today - timedelta(days=number * (7 if unit == "w" else 1))
    return DateRange(day, day)


def _dated(text: str, zone: tzinfo | None) -> DateRange | None:
    """An ISO date, or date and time; a time without a zone is local."""
    if len(text) < len("2026-01-01"):
        return None
    if len(text) == len("2026-01-01"):
        day = date.fromisoformat(text)
        return DateRange(day, day)
    moment = datetime.fromisoformat(text.upper())
    return DateRange(moment=(moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC))


def _months(year: int, first: int, last: int) -> DateRange:
    return DateRange(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _beginning(word: str, names: tuple[str, ...]) -> int | None:
    """Which name a word of at least three letters begins; None for none."""
    if len(word) < 3:
        return None
    return next((index for index, name in enumerate(names) if name.startswith(word)), None)
