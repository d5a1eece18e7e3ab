"""One order in full."""

from datetime import tzinfo

from textual.content import Content

from tui.account.state import Snapshot
from tui.domain import Order
from tui.widgets.fields import Field, field_lines
from tui.widgets.format import BOLD, DIM, full_time, lines
from tui.widgets.status_styles import status_style

_MEANS = {
    "pending": "waits for its payment",
    "completed": "paid, and handed over",
    "failed": "not paid",
    "refunded": "paid, and the money went back",
}


def plan_names(snapshot: Snapshot) -> dict[str, str]:
    """The names of the plans that are known, by id."""
    return {plan.id: plan.name for plan in snapshot.plans.value.items} if snapshot.plans.value else {}


def order_detail(order: Order, plan: str, zone: tzinfo | None) -> Content:
    """Every field of `order` that the provider told; `plan` is its plan by name, times are in `zone`."""
    means = (f"   {_MEANS.get(str(order.status), '')}", DIM)
    status = Content.assemble((order.status.label or "not told", f"bold {status_style(order.status)}"), means)
    fields: list[Field] = [
        ("amount", Content.styled(str(order.amount) if order.amount else "not told", BOLD)),
        ("status", status),
        ("for", order.kind.label or "not told"),
    ]
    if order.plan_id:
        fields.append(("plan", f"{plan} ({order.plan_id})" if plan and plan != order.plan_id else order.plan_id))
    if order.credits is not None:
        fields.append(("credits", f"{order.credits:,}"))
    if order.channel:
        fields.append(("paid by", order.channel))
    fields.append(("ordered", full_time(order.at, zone) if order.at else "not told"))
    fields += [("checkout", each) for each in sorted(order.session_ids)]
    return lines([Content.styled(f"Order {order.id}", BOLD), Content(), field_lines(fields)])
