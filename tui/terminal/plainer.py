"""What stands in for a sign the terminal's encoding does not have: one cell for one cell, so that columns stay."""

import codecs

PLAINER = "billtop-plainer"
"""The name of the error handler, for `str.encode`."""

_PLAIN = str.maketrans("−–—─━│·•…→↑↓▌▐▀▄█‘’“”×", "----=|.*.>^v||###''\"\"x", "")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(sign if sign.isascii() else "?" for sign in lost), error.end


codecs.register_error(PLAINER, _plainer)
