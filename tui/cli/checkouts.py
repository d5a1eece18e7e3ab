"""`billtop checkouts`: the payment links made on this machine, and waiting for those still open."""

from collections.abc import Sequence

from tui.cli import documents
from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.connection import chosen_account, on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.journal import opened_journal, the_one
from tui.cli.options import Options
from tui.cli.output import Output, error_document
from tui.cli.progress import Progress, refusal
from tui.cli.table import local, table
from tui.cli.watch import WaitEnd, Watch
from tui.domain import CheckoutSession, CheckoutState, SystemClock
from tui.payments.actions import actions
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.kinds import PaymentAction
from tui.payments.text import dismissal_lines, state_word
from tui.providers.base import Provider

SHORT = 8
"""Characters of an id that lists show."""


def run(options: Options, out: Output) -> ExitCode:
    """Print what the journal says; with --resume wait for the open ones first."""
    if options.resume:
        return _resume(options, out)
    if options.set_aside is not None:
        return _dismiss(options, options.set_aside, out)
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


def _dismiss(options: Options, wanted: str, out: Output) -> ExitCode:
    fingerprint = chosen_account(options).ref.fingerprint
    with opened_journal(out) as journal:
        session, now = _find(journal.sessions(fingerprint), wanted), SystemClock().now()
        if PaymentAction.DISMISS not in actions(session, now):
            raise UsageError(f"Nothing to dismiss: {session.request.title} is {state_word(session)[0]}.")
        known = f"{session.request.title}, created {local(session.created_at)}."
        if not confirmed([known, *dismissal_lines(session)], "Dismiss it?", yes=options.yes, out=out):
            return out.failure(NOT_CONFIRMED)
        left = journal.dismiss(session, now)
    out.result(documents.checkout(left), [f"{left.request.title}: {left.note or state_word(left)[0]}."])
    return ExitCode.DONE


def _find(made: Sequence[CheckoutSession], wanted: str) -> CheckoutSession:
    """Return the link whose id is `wanted`, or alone begins or ends so. Raises NotFound, UsageError."""
    end = wanted.removeprefix("…")
    found = [each for each in made if wanted and (each.session_id.startswith(wanted) or each.session_id.endswith(end))]
    return the_one(found, "payment link", "billtop checkouts")


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
            _short(each.session_id),
            local(each.created_at),
            each.request.title,
            state_word(each)[0],
            local(each.expires_at) if not each.state.closed else "",
            each.note,
        )
        for each in sessions
    ]
    return table(("Id", "Created", "What", "Status", "Works until", "Last known"), rows)


def _short(session_id: str) -> str:
    """The end of an id: what it begins with is the same for all."""
    return session_id if len(session_id) <= SHORT else f"…{session_id[-SHORT:]}"
