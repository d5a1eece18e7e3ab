"""Records as rows of the payments journal: each column is declared once, with how its value is written and read."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tui.domain import Money, SafeText, iso_z, parse_iso

Value = str | int | bytes | None
Row = dict[str, Value]


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class JournalColumn:
    """A column of the name of a field."""

    sql: str
    write: Callable[[Any], Value] = _as_it_is
    read: Callable[[Any], Any] = _as_it_is
    """Like `write` it is given no None: that is NULL."""
    null: Any = None
    """What NULL is read as: an older billtop did not have every column."""


TEXT = JournalColumn("TEXT")
REQUIRED_TEXT = JournalColumn("TEXT NOT NULL")
NUMBER = JournalColumn("INTEGER NOT NULL")
TIME = JournalColumn("TEXT", iso_z, parse_iso)
REQUIRED_TIME = JournalColumn("TEXT NOT NULL", iso_z, parse_iso)
# An empty text is as good as none.
WORDS = JournalColumn("TEXT", lambda words: str(words) or None, lambda text: SafeText(text) or None)
REQUIRED_WORDS = JournalColumn("TEXT NOT NULL", str, SafeText)


def one_of(kind: type[StrEnum]) -> JournalColumn:
    """A column that always holds a member of `kind`."""
    return JournalColumn("TEXT NOT NULL", str, kind)


@dataclass(frozen=True, slots=True)
class JournalColumns:
    """How the fields of one class are kept."""

    fields: Mapping[str, JournalColumn]
    money: Mapping[str, str] = field(default_factory=dict)
    """Fields that hold an amount, each with the column of its unit."""

    @property
    def sql(self) -> dict[str, str]:
        """The columns with their SQLite types."""
        amounts = {name: "TEXT" for pair in self.money.items() for name in pair}
        return {name: column.sql for name, column in self.fields.items()} | amounts

    def write(self, record: object) -> Row:
        """The row of `record`."""
        row: Row = {}
        for name, column in self.fields.items():
            value = getattr(record, name)
            row[name] = None if value is None else column.write(value)
        for name, unit in self.money.items():
            money: Money | None = getattr(record, name)
            row[name], row[unit] = (str(money.amount), money.unit) if money else (None, None)
        return row

    def read(self, row: sqlite3.Row) -> dict[str, Any]:
        """The fields that a row tells."""
        found = {
            name: column.null if row[name] is None else column.read(row[name]) for name, column in self.fields.items()
        }
        amounts = {
            name: None if row[name] is None or row[unit] is None else Money(Decimal(row[name]), row[unit])
            for name, unit in self.money.items()
        }
        return found | amounts
