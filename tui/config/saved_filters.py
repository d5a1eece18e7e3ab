"""The ledger queries somebody gave a name to, `filters.toml`: one table an account, named by its fingerprint.

version = 1

[0123456789abcdef]
"failed this month" = "status:failed since:30d"
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tui.config.accounts import ConfigurationError
from tui.domain import SafeText
from tui.files import UnsafeFile, make_private_directory, read_trusted, write_file

VERSION = 1
LONGEST_NAME = 40
"""Characters of a name."""
MOST = 50
"""Filters an account may have."""
_LONGEST_FILE = 1_000_000
_LOCK_SECONDS = 5.0
_HEAD = "# Written by billtop; comments are not kept.\n"

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
        """Take the file and the account; nothing is read yet."""
        self._path = path
        self._fingerprint = fingerprint

    def all(self) -> tuple[SavedFilter, ...]:
        """The account's filters by name."""
        mine = _read(self._path).get(self._fingerprint, {})
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
        from filelock import FileLock, Timeout

        try:
            make_private_directory(self._path.parent)
            with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=_LOCK_SECONDS, mode=0o600):
                book = _read(self._path)
                yield book
                write_file(self._path, _written(book).encode())
        except Timeout:
            raise ConfigurationError(f"Another billtop is writing {self._path}. Try again in a moment.") from None
        except OSError as error:
            raise ConfigurationError(f"{self._path} cannot be written ({error.strerror or error}).") from None


def checked_filter_name(raw: str) -> SafeText:
    """Return `raw` as the name of a filter. Raises ConfigurationError."""
    name = SafeText(raw)
    if not name or len(name) > LONGEST_NAME:
        raise ConfigurationError(f"A filter's name has 1 to {LONGEST_NAME} characters.")
    return name


def _read(path: Path) -> _Book:
    try:
        data = tomllib.loads(read_trusted(path, _LONGEST_FILE).decode())
    except FileNotFoundError:
        return {}
    except UnsafeFile as problem:
        raise ConfigurationError(str(problem)) from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise ConfigurationError(f"{path} is not TOML ({error}). Mend it or move it away.") from None
    if data.pop("version", VERSION) != VERSION:
        raise ConfigurationError(f"{path} was written by a newer billtop. Move it away or update billtop.")
    book: _Book = {}
    for fingerprint, table in data.items():
        if not isinstance(table, Mapping) or not all(isinstance(query, str) for query in table.values()):
            raise ConfigurationError(f"{path}: {fingerprint} must be a table of names and queries.")
        book[fingerprint] = dict(table)
    return book


def _written(book: _Book) -> str:
    lines = [_HEAD, f"version = {VERSION}\n"]
    for fingerprint, mine in book.items():
        if mine:
            lines.append(f"\n[{_quoted(fingerprint)}]\n")
            lines += [f"{_quoted(name)} = {_quoted(query)}\n" for name, query in mine.items()]
    return "".join(lines)


def _quoted(value: str) -> str:
    """A TOML string: JSON's are the same once control characters are gone, as they are from SafeText."""
    return json.dumps(value, ensure_ascii=False)
