"""Keys and pastes, of the bytes that a terminal sends."""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable

from textual.message import Message

from tui.terminal.pastes import Pastes
from tui.terminal.textual_compat import KeyParser

_SUBPARAMETERS = re.compile(r"(\x1b\[\d+)(?::\d*)*((?:;\d*)?)(?::\d+)*(?:;[\d:]*)?u")
"""A key as the kitty protocol reports it, with the parts behind colons: other layouts' keys, the kind of event, text.
Nobody asked for them, and Textual ends over them."""

_KEYLESS = re.compile(r"\x1b\[;[\d;:]*u")
"""The same without a key. Textual 8.2.0 and older wait for more of it, and take the keys behind it for that."""


class Typed(KeyParser):
    """Reads bytes in pieces of any size; half a character waits for its other half."""

    def __init__(self, *, debug: bool = False) -> None:
        super().__init__(debug=debug)
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._pastes = Pastes()

    def messages(self, sent: bytes) -> Iterable[Message]:
        """What `sent` completes."""
        keys = _KEYLESS.sub("", self._pastes.cleaned(self._decode(sent)))
        # Nothing, as of half a character, would be the end to the parser.
        return self.read(_SUBPARAMETERS.sub(r"\1\2u", keys)) if keys else ()
