"""Statements over many values at a time."""

import sqlite3
from collections.abc import Sequence
from itertools import chain

_ROWS = 200
"""Rows of one statement, a page of a ledger: each statement hands the interpreter to another thread and back."""


def marks(count: int) -> str:
    """As many parameters, for `IN (...)` or one row of values."""
    return ",".join("?" * count)


def insert(db: sqlite3.Connection, into: str, rows: Sequence[Sequence[str | int | None]], then: str = "") -> None:
    """Insert rows of equal length, several by one statement: `executemany` takes each for a statement of its own.

    `into` is the statement up to its `VALUES`, `then` what comes behind them. Raises sqlite3.Error.
    """
    if not rows:
        return
    most = min(_ROWS, db.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // len(rows[0]))
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        values = ",".join([f"({marks(len(some[0]))})"] * len(some))
        db.execute(f"{into} {values} {then}", list(chain.from_iterable(some)))
