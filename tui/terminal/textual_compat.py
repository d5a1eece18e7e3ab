"""Every module and attribute of Textual's that it does not document, each with what it is for here.

Found on Textual 8.2.8, to which pyproject pins it. When a newer one is tried, this is the list to go through: what
breaks without a name stands beside it.
"""

import logging
from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.message import Message

__all__ = ["ChopsUpdate", "CompositorUpdate", "KeyParser", "LayoutUpdate", "print_at_exit"]
"""`ChopsUpdate`, `CompositorUpdate`, `LayoutUpdate`: what a frame is made of. Without them whole pictures are sent, six
times the bytes over SSH (`screen_buffer.py`)."""

_log = logging.getLogger(__name__)


class KeyParser:
    """Textual's reader of what a terminal sends, which no sequence can end.

    Without `XTermParser` the driver's own input thread reads, which takes pastes apart into keys.
    """

    def __init__(self, *, debug: bool = False) -> None:
        self._debug = debug
        self._parser = XTermParser(debug)

    def read(self, keys: str) -> Iterable[Message]:
        """Yield what `keys` complete; a sequence that Textual cannot read is dropped, and reading goes on after it."""
        try:
            yield from self._parser.feed(keys)
        except Exception as fault:
            # Its generator has ended with the fault: a new one starts clean. What was typed may be a secret.
            _log.warning("A key sequence could not be read (%s).", type(fault).__name__)
            self._parser = XTermParser(self._debug)

    def overdue(self) -> Iterable[Message]:
        """Yield what nothing more has come to in time: a lone escape is a key."""
        return self._parser.tick()

    def seconds_left(self) -> float | None:
        """Seconds until something is overdue, or None; without `_timeout_time` esc waits for the next key."""
        due = self._parser._timeout_time
        return None if due is None else max(due - get_time(), 0.0)


def print_at_exit(app: App[Any], what: RenderableType) -> None:
    """Print on the terminal once the app has given it back; without `_exit_renderables` a crash leaves no report."""
    app._exit_renderables.append(what)
