"""Invoices: what was billed, and each bill with its lines and links."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.domain import Invoice, Money
from tui.screens.invoices.invoice import InvoiceDialog
from tui.screens.shared.availability import why_no_row
from tui.screens.shared.view import View
from tui.widgets.commands import command
from tui.widgets.format import align_on_point, day_with_year, plural
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.status_styles import status_style


class InvoicesView(View):
    """All invoices, newest first."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    InvoicesView RecordTable { border-top: solid $rule; border-title-color: $text; }
    """
    BINDING_GROUP_TITLE = "Invoices"
    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "invoices.details", "enter", "lines and links", "Show the invoice, its page and its PDF", why_not=why_no_row
        ),
        command("invoices.copy", "y", "copy number", "Copy the invoice's number", why_not=why_no_row),
    ]

    _table = getters.query_one[RecordTable[Invoice]]("#invoices-table", RecordTable)

    sections = (Snapshot.invoices,)

    _invoices: Sequence[Invoice] = ()
    _amounts: Mapping[str, str] = {}

    def compose_view(self) -> Iterable[Widget]:
        """The table."""
        yield RecordTable[Invoice](self._columns(), lambda invoice: invoice.id, id="invoices-table")

    def empty(self, snapshot: Snapshot) -> str | None:
        """Say when the first invoice comes."""
        if snapshot.invoices.value:
            return None
        return f"No invoices yet. {snapshot.provider_title} makes one when something is billed."

    def show(self, snapshot: Snapshot) -> None:
        """Show the invoices that were read."""
        invoices = snapshot.invoices.value
        if not invoices:
            return
        if invoices is not self._invoices:
            self._invoices = invoices
            aligned = align_on_point([invoice.amount.digits for invoice in invoices])
            self._amounts = {invoice.id: text for invoice, text in zip(invoices, aligned, strict=True)}
            self._table.set_columns(self._columns(max(10, len(aligned[0]))))
        self._table.set_records(tuple(invoices))
        self._table.set_title(title(invoices))

    def _columns(self, amount_width: int = 10) -> list[Column[Invoice]]:
        zone = self.app.zone
        columns: list[Column[Invoice]] = [
            Column("number", 14, lambda invoice: invoice.number, grow=1, most=22),
            Column("date", 11, lambda invoice: f"{day_with_year(invoice.at, zone):>11}" if invoice.at else "–"),
            Column("amount", amount_width, lambda invoice: self._amounts.get(invoice.id, ""), right=True),
            Column("unit", 7, lambda invoice: invoice.amount.unit),
            Column("status", 13, lambda invoice: invoice.status.label, lambda invoice: status_style(invoice.status)),
        ]
        if any(invoice.description for invoice in self._invoices):
            columns.append(Column("billed for", 20, lambda invoice: invoice.description or "", grow=3, wide=90))
        return columns

    @on(RecordTable.Selected)
    def action_details(self) -> None:
        """Show the invoice with its lines and links."""
        if invoice := self._table.current:
            self.app.push_screen(InvoiceDialog(invoice))

    def action_copy(self) -> None:
        """Copy the number of the invoice."""
        if invoice := self._table.current:
            self.app.copy_text(invoice.number, "Invoice number")


def title(invoices: Sequence[Invoice]) -> str:
    """How many there are, and what is still to be paid, a sum for each unit."""
    due: dict[str, Money] = {}
    for invoice in invoices:
        if invoice.status == "open":
            unit = invoice.amount.unit
            due[unit] = due[unit] + invoice.amount if unit in due else invoice.amount
    open_sums = "".join(f" · to pay {amount.digits} {unit}" for unit, amount in due.items())
    return plural(len(invoices), "invoice") + open_sums
