"""The rollup: how many rows each local day has of each facet, and what they come to.

Days are those of a zone. Another zone, for example on a laptop that travels, means another rollup: it is made again.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from tui.ledger.store.rows import Values, day_number
from tui.ledger.store.statements import insert

_NUMBERS = "count = count + excluded.count, whole = whole + excluded.whole, frac = frac + excluded.frac"
_COUNTED_IN = f"ON CONFLICT DO UPDATE SET {_NUMBERS}"


class RollupChange:
    """What a change of rows does to the rollup; days are those of `zone`."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._changes: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])

    def count(self, rows: Iterable[Values], *, times: int = 1) -> None:
        """Count rows in, or with `times` -1 out."""
        changes, zone = self._changes, self._zone
        for _, at, facet, _, whole, frac, _ in rows:
            change = changes[day_number(at, zone), facet]
            change[0] += times
            change[1] += times * whole
            change[2] += times * frac

    def write(self, connection: sqlite3.Connection) -> None:
        """Apply the change within the transaction of the rows."""
        changed = [(*key, *numbers) for key, numbers in self._changes.items() if any(numbers)]
        insert(connection, "INSERT INTO rollup VALUES", changed, _COUNTED_IN)
        gone = [key for key, numbers in self._changes.items() if numbers[0] < 0]
        connection.executemany("DELETE FROM rollup WHERE day = ? AND facet = ? AND count = 0", gone)


def ensure_zone(connection: sqlite3.Connection, zone: tzinfo | None) -> None:
    """Make the rollup again when its days are those of another zone."""
    name = zone_name(zone)
    held = connection.execute("SELECT value FROM meta WHERE name = 'zone'").fetchone()
    if held is not None and held[0] == name:
        return
    connection.create_function("local_day", 1, lambda at: day_number(at, zone), deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("DELETE FROM rollup")
        connection.execute(
            "INSERT INTO rollup SELECT local_day(at), facet, count(*), sum(whole), sum(frac) FROM tx GROUP BY 1, 2"
        )
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('zone', ?)", (name,))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def zone_name(zone: tzinfo | None) -> str:
    """Tell a zone from others by what it does, its offsets through some decades: names mean less."""
    from hashlib import sha256

    moments = (datetime(year, month, 1, tzinfo=UTC) for year in range(2015, 2040) for month in range(1, 13))
    offsets = [str(moment.astimezone(zone).utcoffset()) for moment in moments]
    steps = [offset for index, offset in enumerate(offsets) if index == 0 or offset != offsets[index - 1]]
    digest = sha256("\0".join(offsets).encode()).hexdigest()[:16]
    return f"{len(offsets)} {' '.join(steps)} {digest}"
