"""Names and values of one thing, a line each, the names dim and of one width."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from tui.widgets.format import DIM, lines

Field = tuple[str, Content | str]
"""A label and its value; a plain string is shown as it is, never read as markup."""


def field_lines(fields: Sequence[Field], *, label_width: int = 0) -> Content:
    """The fields with their values in one column; `label_width` makes several blocks line up."""
    width = max([label_width, *(cell_len(label) for label, _ in fields)])
    padded = [(label + " " * (width - cell_len(label) + 3), value) for label, value in fields]
    return lines([Content.assemble((label, DIM), value) for label, value in padded])
