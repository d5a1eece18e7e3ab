"""One transaction in a dialog, for terminals without room beside the table."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.domain import Transaction
from tui.screens.dialogs.dialog import Dialog
from tui.widgets.plain_text import PlainText
from tui.widgets.transaction_detail import transaction_detail


class TransactionDialog(Dialog[None]):
    """Every field of one transaction."""

    BINDING_GROUP_TITLE = "Transaction"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy('id')", "copy id"),
        Binding("Y", "copy('reference')", "copy reference"),
        Binding("enter", "close", "close", show=False),
    ]

    def __init__(self, row: Transaction) -> None:
        """Show `row`."""
        super().__init__()
        self._row = row

    def compose_dialog(self) -> Iterable[Widget]:
        """The fields."""
        yield PlainText(transaction_detail(self._row, self.app.zone))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a reference there is none to copy."""
        return None if parameters == ("reference",) and self._row.reference is None else True

    def action_copy(self, what: str) -> None:
        """Copy the id, or the reference at the payment processor."""
        self.app.copy_text(self._row.reference or "" if what == "reference" else self._row.id, f"Transaction {what}")
