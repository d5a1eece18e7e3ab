"""The ledger queries somebody gave a name to, `filters.toml`: one table an account, named by its fingerprint.

version = 1

[0123456789abcdef]
"failed this month" = "status:failed since:30d"
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tui.config.accounts import ConfigurationError
from tui.config.toml_edit import exclusive, write_toml
from tui.config.toml_file import LARGEST, TomlFile, read_toml
from tui.domain import SafeText

VERSION = 1
LONGEST_NAME = 40
"""Characters of a name."""
MOST = 50
"""Filters an account may have."""
_MOST_READ = 1000
"""Filters of an account in a file that somebody else wrote."""
_HEAD = "# Written by billtop, which keeps your comments.\n"

_Book = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A query with its name."""

    name: SafeText
    query: SafeText


class SavedFilters:
    """The saved filters of one account; each call reads the file, so several instances see the same.

    Every method raises ConfigurationError in words. Reading a file may wait for a disk: not on an event loop.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint

    def all(self) -> tuple[SavedFilter, ...]:
        """The account's filters by name."""
        file = _file(self._path)
        mine = _table(file, self._fingerprint) if file else {}
        return tuple(SavedFilter(SafeText(name), SafeText(mine[name])) for name in sorted(mine, key=str.casefold))

    def save(self, name: str, query: str) -> None:
        """Keep `query` under `name`, in place of one that has the name."""
        wanted = checked_filter_name(name)
        with self._changing() as book:
            mine = book.setdefault(self._fingerprint, {})
            if wanted not in mine and len(mine) >= MOST:
                raise ConfigurationError(f"There are {MOST} saved filters, as many as are kept. Delete one first.")
            mine[wanted] = SafeText(query)

    def delete(self, name: str) -> None:
        """Forget a filter; one that is not there is no error."""
        with self._changing() as book:
            book.get(self._fingerprint, {}).pop(name, None)

    @contextmanager
    def _changing(self) -> Iterator[_Book]:
        """The file's content, written when the block is through; other instances wait meanwhile."""
        with exclusive(self._path):
            book = _read(self._path)
            yield book
            write_toml(self._path, {"version": VERSION, **{each: mine for each, mine in book.items() if mine}}, _HEAD)


def checked_filter_name(raw: str) -> SafeText:
    """Return `raw` as the name of a filter. Raises ConfigurationError."""
    name = SafeText(raw)
    if not name or len(name) > LONGEST_NAME:
        raise ConfigurationError(f"A filter's name has 1 to {LONGEST_NAME} characters.")
    return name


def _read(path: Path) -> _Book:
    """The filters of all accounts, each of which must be readable: what is not would be lost by writing."""
    file = _file(path)
    return {name: _table(file, name) for name in file.data if name != "version"} if file else {}


def _file(path: Path) -> TomlFile | None:
    try:
        file = read_toml(path, LARGEST)
    except FileNotFoundError:
        return None
    if file.data.get("version", VERSION) != VERSION:
        raise file.bad("was written by a newer billtop. Move it away or update billtop", "version")
    return file


def _table(file: TomlFile, fingerprint: str) -> dict[str, str]:
    """The filters of one account."""
    table = file.root.table(fingerprint)
    if len(table.values) > _MOST_READ:
        raise file.bad(f"one account has more than {_MOST_READ} filters", fingerprint)
    filters = {name: query for name, query in table.values.items() if isinstance(query, str)}
    for name in table.values:
        if name not in filters:
            raise file.bad("this filter must be a text", fingerprint, name)
    return filters
