"""Rows whose status may still change, and where the provider's pages show them."""

from datetime import datetime, timedelta

from tui.ledger.store.rows import to_micros
from tui.ledger.store.store import LedgerStore

SETTLED = ("", "success", "succeeded", "completed", "paid", "refunded", "failed", "canceled", "cancelled", "declined")
"""Statuses that are final, and none at all; any other, an unknown one too, may still change."""
OLDEST = timedelta(days=90)
"""Age from which on nothing is expected to change."""

_ROWS = (
    "SELECT at, key FROM tx WHERE at >= ? AND at < ?"
    f" AND facet IN (SELECT key FROM facet WHERE status NOT IN ({','.join('?' * len(SETTLED))}))"
    " ORDER BY at DESC, key"
)
_RANK = "SELECT count(*) FROM tx WHERE at > ?1 OR (at = ?1 AND key < ?2)"


def pages_to_look_at(store: LedgerStore, now: datetime, *, size: int, margin: int, most: int) -> list[int]:
    """The offsets of pages that show unsettled rows, at most `most` of them. Raises LedgerError.

    The newest page, `size` rows long, is left out: it is read anyway. Where there are more pages, the next call goes on
    with older rows, and begins anew when they have all been looked at. A page begins `margin` rows before the row.
    """
    oldest, newest = to_micros(now - OLDEST), to_micros(now + OLDEST)
    reached = int(store.meta("looked_again") or newest)
    offsets: list[int] = []
    last: int | None = None
    with store.explained() as db:
        for place in db.execute(_ROWS, (oldest, min(reached, newest), *SETTLED)).fetchall():
            rank = int(db.execute(_RANK, place).fetchone()[0])
            if rank < (offsets[-1] if offsets else -margin) + size - margin:
                continue
            if len(offsets) == most:
                break
            offsets.append(max(0, rank - margin))
            last = int(place[0])
        else:
            last = None
    store.set_meta("looked_again", str(newest if last is None else last))
    return offsets
