"""One order: what the list told, and what the provider says of it now."""

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui.domain import BadId, Order
from tui.providers.base import HasOrders
from tui.providers.errors import BillingError
from tui.screens.shared.account_text import refusal_text
from tui.screens.shared.dialog import ENTER_CLOSES, Dialog
from tui.widgets.commands import command
from tui.widgets.format import BAD, DIM
from tui.widgets.order_text import order_detail, plan_names
from tui.widgets.plain_text import PlainText


class OrderDialog(Dialog[None]):
    """Every field of an order; it is read again when the dialog opens: a pending one may be paid by now."""

    BINDING_GROUP_TITLE = "Order"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("order.read", "r", "read again"),
        command("order.copy", "y", "copy id"),
        ENTER_CLOSES,
    ]

    def __init__(self, order: Order) -> None:
        """Show what the list told of `order`, then read it."""
        super().__init__()
        self._order = order

    def compose_dialog(self) -> Iterable[Widget]:
        """The fields, and how reading them goes."""
        yield PlainText(id="order-fields")
        yield PlainText(id="order-state")

    def on_mount(self) -> None:
        """Show what is known and read the rest."""
        self._show()
        self.action_read()

    def action_read(self) -> None:
        """Read the order again."""
        self._tell(Content.styled("\nReading it again…", DIM))
        self._read()

    # exclusive: only the last of several reads may show something.
    @work(exclusive=True, group="order", exit_on_error=False)
    async def _read(self) -> None:
        try:
            self._order = await self.app.account_session.able(HasOrders).order(self._order.id)
        except (BillingError, BadId) as error:
            why = refusal_text(error)
            self._tell(Content.assemble(("\nCould not read it again. ", BAD), why, (" r tries again.", DIM)))
            return
        self._tell(Content())
        self._show()

    def _show(self) -> None:
        plan = plan_names(self.app.snapshot).get(self._order.plan_id or "", "")
        self.query_one("#order-fields", PlainText).set_text(order_detail(self._order, plan, self.app.zone))

    def _tell(self, words: Content) -> None:
        self.query_one("#order-state", PlainText).set_text(words)

    def action_copy(self) -> None:
        """Copy the id."""
        self.app.copy_text(self._order.id, "Order id")
