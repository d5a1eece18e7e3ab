"""One transaction in a dialog, for terminals without room beside the table."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from tui.domain import Transaction
from tui.screens.shared.dialog import ENTER_CLOSES, Dialog
from tui.widgets.commands import command
from tui.widgets.plain_text import PlainText
from tui.widgets.transaction_detail import row_line, transaction_detail


class TransactionDialog(Dialog[None]):
    """Every field of one transaction."""

    BINDING_GROUP_TITLE = "Transaction"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("transaction.copy-id", "y", "copy id", action="copy('id')"),
        command("transaction.copy-row", "Y", "copy the row", action="copy('row')"),
        ENTER_CLOSES,
    ]

    def __init__(self, row: Transaction) -> None:
        super().__init__()
        self._row = row

    def compose_dialog(self) -> Iterable[Widget]:
        """The fields."""
        yield PlainText(transaction_detail(self._row, self.app.zone))

    def action_copy(self, what: str) -> None:
        """Copy the id, or all of the row in one line."""
        if what == "row":
            self.app.copy_text(row_line(self._row), "The row")
        else:
            self.app.copy_text(self._row.id, "Transaction id")
