"""Text that came from outside, made safe once, where it enters."""

import unicodedata
from typing import Self

MAX_LENGTH = 2000
"""Characters kept of one server string; longer text is cut with an ellipsis."""

_MAX_COMBINING = 3
_SPACES = frozenset("\t\n\r\v\f\x85\u2028\u2029")
_REPLACED = frozenset({"Cc", "Cs", "Co", "Cn"})


class SafeText(str):
    """Text without terminal controls, bidi tricks or stacked marks, safe to print as it is.

    Being a `str`, it says nothing about markup: show it through markup-off APIs only.
    """

    __slots__ = ()

    def __new__(cls, raw: object = "") -> Self:
        """Clean `raw` (anything with a `str`); text that is already safe passes unchanged."""
        if isinstance(raw, SafeText):
            return super().__new__(cls, raw)
        return super().__new__(cls, clean(str(raw)))


def clean(raw: str, limit: int = MAX_LENGTH) -> str:
    """Return `raw` without anything a terminal would act on.

    White space controls become a space, other controls, surrogates, private and unassigned characters become
    U+FFFD, format characters (bidi overrides, zero width) vanish, runs of combining marks are cut to three.
    """
    if len(raw) <= limit and raw.isascii() and raw.isprintable():
        return raw.strip()  # nothing of the below is in it: nearly all text is so, and there is much of it
    kept: list[str] = []
    combining = 0
    for char in unicodedata.normalize("NFC", raw[: limit * 4]):
        if char in _SPACES:
            kept.append(" ")
            continue
        category = unicodedata.category(char)
        if category == "Cf":
            continue
        combining = combining + 1 if category in {"Mn", "Me"} else 0
        if combining > _MAX_COMBINING:
            continue
        kept.append("\ufffd" if category in _REPLACED else char)
    text = "".join(kept).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sentence(text: str) -> str:
    """`text` with a capital and a full stop, so that two can follow each other."""
    stripped = text.strip()
    if not stripped:
        return ""
    return stripped[0].upper() + stripped[1:] + ("" if stripped[-1] in ".!?…" else ".")


EMPTY = SafeText()
"""No text: the default of fields a provider left out."""


class OpenEnum(SafeText):
    """A wire word from a set that may grow: an unknown value is kept and shown as itself."""

    __slots__ = ()

    @property
    def label(self) -> str:
        """The word as people read it: `past_due` is "past due"."""
        return self.replace("_", " ")
