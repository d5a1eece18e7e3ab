"""The words that a ledger has: what completion offers behind a key."""

import sqlite3
from dataclasses import dataclass
from datetime import date

from tui.domain import SafeText
from tui.ledger.schema import NO_DAY

MOST_WORDS = 200
"""Different values of one kind: a list that is longer helps nobody."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The values there are, those of most rows first."""

    status: tuple[SafeText, ...] = ()
    usecase: tuple[SafeText, ...] = ()
    source: tuple[SafeText, ...] = ()
    month: tuple[str, ...] = ()
    """Months that have rows, as 2026-01, the latest first."""


def read_vocabulary(db: sqlite3.Connection) -> Vocabulary:
    """Look up the words of a ledger file. Raises sqlite3.Error."""
    return Vocabulary(_words(db, "status"), _words(db, "usecase"), _words(db, "source"), _months(db))


def _words(db: sqlite3.Connection, column: str) -> tuple[SafeText, ...]:
    found = db.execute(
        f"SELECT facet.{column} FROM rollup JOIN facet ON facet.key = rollup.facet WHERE facet.{column} <> ''"
        " GROUP BY 1 ORDER BY sum(rollup.count) DESC, 1 LIMIT ?",
        (MOST_WORDS,),
    )
    return tuple(SafeText(word) for (word,) in found)


def _months(db: sqlite3.Connection) -> tuple[str, ...]:
    days = db.execute("SELECT DISTINCT day FROM rollup WHERE day <> ? AND count > 0 ORDER BY 1 DESC", (NO_DAY,))
    return tuple(dict.fromkeys(date.fromordinal(day).isoformat()[:7] for (day,) in days))
