"""The words that a ledger has: what completion offers behind a key."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tui.domain import SafeText
from tui.ledger.store.schema import NO_DAY

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
    counted = "SELECT facet AS key, sum(count) AS count FROM rollup GROUP BY 1"
    facets = db.execute(f"SELECT count, status, usecase, source FROM ({counted}) JOIN facet USING (key)").fetchall()
    status, usecase, source = (_words((row[at], row[0]) for row in facets) for at in (1, 2, 3))
    return Vocabulary(status, usecase, source, _months(db))


def added(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    """The rows of each word: a word may be in several facets."""
    rows = Counter[str]()
    for word, count in pairs:
        rows[word] += count
    return rows


def _words(counted: Iterable[tuple[str, int]]) -> tuple[SafeText, ...]:
    """The different words, those of most rows first."""
    rows = added(counted)
    words = sorted((word for word in rows if word), key=lambda word: (-rows[word], word))
    return tuple(SafeText(word) for word in words[:MOST_WORDS])


def _months(db: sqlite3.Connection) -> tuple[str, ...]:
    days = db.execute("SELECT DISTINCT day FROM rollup WHERE day <> ? AND count > 0 ORDER BY 1 DESC", (NO_DAY,))
    return tuple(dict.fromkeys(date.fromordinal(day).isoformat()[:7] for (day,) in days))
