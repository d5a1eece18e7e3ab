"""Orders: what was bought, and how each order stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.domain import Order
from tui.screens.invoices.order import OrderDialog
from tui.screens.shared.availability import why_no_row
from tui.screens.shared.view import View
from tui.widgets.commands import command
from tui.widgets.format import align_on_point, day_with_year, plural, unit_word
from tui.widgets.order_text import plan_names
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.status_styles import status_style


class OrdersView(View):
    """All orders, newest first."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    OrdersView RecordTable { border-top: solid $rule; border-title-color: $text; }
    """
    BINDING_GROUP_TITLE = "Orders"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("orders.details", "enter", "details", "Show the whole order", why_not=why_no_row),
        command("orders.copy", "y", "copy id", "Copy the order's id", why_not=why_no_row),
    ]

    _table = getters.query_one[RecordTable[Order]]("#orders-table", RecordTable)

    sections = (Snapshot.orders, Snapshot.plans)

    _orders: Sequence[Order] = ()
    _plans: Mapping[str, str] = {}
    _amounts: Mapping[str, str] = {}

    def compose_view(self) -> Iterable[Widget]:
        """The table."""
        yield RecordTable[Order](self._columns(), lambda order: order.id, id="orders-table")

    def empty(self, snapshot: Snapshot) -> str | None:
        """Say where the first order comes from."""
        return None if snapshot.orders.value else "No orders yet. 3 Plans makes the first one."

    def show(self, snapshot: Snapshot) -> None:
        """Show the orders that were read, their plans by name once those are known."""
        orders = snapshot.orders.value
        if not orders:
            return
        self._plans = plan_names(snapshot)
        if orders is not self._orders:
            self._orders = orders
            aligned = align_on_point([order.amount.digits if order.amount else "–" for order in orders])
            self._amounts = {order.id: text for order, text in zip(orders, aligned, strict=True)}
            self._table.set_columns(self._columns(max(8, len(aligned[0]))))
        self._table.set_records(tuple(orders))
        self._table.refresh()
        self._table.set_title(title(orders))

    def _columns(self, amount_width: int = 8) -> list[Column[Order]]:
        zone = self.app.zone
        return [
            Column("date", 11, lambda order: f"{day_with_year(order.at, zone):>11}" if order.at else "–"),
            Column("for", 12, lambda order: order.kind.label or "–"),
            Column("plan", 8, self._plan, grow=2, most=30),
            Column("amount", amount_width, lambda order: self._amounts.get(order.id, ""), right=True),
            Column("unit", 8, lambda order: unit_word(order.amount.unit) if order.amount else ""),
            Column("status", 10, lambda order: order.status.label or "–", lambda order: status_style(order.status)),
            Column("paid by", 8, lambda order: order.channel, wide=90),
            Column("order", 16, lambda order: order.id, grow=1, most=40, wide=100),
        ]

    def _plan(self, order: Order) -> str:
        return self._plans.get(order.plan_id or "", order.plan_id or "")

    @on(RecordTable.Selected)
    def action_details(self) -> None:
        """Show everything about the order."""
        if order := self._table.current:
            self.app.push_screen(OrderDialog(order))

    def action_copy(self) -> None:
        """Copy the order's id."""
        if order := self._table.current:
            self.app.copy_text(order.id, "Order id")


def title(orders: Sequence[Order]) -> str:
    """How many there are, and how many wait for their payment."""
    waiting = sum(order.status == "pending" for order in orders)
    return plural(len(orders), "order") + (f" · {waiting} pending" if waiting else "")
