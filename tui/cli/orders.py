"""`billtop orders` and `billtop order`."""

from collections.abc import Sequence

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import local, local_day, pairs, table
from tui.domain import Order
from tui.providers.base import Capability, HasOrders, Provider, having


def run(options: Options, out: Output) -> ExitCode:
    """Print all orders, or one of them."""

    async def listed(provider: Provider) -> ExitCode:
        items = await having(provider, HasOrders).orders()
        out.result({"items": [documents.order(each) for each in items]}, order_lines(items))
        return ExitCode.DONE

    async def one(provider: Provider) -> ExitCode:
        order = await having(provider, HasOrders).order(options.order_id)
        out.result(documents.order(order), one_order_lines(order))
        return ExitCode.DONE

    return on_account(options, one if options.command == "order" else listed, Capability.ORDERS)


def order_lines(items: Sequence[Order]) -> list[str]:
    """Orders as a table."""
    if not items:
        return ["No orders yet."]
    rows = [
        (each.id, local_day(each.at), each.kind.label, each.plan_id or "–", each.status.label, str(each.amount or "–"))
        for each in items
    ]
    return table(("Id", "Date", "For", "Plan", "Status", "Amount"), rows, right=frozenset({5}))


def one_order_lines(order: Order) -> list[str]:
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
