"""`billtop top-up`: credits bought with the card on file, in one step and once."""

from decimal import Decimal
from functools import partial

from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.exit import ExitCode, UsageError
from tui.cli.fund import refuse_read_only, sent, where, with_executor
from tui.cli.options import Options
from tui.cli.output import Output
from tui.domain import CREDITS, CallKind, Money
from tui.payments.intents.executor import Executor
from tui.payments.kinds import title_of
from tui.providers.base import Capability, HasBalance, HasTopUp, Provider, having


def run(options: Options, out: Output) -> ExitCode:
    """Buy credits after a confirmation, and print how it ended."""
    refuse_read_only(options)

    async def topped_up(provider: Provider, executor: Executor) -> ExitCode:
        return await buy(provider, executor, options, out, options.credits)

    return with_executor(options, out, topped_up, Capability.BALANCE, Capability.TOP_UP)


async def buy(
    provider: Provider, executor: Executor, options: Options, out: Output, wanted: Decimal | None
) -> ExitCode:
    """Buy `wanted` credits, once, and print how it ended.

    Raises UsageError, BillingError, JournalError; after each of them nothing was bought.
    """
    seller = having(provider, HasTopUp)
    size = offered(seller, wanted)
    held = (await having(provider, HasBalance).balance()).available
    lines = [
        f"Buy {size} with the card on file at {provider.account.provider_title}",
        where(provider.account),
        f"Balance now {held}. The provider tells no price here: it is the one of its price list.",
    ]
    if not confirmed(lines, "Buy it?", yes=options.yes, out=out):
        return out.failure(NOT_CONFIRMED)
    title, call = title_of(CallKind.TOP_UP, amount=size), seller.top_up_call(size)
    create = partial(executor.prepare, call, title=title, amount=size, payment_method_id=None)
    return await sent(provider, executor, create, held, out)


def offered(seller: HasTopUp, wanted: Decimal | None) -> Money:
    """Return the size that was asked for. Raises UsageError for one that is not sold."""
    found = [size for size in seller.top_up_sizes if size == Money(wanted or Decimal(0), CREDITS)]
    if not found:
        sizes = ", ".join(each.wire for each in seller.top_up_sizes)
        raise UsageError(f"{seller.account.provider_title} sells these numbers of credits: {sizes}.")
    return found[0]
