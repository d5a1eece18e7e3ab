"""Pastes made harmless before anything reads them as keys.

Measured on Textual 8.2.8: its parser takes an escape inside a bracketed paste for the beginning of a key, and what
follows it for keys that were pressed. A text from a web page could then press `f`, an amount and enter.
"""

from tui.domain.text import clean

LONGEST = 8_192
"""Characters kept of a paste: more than any token or query has."""
_START = "\x1b[200~"
_END = "\x1b[201~"
_EDGE = len(_END) - 1
"""Characters of a mark that may have come without its last one."""


class Pastes:
    """Finds the pastes in what a terminal sends, in pieces of any size, and cleans them."""

    def __init__(self) -> None:
        self._before = ""
        self._pasted: str | None = None

    def cleaned(self, typed: str) -> str:
        """What there is to read of `typed` and of what came before it: keys as they are, pastes once they are whole."""
        ready = []
        while typed:
            if self._pasted is None:
                typed, keys = self._keys(typed)
                ready.append(keys)
            else:
                typed, paste = self._paste(self._pasted + typed)
                ready.append(paste)
        return "".join(ready)

    def _keys(self, typed: str) -> tuple[str, str]:
        """What comes behind the beginning of a paste, and what comes up to it."""
        before, start, rest = (self._before + typed).partition(_START)
        if not start:
            self._before = before[-_EDGE:]
            return "", typed
        self._before, self._pasted = "", ""
        return rest, typed[: len(typed) - len(rest)]

    def _paste(self, come: str) -> tuple[str, str]:
        """What comes behind the end of a paste, and the paste; nothing of it until it is whole."""
        pasted, end, rest = come.partition(_END)
        if not end:
            self._pasted = come if len(come) <= 2 * LONGEST else come[: 2 * LONGEST - _EDGE] + come[-_EDGE:]
            return "", ""
        self._pasted = None
        return rest, clean(pasted, LONGEST) + _END
