"""Which rows of a store are proven: an unbroken stretch of the provider's ledger, from some row down to another.

Pages are asked for by offset, and rows arrive in front while they are read, so a page may show rows that were on the
one before, and after a pause there may be a gap. A page proves that its rows follow each other; two pages that share a
row prove it of the rows of both. Rows that were read without such a proof are in the table `unproven` until a read
comes by that has it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from tui.domain import Transaction
from tui.ledger.store.statements import marks
from tui.ledger.store.store import Held, LedgerStore, StoreChange

_IN_DOUBT = "SELECT tx.id FROM tx JOIN unproven ON unproven.key = tx.key WHERE tx.id IN"
_DOUBT = "INSERT OR IGNORE INTO unproven SELECT key FROM tx WHERE id = ?"
_TRUST = "DELETE FROM unproven WHERE key = (SELECT key FROM tx WHERE id = ?)"
_ROOM = 2**32
"""Numbers kept free for the rows of one read from the top; 2^31 such reads use up what SQLite has."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a page did to the chain."""

    changed: int
    """Rows added or brought up to date."""
    linked: bool
    """Whether the page shares a row with what it was to follow."""
    added: int = 0
    """Rows the chain grew by."""
    touched: bool = False
    """Whether a read from the top has met the chain."""
    overlapping: bool = False
    """Whether the page shows any row that had been read; if not, it lies too far down, or all of it is new."""


