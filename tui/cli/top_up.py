"""`billtop top-up`: credits bought with the card on file, in one step and once."""

from decimal import Decimal

from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.fund import balance_after, refuse_read_only, where
from tui.cli.journal import opened_executor
from tui.cli.options import Options
from tui.cli.outcome import blocked, fail, report
from tui.cli.output import Output
from tui.cli.sending import sending
from tui.domain import CREDITS, CallKind, Money
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import Blocked
from tui.payments.kinds import title_of
from tui.payments.text import doing_text
from tui.providers.base import Capability, HasBalance, HasTopUp, Provider, having


def run(options: Options, out: Output) -> ExitCode:
    """Buy credits after a confirmation, and print how it ended."""
    refuse_read_only(options)

    async def topped_up(provider: Provider) -> ExitCode:
        with opened_executor(provider, out) as executor:
            return await buy(provider, executor, options, out, options.credits)

    return on_account(options, topped_up, Capability.BALANCE, Capability.TOP_UP)


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
    title = title_of(CallKind.TOP_UP, amount=size)
    try:
        with sending(executor, out) as hold:
            call = seller.top_up_call(size)
            intent = executor.prepare(call, title=title, amount=size, payment_method_id=None)
            out.say(doing_text(intent))
            ended = await hold.send(intent)
    except Blocked as twin:
        return fail(blocked(twin.intent), twin.intent, None, out)
    return report(ended, await balance_after(provider, ended, held), out)


def offered(seller: HasTopUp, wanted: Decimal | None) -> Money:
    """Return the size that was asked for. Raises UsageError for one that is not sold."""
    found = [size for size in seller.top_up_sizes if size == Money(wanted or Decimal(0), CREDITS)]
    if not found:
        sizes = ", ".join(each.wire for each in seller.top_up_sizes)
        raise UsageError(f"{seller.account.provider_title} sells these numbers of credits: {sizes}.")
    return found[0]
