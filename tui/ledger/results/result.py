"""What a query finds, in an order, as statements on one connection."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count as numbers

from tui.domain import Money, Transaction
from tui.ledger.query.query import Query
from tui.ledger.query.sql import Parameter, over_rollup, over_rows
from tui.ledger.results.totals import Totals, UnitSums, nothing
from tui.ledger.store.rows import CREDITED, DEBITED, ROW_COLUMNS, joined, to_micros, to_transaction

_NUMBERS = numbers(1)
_MOST_ROWS_ADDED_UP = 100_000
"""Rows that are sooner added up one by one than by going through all there are once more."""


class SortBy(StrEnum):
    """What rows are put in order by."""

    TIME = "time"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class SortOrder:
    """An order of rows; those alike in amount stand in the order of time, those without a time are the oldest."""

    by: SortBy = SortBy.TIME
    descending: bool = True

    @property
    def sql(self) -> str:
        """What stands behind ORDER BY."""
        way, opposite = ("DESC", "ASC") if self.descending else ("ASC", "DESC")
        time = f"tx.at {way}, tx.key {opposite}"
        return time if self.by is SortBy.TIME else f"tx.whole {way}, tx.frac {way}, {time}"


NEWEST_FIRST = SortOrder()


class Selection:
    """The rows that match, as a table of their keys in memory: a row's position is its number less one.

    Belongs to the connection that `build` ran on; rows that come later are not in it.
    """

    def __init__(self, query: Query, order: SortOrder) -> None:
        self.where = over_rows(query)
        """What is asked of a row; its parameters are those of `build_sql`, and of `first_sql` but for the number."""
        self._rollup = over_rollup(query)
        self._order = order
        self._table = f"temp.selection_{next(_NUMBERS)}"

    def first(self, db: sqlite3.Connection, length: int) -> tuple[Transaction, ...]:
        """The first rows, found without the table. Raises sqlite3.Error."""
        return tuple(map(to_transaction, db.execute(self.first_sql, (*self.where.parameters, length))))

    def build(self, db: sqlite3.Connection) -> Totals:
        """Find all rows, and say how many there are and what they come to. Raises sqlite3.Error."""
        return self.find(db) or self.totals(db)

    def totals(self, db: sqlite3.Connection) -> Totals:
        """Count and add up without having found the rows, from the rollup where it tells. Raises sqlite3.Error."""
        if self._rollup is not None:
            source = "rollup CROSS JOIN facet ON facet.key = rollup.facet"
            return _added_up(db, source, "rollup", self._rollup.clause, self._rollup.parameters)
        source = f"tx{'' if self.where.by_time else ' NOT INDEXED'}"
        return _added_up(db, source, "tx", self.where.clause, self.where.parameters)

    def find(self, db: sqlite3.Connection) -> Totals | None:
        """Find all rows; where they are few, say also what they come to. Raises sqlite3.Error."""
        for (name,) in db.execute("SELECT name FROM temp.sqlite_schema WHERE name LIKE 'selection%'").fetchall():
            db.execute(f"DROP TABLE temp.{name}")
        db.execute(f"CREATE TABLE {self._table} (n INTEGER PRIMARY KEY, key INTEGER NOT NULL)")
        db.execute(self.build_sql, self.where.parameters)
        count = int(db.execute(f"SELECT coalesce(max(n), 0) FROM {self._table}").fetchone()[0])
        if count > _MOST_ROWS_ADDED_UP:
            return None
        return _added_up(db, f"{self._table} AS s CROSS JOIN tx ON tx.key = s.key", "tx", "", ())

    def rows(self, db: sqlite3.Connection, start: int, length: int) -> tuple[Transaction, ...]:
        """A stretch of the rows. Raises sqlite3.Error."""
        sql = (
            f"SELECT {ROW_COLUMNS} FROM {self._table} AS s CROSS JOIN tx ON tx.key = s.key"
            " JOIN facet ON facet.key = tx.facet WHERE s.n > ? AND s.n <= ? ORDER BY s.n"
        )
        start = max(0, start)
        return tuple(map(to_transaction, db.execute(sql, (start, start + max(0, length)))))

    def position_of(self, db: sqlite3.Connection, moment: datetime) -> int:
        """Where a moment stands, by halving. Raises sqlite3.Error, ValueError when times are in no order."""
        if self._order.by is not SortBy.TIME:
            raise ValueError("a day has a place only among rows in the order of time")
        wanted = to_micros(moment)
        low, high = 0, int(db.execute(f"SELECT coalesce(max(n), 0) FROM {self._table}").fetchone()[0])
        sql = f"SELECT tx.at FROM {self._table} AS s JOIN tx ON tx.key = s.key WHERE s.n = ?"
        while low < high:
            middle = (low + high) // 2
            found = db.execute(sql, (middle + 1,)).fetchone()
            at = None if found is None else found[0]
            before = at is not None and at > wanted if self._order.descending else at is None or at < wanted
            low, high = (middle + 1, high) if before else (low, middle)
        return low

    @property
    def first_sql(self) -> str:
        """The statement of `first`."""
        return (
            f"SELECT {ROW_COLUMNS} FROM (SELECT tx.key FROM tx{self._source(walk=True)}{self.where.clause}"
            f" ORDER BY {self._order.sql} LIMIT ?) AS s CROSS JOIN tx ON tx.key = s.key"
            f" JOIN facet ON facet.key = tx.facet ORDER BY {self._order.sql}"
        )

    @property
    def build_sql(self) -> str:
        """The statement of `build`: by the index where it tells all or narrows, else over rows as they lie."""
        source = self._source(walk=not self.where.texts)
        found = f"SELECT tx.key FROM tx{source}{self.where.clause} ORDER BY {self._order.sql}"
        return f"INSERT INTO {self._table} (key) {found}"

    def _source(self, *, walk: bool) -> str:
        """Walk the index in the order of time if it is worth it; else look at all rows unless the index narrows."""
        if walk and self._order.by is SortBy.TIME:
            return " INDEXED BY tx_by_time"
        return "" if self.where.by_time else " NOT INDEXED"


def _added_up(
    db: sqlite3.Connection, source: str, table: str, clause: str, parameters: tuple[Parameter, ...]
) -> Totals:
    """Count and add up what `source` gives of `table`, each unit apart."""
    units = [str(unit) for (unit,) in db.execute("SELECT DISTINCT unit FROM facet")] or ["USD"]
    counting = "sum(count)" if table == "rollup" else "count(*)"
    flow = "facet.flow" if table == "rollup" else "tx.flow"
    added = ", ".join(
        f"sum({table}.{part}) FILTER (WHERE {flow} = {way})"
        for way in (CREDITED, DEBITED)
        for part in ("whole", "frac")
    )
    if len(units) == 1:
        found = db.execute(f"SELECT ?, {counting}, {added} FROM {source}{clause}", (units[0], *parameters)).fetchall()
    else:
        unit = f"(SELECT unit FROM facet WHERE key = {table}.facet)"
        sql = f"SELECT {unit}, {counting}, {added} FROM {source}{clause} GROUP BY 1 ORDER BY 2 DESC, 1"
        found = db.execute(sql, parameters).fetchall()
    return _totals(found) if found and found[0][1] else nothing(units[0])


def _totals(found: list[tuple[str, int, int | None, int | None, int | None, int | None]]) -> Totals:
    sums = tuple(
        UnitSums(Money(joined(in_whole or 0, in_frac or 0), unit), Money(joined(out_whole or 0, out_frac or 0), unit))
        for unit, _, in_whole, in_frac, out_whole, out_frac in found
    )
    return Totals(sum(row[1] for row in found), sums)
