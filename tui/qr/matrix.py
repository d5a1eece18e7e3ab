"""The modules of a QR code; the encoder (`qrcode`) is imported when the first one is made."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class QrMatrix:
    """The dark (True) and light modules of one code, row by row, without a quiet zone."""

    modules: tuple[tuple[bool, ...], ...]
    version: int

    @property
    def side(self) -> int:
        """Modules on one side: 17 + 4 × version, always odd."""
        return len(self.modules)


@lru_cache(maxsize=16)
def make_matrix(text: str) -> QrMatrix:
    """Encode `text`, unchanged character for character, at error correction L.

    L because a screen read from near by has no dirt to recover from, while every level above costs one or two
    versions, that is 4 to 8 columns, at the length of a hosted checkout link. Takes about 15 ms at 433 characters.
    Raises ValueError when the text is empty, not ASCII (readers disagree on the character set of anything else) or
    longer than version 40 holds (2953 characters).
    """
    if not text or not text.isascii():
        raise ValueError("a QR code holds ASCII text that is not empty")
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.exceptions import DataOverflowError
    from qrcode.main import QRCode

    code = QRCode(border=0, error_correction=ERROR_CORRECT_L)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:  # the library reports version 41 as a ValueError
        raise ValueError(f"{len(text)} characters are more than a QR code holds") from error
    return QrMatrix(tuple(tuple(bool(module) for module in row) for row in code.get_matrix()), code.version)
