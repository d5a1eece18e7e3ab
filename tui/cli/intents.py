"""`billtop intents`: the charges begun on this machine, and what can be done about each."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from tui.cli import documents
from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.connection import chosen_account, on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.fund import again, balance_after, refuse_read_only
from tui.cli.journal import looked_up, opened_executor, opened_intents
from tui.cli.options import Options
from tui.cli.outcome import report
from tui.cli.output import Output
from tui.cli.table import local, table
from tui.domain import Intent, SafeText, SystemClock
from tui.payments.intents.actions import PaymentAction, choices, why_not_repeat
from tui.payments.intents.executor import AtWork, Executor, NotRepeatable
from tui.payments.intents.journal import IntentJournal
from tui.providers.base import Capability, Provider
from tui.providers.errors import NotFound

SHORT = 8
"""Characters of an id that lists show; as many as tell it from the others are enough to name one."""

Work = Callable[[Provider, Executor], Awaitable[ExitCode]]


def run(options: Options, out: Output) -> ExitCode:
    """List the charges, or do one of the things that can be done about one."""
    if options.check is not None:
        return _check(options, options.check, out)
    if options.repeat is not None:
        return _repeat(options, options.repeat, out)
    if options.set_aside is not None:
        return _set_aside(options, options.set_aside, out)
    now = SystemClock().now()
    account = chosen_account(options).ref.fingerprint
    with opened_intents(account, out) as (journal, _):
        made = journal.intents(account)
    out.result({"items": [documents.intent(each, choices(each, now)) for each in made]}, _lines(made, now))
    return ExitCode.DONE


def _check(options: Options, wanted: str, out: Output) -> ExitCode:
    async def checked(provider: Provider, executor: Executor) -> ExitCode:
        intent = _find(executor.journal, provider.account.fingerprint, wanted)
        if PaymentAction.CHECK in choices(intent, SystemClock().now()):
            intent = await looked_up(provider, executor.journal, intent, out)
        return report(intent, await balance_after(provider, intent, None), out)

    return _with_provider(options, checked, out)


def _repeat(options: Options, wanted: str, out: Output) -> ExitCode:
    refuse_read_only(options)

    async def repeated(provider: Provider, executor: Executor) -> ExitCode:
        intent = _find(executor.journal, provider.account.fingerprint, wanted)
        reason = why_not_repeat(intent, SystemClock().now())
        if reason is not None:
            raise NotRepeatable(f"{intent.title} is not sent again. {reason}")
        return await again(provider, executor, intent, None, options, out)

    return _with_provider(options, repeated, out)


def _set_aside(options: Options, wanted: str, out: Output) -> ExitCode:
    account = chosen_account(options).ref
    with opened_intents(account.fingerprint, out) as (journal, owner):
        intent = _find(journal, account.fingerprint, wanted)
        now = SystemClock().now()
        if PaymentAction.SET_ASIDE not in choices(intent, now):
            raise UsageError(f"There is nothing to set aside: {intent.title} is {intent.state.value}.")
        lines = [
            f"{intent.title}, begun {local(intent.created_at)}: {intent.state.value}. {intent.note}".rstrip(),
            "Set aside, it no longer stops the same payment from being made again.",
        ]
        if intent.sent_at is not None:
            lines.append("It may have gone through: compare the ledger first (`billtop transactions`).")
        if not confirmed(lines, "Set it aside?", yes=options.yes, out=out):
            return out.failure(NOT_CONFIRMED)
        aside = journal.set_aside(intent, owner, now)
        if PaymentAction.SET_ASIDE in choices(aside, now):
            raise AtWork("Another billtop is handling this payment: set it aside there, or quit that one first.")
    out.result(documents.intent(aside, choices(aside, now)), [f"{aside.title}: {aside.note or aside.state.value}."])
    return ExitCode.DONE


def _with_provider(options: Options, work: Work, out: Output, *needed: Capability) -> ExitCode:
    async def connected(provider: Provider) -> ExitCode:
        with opened_executor(provider, out) as executor:
            return await work(provider, executor)

    return on_account(options, connected, Capability.BALANCE, *needed)


def _find(journal: IntentJournal, account: str, wanted: str) -> Intent:
    """Return the charge whose id is `wanted` or alone begins with it. Raises NotFound, UsageError."""
    found = [each for each in journal.intents(account) if wanted and each.intent_id.startswith(wanted)]
    if len(found) > 1:
        raise UsageError("Several charges begin like that: give more of the id.")
    if not found:
        words = SafeText("No charge of this account has that id.")
        raise NotFound(words, hint=SafeText("`billtop intents` lists the charges begun here."))
    return found[0]


def _lines(made: Sequence[Intent], now: datetime) -> list[str]:
    if not made:
        return ["Nothing was charged from here with this account."]
    rows = [
        (
            each.intent_id[:SHORT],
            local(each.created_at),
            each.title,
            each.state.value.replace("_", " "),
            ", ".join(f"--{choice}" for choice in choices(each, now)),
            each.note,
        )
        for each in made
    ]
    return table(("Id", "Preloaded", "What", "Status", "Possible now", "Last known"), rows)