class VerifiedPrefix:
    """The proven stretch of one store; for the thread of the store. Every method raises LedgerError."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
        self.bottom = store.meta("bottom") or None
        """The id of the oldest proven row; None when there is none."""
        self.complete = store.meta("complete") == "1"
        """Whether the provider has no older rows."""
        with store.explained() as db:
            self.unproven = int(db.execute("SELECT count(*) FROM unproven").fetchone()[0])
        self.rows = store.count()
        """Rows in the store, proven or not."""

    @property
    def depth(self) -> int:
        """How many rows are proven."""
        return self.rows - self.unproven

    def begin(self, rows: Sequence[Transaction], *, complete: bool) -> Read:
        """Start with the newest page, when nothing is proven yet."""
        with self._store.transaction() as db:
            keys, _ = self._newer_keys(db, rows, Above())
            change = self._write(db, rows, keys=keys)
            self._trust(db, (row.id for row in rows))
            self._remember(db, rows[-1].id if rows else "", complete=complete)
        return Read(change.added + change.updated, linked=True, added=len(rows))

    def from_top(self, rows: Sequence[Transaction], above: "Above") -> Read:
        """Take a page of a read from the top; `above` is what the pages before it had."""
        with self._store.transaction() as db:
            held = self._store.held(db, rows)
            known = self._proven(db, held)
            linked = above.last is None or any(row.id == above.last for row in rows)
            fresh = _after(rows, above.last) if linked else ()
            meets = next((index for index, row in enumerate(fresh) if row.id in known), None)
            overlapping = linked or any(row.id in above.seen for row in rows)
            newer = fresh if meets is None else fresh[:meets]
            keys, moved = self._newer_keys(db, newer, above)
            change = self._write(db, rows, None if moved else held, keys)
            self._doubt(db, _unplaced(rows, known, self.bottom))
            above.add(newer)
            if meets is not None:
                self._trust(db, above.seen)
            self._remember(db, self.bottom or "", complete=self.complete)
        return Read(change.added + change.updated, linked, len(fresh), meets is not None, overlapping)

    def below(self, pages: Sequence[Sequence[Transaction]]) -> list[Read]:
        """Take pages each of which is to follow the oldest row proven by then, up to one that lies too far down."""
        reads: list[Read] = []
        with self._store.transaction() as db:
            for rows, ends in _strung(pages):
                reads += self._below(db, rows, ends)
                if not reads[-1].overlapping:
                    break
        return reads

    def refresh(self, rows: Sequence[Transaction]) -> int:
        """Bring rows that are known up to date, pass over others; return how many changed."""
        with self._store.transaction() as db:
            held = self._store.held(db, rows)
            return self._store.write(db, [row for row in rows if row.id in held], held=held).updated

    def end(self) -> None:
        """The oldest proven row is the provider's oldest."""
        with self._store.transaction() as db:
            self._remember(db, self.bottom or "", complete=True)

    def replace_by(self, above: "Above") -> None:
        """A read from the top came to the end of the ledger without meeting the chain: it is the chain now."""
        with self._store.transaction() as db:
            self._doubt_everything(db)
            self._trust(db, above.seen)
            self._remember(db, above.last or "", complete=True)

    def doubt_all(self) -> None:
        """Prove everything anew: what there is does not add up to what the provider says."""
        with self._store.transaction() as db:
            self._doubt_everything(db)
            self._remember(db, "", complete=False)

    def drop_unproven(self) -> int:
        """Forget the rows that a complete read did not come by: the provider has them no longer; return how many."""
        if not self.unproven:
            return 0
        with self._store.transaction() as db:
            keys = [int(key) for (key,) in db.execute("SELECT key FROM unproven")]
            self._store.remove(db, keys)
            db.execute("DELETE FROM unproven")
        self.rows -= len(keys)
        self.unproven = 0
        return len(keys)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _below(self, db: sqlite3.Connection, rows: Sequence[Transaction], ends: Sequence[int]) -> list[Read]:
        """Take the rows of pages that end at these places; only the first when nothing in it is known."""
        held = self._store.held(db, rows)
        known = self._proven(db, held)
        if not any(row.id in known for row in rows[: ends[0]]):
            rows, ends = rows[: ends[0]], ends[:1]
        first = 1 + max((index for index, row in enumerate(rows) if row.id in known), default=-1)
        older = rows[first:] if first else ()
        keys, moved = self._older_keys(db, [row for row in rows if row.id not in known])
        change = self._write(db, rows, None if moved else held, keys)
        self._doubt(db, _unplaced(rows, known, None) if first else rows)
        self._trust(db, (row.id for row in older))
        bottom = self.bottom
        self._remember(db, older[-1].id if older else bottom or "", complete=self.complete)
        if not first:
            return [Read(change.added + change.updated, linked=False)]
        reads: list[Read] = []
        for start, end in pairwise((0, *ends)):
            added = max(0, end - max(start, first))
            linked = added > 0 or rows[end - 1].id == bottom
            reads.append(Read(0 if reads else change.added + change.updated, linked, added, overlapping=True))
        return reads

    def _write(
        self,
        db: sqlite3.Connection,
        rows: Sequence[Transaction],
        held: Held | None = None,
        keys: Mapping[str, int] | None = None,
    ) -> StoreChange:
        change = self._store.write(db, rows, keys, held)
        self.rows += change.added
        return change

    def _newer_keys(
        self, db: sqlite3.Connection, newer: Sequence[Transaction], above: "Above"
    ) -> tuple[dict[str, int], bool]:
        """Numbers for rows that are newer than all that is proven: among rows of one moment the lower is newer.

        Those that are there without a proof get theirs at once; whether there may be such is told too.
        """
        if above.next_key is None:
            above.next_key = int(db.execute("SELECT coalesce(min(key), 0) FROM tx").fetchone()[0]) - _ROOM
        keys = {row.id: key for key, row in enumerate(newer, above.next_key)}
        above.next_key += len(newer)
        return keys, self._move(db, keys)

    def _older_keys(self, db: sqlite3.Connection, rows: Sequence[Transaction]) -> tuple[dict[str, int], bool]:
        """As `_newer_keys`, for rows that are not proven and lie below; new ones get the right numbers anyway."""
        if not self.unproven:
            return {}, False
        first = int(db.execute("SELECT coalesce(max(key), 0) + 1 FROM tx").fetchone()[0])
        keys = {row.id: key for key, row in enumerate(rows, first)}
        return keys, self._move(db, keys)

    def _move(self, db: sqlite3.Connection, keys: Mapping[str, int]) -> bool:
        """Give rows that are there without a proof other numbers; whether there may be such."""
        if not self.unproven:
            return False
        moves = [(key, row_id) for row_id, key in keys.items()]
        db.executemany("UPDATE unproven SET key = ? WHERE key = (SELECT key FROM tx WHERE id = ?)", moves)
        if db.executemany("UPDATE tx SET key = ? WHERE id = ?", moves).rowcount > 0:
            self._store.count_change(db)
        return True

    def _proven(self, db: sqlite3.Connection, held: Held) -> Set[str]:
        """The ids of those rows that are proven."""
        if not self.unproven:
            return held.keys()
        return held.keys() - {str(each) for (each,) in db.execute(f"{_IN_DOUBT} ({marks(len(held))})", list(held))}

    def _doubt(self, db: sqlite3.Connection, rows: Iterable[Transaction]) -> None:
        self.unproven += db.executemany(_DOUBT, [(row.id,) for row in rows]).rowcount

    def _doubt_everything(self, db: sqlite3.Connection) -> None:
        self.unproven += db.execute("INSERT OR IGNORE INTO unproven SELECT key FROM tx").rowcount

    def _trust(self, db: sqlite3.Connection, ids: Iterable[str]) -> None:
        if self.unproven:
            self.unproven -= db.executemany(_TRUST, [(each,) for each in ids]).rowcount

    def _remember(self, db: sqlite3.Connection, bottom: str, *, complete: bool) -> None:
        held = ("bottom", bottom, "complete", "1" if complete else "0")
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?), (?, ?)", held)
        self.bottom, self.complete = bottom or None, complete


