"""Going over what was read long ago, a page with each sync: older rows change and vanish without a sign at the top."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from tui.domain import Transaction, iso_z, parse_iso
from tui.ledger.store.store import LedgerStore

_INTERVAL = timedelta(days=7)
"""How long nothing is taken for vanished after everything was read again because of that, and nothing was."""
_NEVER_US = 2**62
"""Later, and with a higher number, than any row."""
_PLACE = "SELECT at, key FROM tx WHERE id = ? AND at IS NOT NULL"
_BETWEEN = (
    "SELECT id FROM tx WHERE at <= ?1 AND at >= ?3 AND NOT (at = ?1 AND key < ?2) AND NOT (at = ?3 AND key > ?4)"
    " ORDER BY at DESC, key LIMIT ?5"
)


class Reverification:
    """Where the next page to go over is, and what it tells; for the thread of the store. Methods raise LedgerError."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store

    def offset(self, first: int) -> int:
        """Where the next page begins; at first behind the newest page, which is read anyway."""
        return int(self._store.meta("patrol") or first)

    def passed(self, next_offset: int) -> None:
        """Remember where to go on."""
        self._store.set_meta("patrol", str(next_offset))

    def misses(self, rows: Sequence[Transaction], now: datetime, *, newest: bool, oldest: bool, beyond: bool) -> bool:
        """Whether the copy has rows between those of a page that the provider has no longer, as it seems.

        With `newest` that is so for any newer rows, with `oldest` for any older; `beyond` is a page behind all others
        where the copy has rows.
        """
        rested = self._store.meta("patrol_erred")
        if rested and parse_iso(rested) <= now < parse_iso(rested) + _INTERVAL:
            return False
        with self._store.explained() as db:
            return beyond or _has_between(db, rows, newest=newest, oldest=oldest)

    def erred(self, now: datetime) -> None:
        """Everything was read again and nothing had vanished: the provider's order is not that of the copy."""
        self._store.set_meta("patrol_erred", iso_z(now))


def _has_between(db: sqlite3.Connection, rows: Sequence[Transaction], *, newest: bool, oldest: bool) -> bool:
    """Whether rows lie between the first and the last of `rows`, or above and below them, that are none of these."""
    places = [db.execute(_PLACE, (row.id,)).fetchone() for row in (*rows[:1], *rows[-1:])]
    if len(places) < 2 or None in places:
        return False
    first, last = (
        (_NEVER_US, -_NEVER_US) if newest else places[0],
        (-_NEVER_US, _NEVER_US) if oldest else places[1],
    )
    ids = {row.id for row in rows}
    return any(each not in ids for (each,) in db.execute(_BETWEEN, (*first, *last, len(rows) + 1)))
