"""How texts are compared: case does not matter, and an underscore is a space."""


def folded(text: str) -> str:
    """Text as it is compared in words: `past_due` is found by "Past due" and the other way round."""
    return text.casefold().replace("_", " ")


def folded_ascii(text: str) -> str:
    """Ids as they are compared: as `folded`, but only ASCII letters lose their case, as in SQLite's LIKE."""
    return "".join(char.lower() if char.isascii() else char for char in text).replace("_", " ")
