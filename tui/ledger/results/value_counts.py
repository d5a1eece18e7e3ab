"""How many rows have each value that completion offers, among those that the rest of the query finds.

The rollup tells it where the rest asks for days and facets alone; otherwise every row would have to be looked at, at
each key, and nothing is told.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tui.ledger.query.completion import Completion
from tui.ledger.query.folding import folded
from tui.ledger.query.query import Query
from tui.ledger.query.sql import DIMENSION_COLUMNS, over_rollup
from tui.ledger.query.vocabulary import added
from tui.ledger.store.schema import NO_DAY

_MONTH = "month"
COUNTED = frozenset({*DIMENSION_COLUMNS, _MONTH})
"""Keys whose values are counted."""


def read_counts(db: sqlite3.Connection, key: str, rest: Query) -> Mapping[str, int] | None:
    """Rows of each value of `key`, folded, among those of `rest`; None when the rollup cannot tell.

    Raises sqlite3.Error.
    """
    where = over_rollup(rest)
    if where is None:
        return None
    if key == _MONTH:
        days = db.execute(f"SELECT day, sum(count) FROM rollup{where.clause} GROUP BY 1", where.parameters)
        return added((date.fromordinal(day).isoformat()[:7], count) for day, count in days if day != NO_DAY)
    facets = f"SELECT facet AS key, sum(count) AS count FROM rollup{where.clause} GROUP BY 1"
    column = DIMENSION_COLUMNS[key]
    found = db.execute(f"SELECT {column}, count FROM ({facets}) JOIN facet USING (key)", where.parameters)
    return added(found)


def with_counts(found: Completion, counts: Mapping[str, int] | None) -> Completion:
    """Tell how many rows each option finds; those that find most come first, months stay in their order.

    A value finds all that begins so.
    """
    if counts is None:
        return found
    told = [
        (option, sum(count for value, count in counts.items() if value.startswith(folded(option.strip('"')))))
        for option in found.options
    ]
    told.sort(key=lambda each: each[1] == 0 if found.key == _MONTH else -each[1])
    return replace(found, options=tuple(option for option, _ in told), counts=tuple(count for _, count in told))