@dataclass(slots=True)
class Above:
    """What a read from the top has come by so far, newest first, unbroken."""

    seen: set[str] = field(default_factory=set)
    last: str | None = None
    """The id of the oldest of them."""
    next_key: int | None = None
    """The number of the next row; None before the first."""

    def add(self, rows: Sequence[Transaction]) -> None:
        """Go on with rows that follow."""
        self.seen.update(row.id for row in rows)
        if rows:
            self.last = rows[-1].id


def _strung(pages: Sequence[Sequence[Transaction]]) -> Iterator[tuple[list[Transaction], list[int]]]:
    """Put pages together where each begins with the very rows the one before ends with: they are written in one go.

    Where each of them ends is told too.
    """
    rows = list(pages[0])
    ends = [len(rows)]
    for page in pages[1:]:
        again = _shared(rows, page)
        if not 0 < again < len(page):
            yield rows, ends
            rows, ends, again = [], [], 0
        rows.extend(page[again:])
        ends.append(len(rows))
    yield rows, ends


def _shared(rows: Sequence[Transaction], page: Sequence[Transaction]) -> int:
    """How many rows at the beginning of a page are, unchanged, the last of `rows`."""
    first = page[0].id if page else None
    shared = next((back for back, row in enumerate(reversed(rows), 1) if row.id == first), 0)
    return shared if shared and tuple(rows[-shared:]) == tuple(page[:shared]) else 0


def _after(rows: Sequence[Transaction], row_id: str | None) -> Sequence[Transaction]:
    """The rows behind one; all of them without one."""
    index = next((index for index, row in enumerate(rows) if row.id == row_id), -1)
    return rows[index + 1 :]


def _unplaced(rows: Sequence[Transaction], known: Set[str], bottom: str | None) -> list[Transaction]:
    """The rows that are new and not between proven ones: those before the first such, and those behind the last one.

    Behind any proven row but `bottom` they have a place: they came into the middle of what was read.
    """
    unplaced: list[Transaction] = []
    placed = False
    for row in rows:
        if row.id in known:
            placed = row.id != bottom
        elif not placed:
            unplaced.append(row)
    return unplaced
