"""`billtop order`."""

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import local, pairs
from tui.domain import Order
from tui.providers.base import Capability, HasOrders, Provider, having


def run(options: Options, out: Output) -> ExitCode:
    """Print one order."""

    async def shown(provider: Provider) -> ExitCode:
        order = await having(provider, HasOrders).order(options.order_id)
        out.result(documents.order(order), _lines(order))
        return ExitCode.DONE

    return on_account(options, shown, Capability.ORDERS)


def _lines(order: Order) -> list[str]:
    """Every field of an order that the provider told."""
    entries = [
        ("Order", order.id),
        ("Status", order.status.label or "not told"),
        ("Amount", str(order.amount) if order.amount else "not told"),
        ("For", order.kind.label or "not told"),
        ("Plan", order.plan_id or ""),
        ("Paid by", order.channel),
        ("Credits", "" if order.credits is None else f"{order.credits:,}"),
        ("Ordered", local(order.at, "")),
    ]
    return pairs([(label, value) for label, value in entries if value])
