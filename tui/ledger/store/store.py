"""The local copy of one account's ledger: what was read from the provider, kept so that it is there at once.

It may always be deleted and read again. Money that moves is remembered elsewhere, in the journal.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tui.domain import Transaction
from tui.ledger.query.folding import folded
from tui.ledger.store.rollup import RollupChange, ensure_zone
from tui.ledger.store.rows import (
    Dimension,
    Values,
    count_rows,
    facet_of,
    flow_of,
    is_complete,
    read_meta,
    split,
    to_micros,
)
from tui.ledger.store.schema import LedgerError, connect, failed, open_ledger, unusable
from tui.ledger.store.statements import insert, marks

_COLUMNS = "id, at, facet, flow, whole, frac, reference"
"""Those of `Values`."""
_INSERT = f"INSERT INTO tx (key, {_COLUMNS}) VALUES"
_UPDATE = "UPDATE tx SET id = ?, at = ?, facet = ?, flow = ?, whole = ?, frac = ?, reference = ? WHERE key = ?"
_FACET = "direction, status, usecase, source, unit, flow, status_folded, usecase_folded, source_folded"
_HELD = f"SELECT key, {_COLUMNS} FROM tx WHERE id IN"
_COUNT_CHANGE = "INSERT INTO meta VALUES ('changes', '1') ON CONFLICT (name) DO UPDATE SET value = value + 1"
CHANGES = "SELECT coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'changes'), 0)"
"""How often rows were written or removed, by whichever program: what was found before is right while it is the same."""
_MARKS = 200
"""Ids looked up in one statement, which is the same one for each page."""
Held: TypeAlias = Mapping[str, tuple[int, Values]]
"""Rows as they are in the file, each with its number, by id."""


class StoreChange(NamedTuple):
    """What writing some rows did."""

    added: int
    updated: int


class LedgerStore:
    """One account's ledger file, for one thread at a time; several instances and processes may have it open.

    Rows are written whole pages at a time, each page with its part of the rollup in one transaction. A file that turns
    out to be damaged is deleted; the call that found out raises LedgerError, the next opening starts anew.
    """

    def __init__(self, path: Path, fingerprint: str, zone: tzinfo | None = None) -> None:
        """Open or make the file at `path` for the account of `fingerprint`; days are those of `zone`, None the local.

        Raises LedgerError.
        """
        self.path = path
        self.zone = zone
        self._fingerprint = fingerprint
        self._facets: dict[tuple[str, ...], tuple[int, int]] = {}
        self.connection = open_ledger(path, fingerprint)
        with self.explained():
            ensure_zone(self.connection, zone)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def reader(self, *, mapped: bool = False) -> sqlite3.Connection:
        """Open a connection of its own for another thread, `mapped` as `connect` has it. Raises LedgerError."""
        try:
            return connect(self.path, mapped=mapped)
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error

    # -- reading ------------------------------------------------------------------------------------------------

    def count(self) -> int:
        """How many rows there are. Raises LedgerError."""
        with self.explained() as db:
            return count_rows(db)

    def meta(self, name: str) -> str | None:
        """One thing remembered beside the rows. Raises LedgerError."""
        with self.explained() as db:
            return read_meta(db, name)

    @property
    def complete(self) -> bool:
        """Whether every row the provider has was read once. Raises LedgerError."""
        with self.explained() as db:
            return is_complete(db)

    @property
    def provider_total(self) -> int | None:
        """How many rows the provider last said it has; None where it does not count. Raises LedgerError."""
        told = self.meta("total")
        return int(told) if told else None

    # -- writing ------------------------------------------------------------------------------------------------

    def set_meta(self, name: str, value: str) -> None:
        """Remember one thing beside the rows. Raises LedgerError."""
        with self.explained() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def add(self, rows: Sequence[Transaction]) -> StoreChange:
        """Write rows; those that are there already are brought up to date. Raises LedgerError."""
        with self.transaction() as db:
            return self.write(db, rows)

    def held(self, db: sqlite3.Connection, rows: Iterable[Transaction]) -> Held:
        """Those of `rows` that are there, as they are there."""
        held: dict[str, tuple[int, Values]] = {}
        ids = [row.id for row in rows]
        for start in range(0, len(ids), _MARKS):
            some = ids[start : start + _MARKS]
            found = db.execute(f"{_HELD} ({marks(len(some))})", some)
            held.update((values[0], (key, tuple(values))) for key, *values in found)
        return held

    def write(
        self,
        db: sqlite3.Connection,
        rows: Sequence[Transaction],
        keys: Mapping[str, int] | None = None,
        held: Held | None = None,
    ) -> StoreChange:
        """Write rows in a transaction of the caller's; `keys` has numbers for new ones by id, others get the next.

        `held` is what `held` tells of them now, where the caller has asked already.
        """
        numbers = keys or {}
        there = self.held(db, rows) if held is None else held
        added: list[Values] = []
        before: list[Values] = []
        after: list[Values] = []
        updates: list[tuple[str | int | None, ...]] = []
        for row_id, row in {row.id: row for row in rows}.items():
            values = self._values(db, row)
            known = there.get(row_id)
            if known is None:
                added.append(values)
            elif known[1] != values:
                before.append(known[1])
                after.append(values)
                updates.append((*values, known[0]))
        insert(db, _INSERT, [(numbers.get(values[0]), *values) for values in added])
        db.executemany(_UPDATE, updates)
        self._recount(db, added + after, before)
        return StoreChange(len(added), len(updates))

    def remove(self, db: sqlite3.Connection, keys: Sequence[int]) -> None:
        """Forget rows, within a transaction of the caller's: the provider has them no longer."""
        held = [db.execute(f"SELECT {_COLUMNS} FROM tx WHERE key = ?", (key,)).fetchone() for key in keys]
        db.executemany("DELETE FROM tx WHERE key = ?", [(key,) for key in keys])
        self._recount(db, [], [values for values in held if values is not None])

    def count_change(self, db: sqlite3.Connection) -> None:
        """Say that rows changed, within a transaction of the caller's; `write` and `remove` do."""
        db.execute(_COUNT_CHANGE)

    # -- helpers ------------------------------------------------------------------------------------------------

    @contextmanager
    def explained(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, and turn what SQLite raises into words. Raises LedgerError."""
        try:
            yield self.connection
        except sqlite3.Error as error:
            raise failed(self.path, error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything within happens, or nothing. Raises LedgerError."""
        with self.explained() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                self._facets.clear()
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _recount(self, db: sqlite3.Connection, added: Sequence[Values], gone: Sequence[Values]) -> None:
        """Keep the rollup in step with the rows."""
        if not added and not gone:
            return
        self.count_change(db)
        change = RollupChange(self.zone)
        change.count(added)
        change.count(gone, times=-1)
        change.write(db)

    def _values(self, db: sqlite3.Connection, row: Transaction) -> Values:
        row_id, at, direction, money, status, usecase, source, reference = row
        # Equal to the Facet of these, which is made only where it is not known yet.
        known = self._facets.get((direction, status, usecase, source, money.unit))
        facet, flow = known or self._facet(db, facet_of(row))
        whole, frac = split(money.amount)
        micros = None if at is None else to_micros(at)
        return row_id, micros, facet, flow, whole, frac, None if reference is None else str(reference)

    def _facet(self, db: sqlite3.Connection, facet: Dimension) -> tuple[int, int]:
        """The number and the flow of a facet, which is written when it is new."""
        known = self._facets.get(facet)
        if known is not None:
            return known
        flow = flow_of(facet)
        texts = (folded(facet.status), folded(facet.usecase), folded(facet.source))
        db.execute(f"INSERT OR IGNORE INTO facet ({_FACET}) VALUES (?,?,?,?,?,?,?,?,?)", (*facet, flow, *texts))
        where = "direction = ? AND status = ? AND usecase = ? AND source = ? AND unit = ?"
        key = int(db.execute(f"SELECT key FROM facet WHERE {where}", facet).fetchone()[0])
        self._facets[facet] = key, flow
        return key, flow


__all__ = ["LedgerError", "LedgerStore", "StoreChange"]
