"""Statements over many values at a time."""

import sqlite3
from collections.abc import Sequence
from itertools import chain

_ROWS = 50
"""Rows of one statement; each has at most eight values, and SQLite takes at least 999."""


def marks(count: int) -> str:
    """As many parameters, for `IN (...)` or one row of values."""
    return ",".join("?" * count)


def insert(db: sqlite3.Connection, into: str, rows: Sequence[Sequence[str | int | None]], then: str = "") -> None:
    """Insert rows of equal length, several by one statement: `executemany` takes each for a statement of its own.

    `into` is the statement up to its `VALUES`, `then` what comes behind them. Raises sqlite3.Error.
    """
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        values = ",".join([f"({marks(len(some[0]))})"] * len(some))
        db.execute(f"{into} {values} {then}", list(chain.from_iterable(some)))
