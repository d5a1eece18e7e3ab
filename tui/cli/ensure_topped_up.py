"""`billtop ensure-funded` where credits are bought in lots: top up when less is left than needed, and never twice."""

from contextlib import AbstractAsyncContextManager

from tui.cli.exit import ExitCode, Failure, UsageError
from tui.cli.journal import opened_executor, unsettled_charge
from tui.cli.options import Options
from tui.cli.outcome import blocked, document, fail
from tui.cli.output import Output
from tui.cli.top_up import buy, offered
from tui.config.locations import journal_file
from tui.domain import Intent, IntentState, Money
from tui.providers.base import HasBalance, HasTopUp, Provider, having
from tui.storage.machine_lock import machine_lock


async def ensure_topped_up(provider: Provider, options: Options, out: Output) -> ExitCode:
    """Do nothing when enough is left or on its way; else buy. Raises UsageError, BillingError, JournalError."""
    size = offered(having(provider, HasTopUp), options.top_up)
    with opened_executor(provider, out) as executor:
        async with turn(out):
            held = await held_now(provider)
            if not is_enough(held, options):
                waiting = await unsettled_charge(provider, executor, out)
                held = await held_now(provider)
                if waiting is not None and not is_enough(held, options):
                    return fail(_waits(waiting), waiting, held, out)
            if not is_enough(held, options):
                if not is_enough(held + size, options):
                    out.say(f"{held} is left; with {size} more that is still less than asked for.")
                return await buy(provider, executor, options, out, options.top_up)
    out.result(document(None, held), [f"Enough is left: {held}. Nothing was bought."])
    return ExitCode.DONE


def turn(out: Output) -> AbstractAsyncContextManager[None]:
    """Decide while holding the machine lock; say so when another process has to finish first."""
    return machine_lock(journal_file(), lambda: out.say("Another ensure-funded is at work; waiting for it."))


async def held_now(provider: Provider) -> Money:
    """What is left. Raises BillingError."""
    return (await having(provider, HasBalance).balance()).available


def is_enough(held: Money, options: Options, example: str = "5000") -> bool:
    """Whether as much is left as was asked for. Raises UsageError where nothing was."""
    if options.minimum is None:
        raise UsageError(f"Say how much must be left: --min {example}.")
    return not held < Money(options.minimum, held.unit)


def _waits(intent: Intent) -> Failure:
    """Say that a top-up on its way may be all that is missing."""
    if intent.state is not IntentState.ISSUING:
        return blocked(intent)
    return Failure(
        ExitCode.PENDING,
        "blocked",
        f"{intent.title} was paid and its credits are still being issued. Nothing more was bought.",
        "Give the command again in a minute.",
    )
