"""Comma-separated values (RFC 4180) that a spreadsheet may open: text in them never becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from tui.domain import Transaction, iso_z

HEADINGS = ("id", "at", "direction", "amount", "unit", "status", "usecase", "source", "reference")
_RISKY = tuple("=+-@＝＋－＠\t\r")
"""What a cell begins with that a spreadsheet computes (owasp.org/www-community/attacks/CSV_Injection)."""


def csv_pieces(rows: Iterable[Transaction]) -> Iterator[str]:
    """A line of headings, then a line a row: every cell in quotes, amounts as plain digits, times in UTC with Z.

    Text that a spreadsheet would compute, `=HYPERLINK(…)` from a server, gets an apostrophe in front, which makes it
    text there; programs that want the exact text read JSON Lines.
    """
    yield _line(HEADINGS)
    for row in rows:
        at = iso_z(row.at) if row.at else ""
        texts = [_text(each) for each in (row.status, row.usecase, row.source, row.reference or "")]
        yield _line((_text(row.id), at, _text(row.direction), row.amount.wire, row.amount.unit, *texts))


def _text(value: str) -> str:
    return f"'{value}" if value.lstrip().startswith(_RISKY) or value.startswith(_RISKY) else value


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    # All cells in quotes: a program that splits at semicolons must not find a new cell inside one of ours.
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()
