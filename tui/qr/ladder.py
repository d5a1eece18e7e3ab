"""The ladder: the best way to draw a code in a given space, or how much space it lacks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tui.qr.matrix import QrMatrix

UPPER_HALF, LOWER_HALF = HALF_BLOCKS = ("▀", "▄")
"""The glyphs of the half block form; both are in CP437 and in practically every monospaced font."""


class Glyphs(StrEnum):
    """The forms a code is drawn in; both give square modules on cells twice as high as wide."""

    HALF = "half"
    """One column and half a row a module."""

    SPACES = "spaces"
    """Two columns and one row a module, background colours only: for fonts and charsets without half blocks."""


class Rung(StrEnum):
    """A form with a quiet zone. ISO/IEC 18004 asks for 4 light modules on every side; 2 still read, 1 is a risk."""

    HALF_4 = "half-4"
    HALF_2 = "half-2"
    SPACES_4 = "spaces-4"
    SPACES_2 = "spaces-2"

    @property
    def glyphs(self) -> Glyphs:
        """The form of this rung."""
        return Glyphs(self.value.partition("-")[0])

    @property
    def quiet(self) -> int:
        """Light modules on every side."""
        return int(self.value.partition("-")[2])


class Size(NamedTuple):
    """A space in character cells."""

    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A code that fits whole: its modules, the rung to draw it on, and the cells that takes."""

    matrix: QrMatrix
    rung: Rung
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class TooSmall:
    """No rung fits; the least space, in cells, that would do."""

    columns: int
    rows: int


def need(matrix: QrMatrix, glyphs: Glyphs, quiet: int) -> Size:
    """Return the cells the code takes with `quiet` light modules on every side."""
    side = matrix.side + 2 * quiet
    if glyphs is Glyphs.SPACES:
        return Size(2 * side, side)
    return Size(side, (side + 1) // 2)


def choose(
    matrix: QrMatrix, columns: int, rows: int, *, glyphs: Glyphs = Glyphs.HALF, encoding_ok: bool = True
) -> Fit | TooSmall:
    """Pick the widest quiet zone that fits whole into `columns` × `rows` cells; a code is never cut.

    With `encoding_ok` False (see `can_encode`) half blocks cannot be written and spaces are taken in their place.
    """
    form = glyphs if encoding_ok else Glyphs.SPACES
    # As they are listed: the widest quiet zone first.
    ladder = [rung for rung in Rung if rung.glyphs is form]
    for rung in ladder:
        size = need(matrix, rung.glyphs, rung.quiet)
        if size.columns <= columns and size.rows <= rows:
            return Fit(matrix, rung, size.columns, size.rows)
    return TooSmall(*need(matrix, ladder[-1].glyphs, ladder[-1].quiet))


def can_encode(encoding: str | None) -> bool:
    """Tell whether an output of this encoding carries half blocks; an unknown encoding is taken as UTF-8."""
    try:
        "".join(HALF_BLOCKS).encode(encoding or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
