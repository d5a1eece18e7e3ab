"""Keys and pastes, of the bytes that a terminal sends."""

from codecs import getincrementaldecoder
from collections.abc import Iterable

from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.message import Message

from tui.terminal.pastes import Pastes


class Typed:
    """Reads bytes in pieces of any size; half a character waits for its other half."""

    def __init__(self, *, debug: bool = False) -> None:
        """Begin with nothing typed."""
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._pastes = Pastes()
        self._parser = XTermParser(debug)

    def messages(self, sent: bytes) -> Iterable[Message]:
        """What `sent` completes."""
        keys = self._pastes.cleaned(self._decode(sent))
        # Nothing, as of half a character, would be the end to the parser.
        return self._parser.feed(keys) if keys else ()

    def overdue(self) -> Iterable[Message]:
        """What nothing more has come to in time: a lone escape is a key."""
        return self._parser.tick()

    def patience(self) -> float | None:
        """Seconds until something is overdue; None while nothing can be."""
        due = self._parser._timeout_time
        return None if due is None else max(due - get_time(), 0.0)
