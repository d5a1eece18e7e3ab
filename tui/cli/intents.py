"""`billtop intents`: the charges made on this machine, and what can be done about each."""

from collections.abc import Sequence
from datetime import datetime

from tui.cli import documents
from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.connection import chosen_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.fund import again, balance_after, refuse_read_only, with_executor
from tui.cli.journal import looked_up, opened_intents, the_one
from tui.cli.options import Options
from tui.cli.outcome import report
from tui.cli.output import Output
from tui.cli.table import local, table
from tui.domain import Intent, SystemClock
from tui.payments.actions import actions
from tui.payments.intents.executor import AtWork, Executor, NotRepeatable
from tui.payments.intents.journal import IntentJournal
from tui.payments.kinds import PaymentAction, kind_of
from tui.payments.text import dismissal_lines, state_word
from tui.providers.base import Capability, Provider

SHORT = 8
"""Characters of an id that lists show; as many as tell it from the others are enough to name one."""


def run(options: Options, out: Output) -> ExitCode:
    """List the charges, or do one of the things that can be done about one."""
    if options.check is not None:
        return _check(options, options.check, out)
    if options.repeat is not None:
        return _repeat(options, options.repeat, out)
    if options.set_aside is not None:
        return _dismiss(options, options.set_aside, out)
    now = SystemClock().now()
    account = chosen_account(options).ref.fingerprint
    with opened_intents(account, out) as (journal, _):
        made = journal.intents(account)
    out.result({"items": [documents.intent(each, _flags(each, now)) for each in made]}, _lines(made, now))
    return ExitCode.DONE


def _check(options: Options, wanted: str, out: Output) -> ExitCode:
    async def checked(provider: Provider, executor: Executor) -> ExitCode:
        intent = _find(executor.journal, provider.account.fingerprint, wanted)
        if PaymentAction.CHECK in actions(intent, SystemClock().now()):
            intent = await looked_up(provider, executor.journal, intent, out)
        return report(intent, await balance_after(provider, intent, None), out)

    return with_executor(options, out, checked, Capability.BALANCE)


def _repeat(options: Options, wanted: str, out: Output) -> ExitCode:
    refuse_read_only(options)

    async def repeated(provider: Provider, executor: Executor) -> ExitCode:
        intent = _find(executor.journal, provider.account.fingerprint, wanted)
        found = actions(intent, SystemClock().now())
        if PaymentAction.REPEAT not in found:
            raise NotRepeatable(f"{intent.title} is not sent again. {found.refused[PaymentAction.REPEAT]}")
        return await again(provider, executor, intent, None, options, out)

    return with_executor(options, out, repeated, Capability.BALANCE)


def _dismiss(options: Options, wanted: str, out: Output) -> ExitCode:
    account = chosen_account(options).ref
    with opened_intents(account.fingerprint, out) as (journal, owner):
        intent = _find(journal, account.fingerprint, wanted)
        now = SystemClock().now()
        if PaymentAction.DISMISS not in actions(intent, now):
            raise UsageError(f"Nothing to dismiss: {intent.title} is {state_word(intent)[0]}.")
        known = f"{intent.title}, created {local(intent.created_at)}: {state_word(intent)[0]}. {intent.note}".rstrip()
        records = kind_of(intent).command
        shown = [f"`{records}` shows {kind_of(intent).records}."] if records and intent.sent_at else []
        if not confirmed([known, *dismissal_lines(intent), *shown], "Dismiss it?", yes=options.yes, out=out):
            return out.failure(NOT_CONFIRMED)
        left = journal.dismiss(intent, owner, now)
        if PaymentAction.DISMISS in actions(left, now):
            raise AtWork("Another billtop is handling this payment: dismiss it there, or quit that one first.")
    out.result(documents.intent(left, _flags(left, now)), [f"{left.title}: {left.note or state_word(left)[0]}."])
    return ExitCode.DONE


def _find(journal: IntentJournal, account: str, wanted: str) -> Intent:
    """Return the charge whose id is `wanted` or alone begins with it. Raises NotFound, UsageError."""
    found = [each for each in journal.intents(account) if wanted and each.intent_id.startswith(wanted)]
    return the_one(found, "charge", "billtop intents")


def _flags(intent: Intent, now: datetime) -> list[PaymentAction]:
    """What this command can do about a charge now, named as its options are."""
    ours = (PaymentAction.CHECK, PaymentAction.REPEAT, PaymentAction.DISMISS)
    return [each for each in actions(intent, now).possible if each in ours]


def _lines(made: Sequence[Intent], now: datetime) -> list[str]:
    if not made:
        return ["Nothing was charged from here with this account."]
    rows = [
        (
            each.intent_id[:SHORT],
            local(each.created_at),
            each.title,
            state_word(each)[0],
            ", ".join(f"--{flag}" for flag in _flags(each, now)),
            each.note,
        )
        for each in made
    ]
    return table(("Id", "Created", "What", "Status", "Possible now", "Last known"), rows)
