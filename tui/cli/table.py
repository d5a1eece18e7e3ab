"""Plain aligned columns for people."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

GAP = "   "


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Return lines with a heading; the columns numbered in `right` (from 0) stand on their right edge."""
    lines = [headings, *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(headings))]
    return [
        GAP.join(_padded(cell, widths[column], right=column in right) for column, cell in enumerate(line)).rstrip()
        for line in lines
    ]


def pairs(entries: Sequence[tuple[str, str]]) -> list[str]:
    """Return one line an entry: its label, then its value in one column."""
    width = max((_width(label) for label, _ in entries), default=0)
    return [f"{_padded(label, width)}{GAP}{value}".rstrip() for label, value in entries]


def local(moment: datetime | None, words: str = "–") -> str:
    """A time in this machine's zone, to the minute; `words` when there is none."""
    return words if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"


def local_day(moment: datetime | None, words: str = "–") -> str:
    """A date in this machine's zone; `words` when there is none."""
    return words if moment is None else f"{moment.astimezone():%Y-%m-%d}"


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Cells a terminal gives `text`: two for wide characters, none for marks that stand on another."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
