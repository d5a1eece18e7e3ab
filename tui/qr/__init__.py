"""QR codes as character cells: which modules, which rung of the ladder fits, which glyph in which cell.

Pure and cheap to import: the encoder (`qrcode`) is loaded when the first code is made.
"""

from tui.qr.cells import Cell, ansi_lines, cells
from tui.qr.ladder import Fit, Glyphs, Rung, Size, TooSmall, can_encode, choose, need
from tui.qr.matrix import QrMatrix, make_matrix

__all__ = [
    "Cell",
    "Fit",
    "Glyphs",
    "QrMatrix",
    "Rung",
    "Size",
    "TooSmall",
    "ansi_lines",
    "can_encode",
    "cells",
    "choose",
    "make_matrix",
    "need",
]
