"""Ids that go back to a server."""

import re

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,255}")


class BadId(ValueError):
    """An id that must not be put into a request."""


def checked_id(raw: object) -> str:
    """Return `raw` as an id that may stand in a URL path; raises BadId for anything else.

    Dots alone (`.`, `..`) are refused: they would change the path.
    """
    text = str(raw)
    if not _ID.fullmatch(text) or not text.strip("."):
        raise BadId("this is not an id the provider could have given")
    return text
