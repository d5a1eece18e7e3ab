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
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tui.config.toml_file import BadFile, TomlTable, read_toml
from tui.domain import SafeText
from tui.storage.files import read_plain

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
_LARGEST = 64_000
"""Bytes of a theme file; one with every name has 1,000."""
_MOST_FILES = 200
"""Theme files of a folder."""


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
            problems.append(f"{SafeText(directory)}: cannot be read ({error.strerror}).")
            continue
        if len(paths) > _MOST_FILES:
            problems.append(f"{SafeText(directory)} has {len(paths):,} theme files, the first {_MOST_FILES} are read.")
        for path in paths[:_MOST_FILES]:
            try:
                theme = read_theme(path)
            except BadFile as problem:
                problems.append(str(problem))
            else:
                themes[theme.name] = theme
    return ThemeSet(tuple(themes.values()), tuple(problems))


def read_theme(path: Path) -> ThemeFile:
    """Read one theme file. Raises BadFile naming it, the line and what is expected."""
    try:
        root = read_toml(path, _LARGEST, read_plain).root
    except FileNotFoundError:
        raise BadFile(f"{SafeText(path)} is a link to a file that is not there.") from None
    root.only(("name", "dark", "colors", "variables"))
    name = root.values.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise root.bad("name", "must be lower-case letters, digits and dashes, for example my-theme")
    dark, colors = root.switch("dark", usual=True), _colors(root.table("colors"), COLORS)
    for key in REQUIRED_COLORS:
        if key not in colors:
            raise root.table("colors").bad(key, "is missing")
    return ThemeFile(name, dark, colors, _colors(root.table("variables"), VARIABLES))


def _colors(table: TomlTable, allowed: tuple[str, ...]) -> dict[str, str]:
    table.only(allowed)
    colors = {key: value for key, value in table.values.items() if isinstance(value, str) and _HEX.fullmatch(value)}
    for key in table.values:
        if key not in colors:
            raise table.bad(key, "must be a colour such as #11151a")
    return colors
