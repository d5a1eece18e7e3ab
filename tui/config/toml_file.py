"""Small TOML files that people edit: read within bounds, and what is wrong in them named by file and line.

tomllib itself has no bounds: arrays nested a thousand deep end it by a RecursionError, and a key of ten thousand parts
takes minutes and gigabytes.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tui.config.accounts import ConfigurationError
from tui.domain import SafeText
from tui.domain.redaction import is_plain_word
from tui.storage.files import UnsafeFile, read_trusted

T = TypeVar("T")

LARGEST = 1_000_000
"""Bytes of a file that billtop writes too."""
DEEPEST = 16
"""Levels of nesting, and parts of a dotted key; billtop's own files have three."""
_FEW_BRACKETS = 64
"""Brackets of a file, and dots of a line, that need no closer look."""

_TOKENS = (
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}.=,\n]"
)
"""What nesting is counted by: strings and comments as a whole, then single signs."""
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_KEY = rf"\s*+({_PART}(?:\s*+\.\s*+{_PART})*+)\s*+="
"""What stands before a value; without backtracking, as any line may be matched against it."""
_PLACE = r" \(at (line \d+, column \d+|end of document)\)$"


class BadFile(ConfigurationError):
    """A file that cannot be used; the text names it, the line where there is one, and what is expected."""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file says, and where it says it."""

    path: Path
    text: str
    data: Mapping[str, object]

    def bad(self, problem: str, *keys: str) -> BadFile:
        """An error about the value at `keys`, or about the table nearest to it that is there."""
        lines = (line_of(self.text, keys[:length]) for length in range(len(keys), 0, -1))
        return _bad(self.path, problem, next((line for line in lines if line), None))

    @property
    def root(self) -> "TomlTable":
        """The file as a table."""
        return TomlTable(self, self.data, ())


@dataclass(frozen=True, slots=True)
class TomlTable:
    """A table of a file whose values are checked as they are taken; every method raises BadFile naming the value."""

    file: TomlFile
    values: Mapping[str, object]
    at: tuple[str, ...]

    def bad(self, key: str, problem: str) -> BadFile:
        """An error about the value of `key`, which is named first unless it may be a secret in the wrong place."""
        name = ".".join((*self.at, key)) if is_plain_word(key) else "a key here"
        return self.file.bad(f"{name} {problem}", *self.at, key)

    def only(self, allowed: tuple[str, ...]) -> None:
        """Refuse keys that nobody knows."""
        for key in self.values:
            if key not in allowed:
                raise self.bad(key, f"is not known; known are {', '.join(allowed)}")

    def table(self, key: str) -> "TomlTable":
        """The table of `key`; one that is not there is empty."""
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            raise self.bad(key, "must be a table")
        return TomlTable(self.file, values, (*self.at, key))

    def text(self, key: str) -> str:
        """The text of `key`."""
        value = self.values.get(key)
        if not isinstance(value, str):
            raise self.bad(key, "must be a text")
        return value

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        """The text of `key`, one of a few."""
        value = self.values.get(key)
        if not isinstance(value, str) or value not in allowed:
            raise self.bad(key, f"is none of: {', '.join(allowed)}")
        return value

    def switch(self, key: str, usual: bool) -> bool:
        """Whether `key` is on; `usual` where it is not there."""
        value = self.values.get(key, usual)
        if not isinstance(value, bool):
            raise self.bad(key, "must be true or false")
        return value

    def checked(self, key: str, check: Callable[[str, str], T]) -> T:
        """What `check` makes of the text of `key`, given its name too."""
        try:
            return check(self.text(key), ".".join((*self.at, key)))
        except ConfigurationError as problem:
            if isinstance(problem, BadFile):
                raise
            raise self.file.bad(str(problem).rstrip("."), *self.at, key) from None

    def optional(self, key: str, check: Callable[[str, str], T]) -> T | None:
        """The same; None where it is not there."""
        return None if self.values.get(key) is None else self.checked(key, check)


def read_toml(path: Path, limit: int, read: Callable[[Path, int], bytes] = read_trusted) -> TomlFile:
    """Read a TOML file of at most `limit` bytes in UTF-8. Raises FileNotFoundError, BadFile."""
    try:
        content = read(path, limit)
    except FileNotFoundError:
        raise
    except UnsafeFile as problem:
        raise BadFile(SafeText(problem)) from None
    except OSError as error:
        raise BadFile(f"{SafeText(path)} cannot be read ({error.strerror}).") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(path, "is not TOML: this is not UTF-8", content.count(b"\n", 0, error.start) + 1) from None
    text = text.replace("\r\n", "\n")
    too_deep = _too_deep(text)
    if too_deep is not None:
        raise _bad(path, f"is nested more than {DEEPEST} deep", too_deep)
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _bad(path, f"is not TOML: {_reason(str(error))}", _line(str(error), text)) from None
    except (ValueError, RecursionError):  # a number of more digits than Python reads
        raise _bad(path, "is not TOML that can be read", None) from None


def line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """The line, counted from 1, where the value or the table at `keys` begins; None where that cannot be told."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("["):
            table = found = _keys_of(line)
        elif match := re.match(_KEY, line):
            found = table + _keys_of(f"{match[1]} = 0")
        else:
            continue
        if found[: len(keys)] == keys:
            return number
    return None


def _keys_of(line: str) -> tuple[str, ...]:
    """The keys a line of TOML names, from the outermost."""
    try:
        value: object = tomllib.loads(line)
    except (ValueError, RecursionError):
        return ()
    keys = []
    while isinstance(value, dict | list) and value:
        if isinstance(value, dict):
            key, value = next(iter(value.items()))
            keys.append(key)
        else:
            value = value[0]
    return tuple(keys)


def _too_deep(text: str) -> int | None:
    """The line where nesting, or the parts of a key, go beyond what is read."""
    if text.count("[") + text.count("{") <= _FEW_BRACKETS and all(
        line.count(".") <= DEEPEST for line in text.split("\n")
    ):
        return None
    return next(_deep_lines(text), None)


def _deep_lines(text: str) -> Iterator[int]:
    depth = dots = 0
    for token in re.finditer(_TOKENS, text, re.DOTALL):
        match token[0]:
            case "[" | "{":
                depth, dots = depth + 1, 0
            case "]" | "}":
                depth, dots = max(depth - 1, 0), 0
            case ".":
                dots += 1
            case "=" | "," | "\n":
                dots = 0
        if depth > DEEPEST or dots >= DEEPEST:
            yield text.count("\n", 0, token.start()) + 1


def _reason(message: str) -> str:
    """What tomllib says, without the keys it quotes and without the place."""
    reason = re.sub(_PLACE, "", message)
    return "a key or table is given twice" if "(" in reason or "namespace" in reason else reason


def _line(message: str, text: str) -> int | None:
    found = re.search(r"\(at line (\d+)", message)
    return int(found[1]) if found else text.count("\n") + 1


def _bad(path: Path, problem: str, line: int | None) -> BadFile:
    where = f"{SafeText(path)}, line {line}" if line else str(SafeText(path))
    return BadFile(f"{where}: {SafeText(problem)}.")
