"""`billtop checkouts`: the payment links made on this machine, and waiting for those still open."""

from collections.abc import Sequence

from tui.cli import documents
from tui.cli.connection import chosen_account, on_account
from tui.cli.exit import ExitCode
from tui.cli.journal import opened_journal
from tui.cli.output import Output, error_document
from tui.cli.parser import Options
from tui.cli.progress import Progress, refusal
from tui.cli.table import local, table
from tui.cli.watch import WaitEnd, Watch
from tui.domain import CheckoutSession, CheckoutState
from tui.payments.journal import CheckoutJournal
from tui.providers.base import Provider


def run(options: Options, out: Output) -> ExitCode:
    """Print what the journal says; with --resume wait for the open ones first."""
    if options.resume:
        return _resume(options, out)
    fingerprint = chosen_account(options).ref.fingerprint
    with opened_journal(out) as journal:
        sessions = journal.sessions(fingerprint)
    out.result(_document(sessions), _lines(sessions))
    return ExitCode.DONE


def _resume(options: Options, out: Output) -> ExitCode:
    async def resumed(provider: Provider) -> ExitCode:
        with opened_journal(out) as journal:
            return await _wait_for_open(provider, journal, out)

    return on_account(options, resumed)


async def _wait_for_open(provider: Provider, journal: CheckoutJournal, out: Output) -> ExitCode:
    waiting = journal.open_sessions(provider.account.fingerprint)
    if not waiting:
        out.result(_document(()), ["No payment link is open."])
        return ExitCode.DONE
    progress = Progress(out)

    def looked(session: CheckoutSession) -> None:
        progress.looked(session)
        if session.state.closed:
            out.say(f"{session.request.title}: {session.note}.")

    watch = Watch(provider, journal, waiting, looked, at_once=True)
    with watch.stopped_by_signals():
        out.say(f"Waiting for {len(waiting)} open payment link(s). Ctrl-C stops waiting; nothing is lost.")
        end = await watch.wait(None)
    sessions = watch.sessions
    if end is WaitEnd.REFUSED:
        failure = refusal(watch.refused)
        out.result({**error_document(failure), **_document(sessions)}, _lines(sessions))
        return failure.exit_code if out.json else out.failure(failure)
    out.result(_document(sessions), _lines(sessions))
    return _code(sessions)


def _code(sessions: Sequence[CheckoutSession]) -> ExitCode:
    states = {session.state for session in sessions}
    if CheckoutState.FAILED in states:
        return ExitCode.NOT_PAID
    return ExitCode.DONE if states <= {CheckoutState.PAID} else ExitCode.PENDING


def _document(sessions: Sequence[CheckoutSession]) -> documents.Document:
    return {"items": [documents.checkout(each) for each in sessions]}


def _lines(sessions: Sequence[CheckoutSession]) -> list[str]:
    if not sessions:
        return ["No payment links were made here for this account."]
    rows = [
        (
            local(each.created_at),
            each.request.title,
            each.state.value,
            local(each.expires_at) if not each.state.closed else "",
            each.note,
        )
        for each in sessions
    ]
    return table(("Made", "What", "Status", "Works until", "Last look"), rows)
