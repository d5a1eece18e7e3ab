"""Theme files: colours in TOML, read and checked without the terminal framework.

name = "billtop-dark"
dark = true

[colors]                  # hex, #rrggbb
background = "#11151a"    # required: background, foreground, accent
…

[variables]               # optional: names of VARIABLES
live = "#e3b341"
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

REQUIRED_COLORS = ("background", "foreground", "accent")
COLORS = (*REQUIRED_COLORS, "primary", "secondary", "surface", "panel", "warning", "error", "success")
VARIABLES = (
    "label",
    "rule",
    "money-in",
    "money-out",
    "status-good",
    "status-wait",
    "status-bad",
    "live",
    "live-text",
    "sandbox",
    "bar",
)
"""The names screens use beyond the base colours; what a theme leaves out is taken from its base colours."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class BadTheme(ValueError):
    """A theme file that cannot be used; the text names the file, the key and what is expected."""


class ThemeFile(NamedTuple):
    """A checked theme: colours as `#rrggbb`."""

    name: str
    dark: bool
    colors: Mapping[str, str]
    variables: Mapping[str, str] = MappingProxyType({})


class ThemeSet(NamedTuple):
    """The themes that could be read, and why others could not: one bad file never stops a start."""

    themes: tuple[ThemeFile, ...]
    problems: tuple[str, ...] = ()


def load_themes(directories: Iterable[Path]) -> ThemeSet:
    """Read every `*.toml` of `directories`; a later directory replaces a theme of the same name."""
    themes: dict[str, ThemeFile] = {}
    problems: list[str] = []
    for directory in directories:
        try:
            paths = sorted(directory.glob("*.toml"))
        except OSError as error:
            problems.append(f"{directory}: cannot be read ({error.strerror}).")
            continue
        for path in paths:
            try:
                theme = read_theme(path)
            except BadTheme as problem:
                problems.append(str(problem))
            else:
                themes[theme.name] = theme
    return ThemeSet(tuple(themes.values()), tuple(problems))


def read_theme(path: Path) -> ThemeFile:
    """Read one theme file. Raises BadTheme."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadTheme(f"{path}: cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise BadTheme(f"{path}: is not TOML ({error}).") from None
    _only(path, data, ("name", "dark", "colors", "variables"), "")
    name, dark = data.get("name"), data.get("dark", True)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadTheme(f"{path}: name must be lower-case letters, digits and dashes, for example my-theme.")
    if not isinstance(dark, bool):
        raise BadTheme(f"{path}: dark must be true or false.")
    colors = _table(path, data, "colors", COLORS)
    missing = [key for key in REQUIRED_COLORS if key not in colors]
    if missing:
        raise BadTheme(f"{path}: colors.{missing[0]} is missing.")
    return ThemeFile(name, dark, colors, _table(path, data, "variables", VARIABLES))


def _table(path: Path, data: Mapping[str, object], table: str, allowed: tuple[str, ...]) -> dict[str, str]:
    values = data.get(table, {})
    if not isinstance(values, dict):
        raise BadTheme(f"{path}: {table} must be a table.")
    _only(path, values, allowed, f"{table}.")
    for key, value in values.items():
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise BadTheme(f"{path}: {table}.{key} must be a colour such as #11151a.")
    return dict(values)


def _only(path: Path, data: Mapping[str, object], allowed: tuple[str, ...], prefix: str) -> None:
    for key in data:
        if key not in allowed:
            raise BadTheme(f"{path}: {prefix}{key} is not known; known are {', '.join(allowed)}.")
