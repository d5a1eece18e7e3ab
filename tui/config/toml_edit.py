"""Changing what a TOML file says: one instance at a time, and without losing the comments of whoever edits it too."""

import logging
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tui.config.accounts import ConfigurationError
from tui.config.toml_file import LARGEST, BadFile, read_toml
from tui.storage.files import make_private_directory, unwritable, write_file
from tui.storage.machine_lock import file_lock

_LOCK_SECONDS = 5.0
"""How long another instance may take to write a file."""

_log = logging.getLogger(__name__)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Have every other instance wait that wants to change the file. Raises ConfigurationError after 5 s."""
    from filelock import Timeout

    try:
        make_private_directory(path.parent)
        with file_lock(path.with_name(f".{path.name}.lock"), _LOCK_SECONDS):
            yield
    except Timeout:
        raise ConfigurationError(f"Another billtop is writing {path}. Try again in a moment.") from None
    except OSError as error:
        raise ConfigurationError(unwritable(path, error)) from None


def write_toml(path: Path, data: Mapping[str, object], head: str) -> None:
    """Have the file say `data`, whole or not at all, for its owner alone (0600); a new one begins with `head`.

    Raises ConfigurationError.
    """
    try:
        text = read_toml(path, LARGEST).text
    except (FileNotFoundError, BadFile):
        text = head
    try:
        make_private_directory(path.parent)
        write_file(path, edited(text, data).encode())
    except OSError as error:
        raise ConfigurationError(unwritable(path, error)) from None


def edited(text: str, data: Mapping[str, object]) -> str:
    """TOML that says `data` and nothing else, with the comments and the order of `text` as far as they still fit."""
    import tomlkit

    try:
        document = tomlkit.parse(text)
        _merge(document, data)
        changed = document.as_string()
        if tomllib.loads(changed) == data:
            return changed
    except Exception as fault:
        _log.warning("A file of unusual make is written without its comments (%s).", type(fault).__name__)
    # What it says counts more than how it says it.
    return tomlkit.dumps(data)


def _merge(table: MutableMapping[str, Any], data: Mapping[str, object]) -> None:
    for key in [each for each in table if each not in data]:
        del table[key]
    for key, value in data.items():
        known = table.get(key)
        if isinstance(value, Mapping) and isinstance(known, MutableMapping):
            _merge(known, value)
        elif known is None:
            _add(table, key, value)
        elif known != value:
            table[key] = value


def _add(table: MutableMapping[str, Any], key: str, value: object) -> None:
    """Add a key behind the last one: comments at the end of a table belong to the one below it."""
    from tomlkit.container import Container
    from tomlkit.items import Table

    if not isinstance(table, Container | Table):
        table[key] = value
        return
    body = (table if isinstance(table, Container) else table.value).body
    last = next((at for at in range(len(body), 0, -1) if body[at - 1][0] is not None), len(body))
    rest = [] if isinstance(value, Mapping) else body[last:]
    del body[len(body) - len(rest) :]
    table.append(key, value)
    body.extend(rest)
