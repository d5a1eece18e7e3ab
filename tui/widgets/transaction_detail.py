"""One transaction in full."""

from datetime import tzinfo

from textual.content import Content

from tui.domain import Transaction, iso_z
from tui.widgets.fields import field_lines
from tui.widgets.format import DIM, full_time, lines, money_style, signed
from tui.widgets.status_styles import status_style


def transaction_detail(row: Transaction, zone: tzinfo | None) -> Content:
    """Every field of `row`; times in `zone` (None: this machine's)."""
    amount = f"{signed(row.amount, row.direction).strip()} {row.amount.unit}"
    moved = "" if row.status.moved_money else "  no money moved"
    copies = ("   y copies", DIM)
    return lines(
        [
            Content.assemble((amount, f"bold {money_style(row)}"), f"  {row.direction.label}", (moved, DIM)),
            Content(),
            field_lines(
                [
                    ("time", full_time(row.at, zone)),
                    ("status", Content.styled(row.status.label, status_style(row.status))),
                    ("use case", row.usecase or "–"),
                    ("source", row.source or "–"),
                    ("id", Content.assemble(row.id, copies)),
                    ("reference", row.reference or "–"),
                ]
            ),
        ]
    )


def row_line(row: Transaction) -> str:
    """A row as one line for another program: its fields in the order of the export, with tabs between them."""
    at = iso_z(row.at) if row.at else ""
    fields = (row.id, at, row.direction, row.amount.wire, row.amount.unit, row.status, row.usecase, row.source)
    return "\t".join((*map(str, fields), str(row.reference or "")))
