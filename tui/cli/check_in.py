"""`billtop check-in`: the day's free credits."""

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode
from tui.cli.fund import refuse_read_only
from tui.cli.options import Options
from tui.cli.output import Output
from tui.domain import CheckIn
from tui.providers.base import Capability, HasCheckIn, Provider, having


def run(options: Options, out: Output) -> ExitCode:
    """Ask for today's credits and print what came of it; a day that had its check-in is no failure."""
    refuse_read_only(options, "The check-in")

    async def checked_in(provider: Provider) -> ExitCode:
        done = await having(provider, HasCheckIn).check_in()
        out.result(documents.check_in(done), check_in_lines(done))
        return ExitCode.DONE

    return on_account(options, checked_in, Capability.CHECK_IN)


def check_in_lines(done: CheckIn) -> list[str]:
    """What a check-in came to."""
    if done.done_before:
        return ["Today's check-in was done before; nothing was added."]
    added = f"{done.awarded} added." if done.awarded else "The provider does not say how many credits it brought."
    return [f"Checked in: {added}", *([f"Balance {done.balance}."] if done.balance else [])]
