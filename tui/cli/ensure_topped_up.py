"""`billtop ensure-funded` where credits are bought in lots: top up when less is left than needed, and never twice."""

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
        async with machine_lock(journal_file(), lambda: out.say("Another ensure-funded is at work; waiting for it.")):
            held = await _held(provider)
            if not _is_enough(held, options):
                waiting = await unsettled_charge(provider, executor, out)
                held = await _held(provider)
                if waiting is not None and not _is_enough(held, options):
                    return fail(_waits(waiting), waiting, held, out)
            if not _is_enough(held, options):
                if not _is_enough(held + size, options):
                    out.say(f"{held} is left; with {size} more that is still less than asked for.")
                return await buy(provider, executor, options, out, options.top_up)
    out.result(document(None, held), [f"Enough is left: {held}. Nothing was bought."])
    return ExitCode.DONE


async def _held(provider: Provider) -> Money:
    return (await having(provider, HasBalance).balance()).available


def _is_enough(held: Money, options: Options) -> bool:
    if options.minimum is None:
        raise UsageError("Say how much must be left: --min 5000.")
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
