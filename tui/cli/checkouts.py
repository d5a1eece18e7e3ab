"""`billtop checkouts`: the payment links made on this machine, and waiting for those still open."""

from collections.abc import Sequence

from tui.cli import documents
from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.connection import chosen_account, on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.journal import opened_journal
from tui.cli.options import Options
from tui.cli.output import Output, error_document
from tui.cli.progress import Progress, refusal
from tui.cli.table import local, table
from tui.cli.watch import WaitEnd, Watch
from tui.domain import CheckoutSession, CheckoutState, SafeText, SystemClock
from tui.payments.checkouts.journal import CheckoutJournal
from tui.providers.base import Provider
from tui.providers.errors import NotFound

SHORT = 8
"""Characters of an id that lists show."""


def run(options: Options, out: Output) -> ExitCode:
    """Print what the journal says; with --resume wait for the open ones first."""
    if options.resume:
        return _resume(options, out)
    if options.set_aside is not None:
        return _set_aside(options, options.set_aside, out)
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


def _set_aside(options: Options, wanted: str, out: Output) -> ExitCode:
    fingerprint = chosen_account(options).ref.fingerprint
    with opened_journal(out) as journal:
        session = _find(journal.sessions(fingerprint), wanted)
        if session.state.closed:
            raise UsageError(f"There is nothing to set aside: {session.request.title} is {_status(session)}.")
        lines = [
            f"{session.request.title}, made {local(session.created_at)}. {session.note}".rstrip(),
            "Set aside, it is no longer looked at and stops no other payment. Whether it was paid is not known:",
            "compare balance and records first. Who has the link may still pay it.",
        ]
        if not confirmed(lines, "Set it aside?", yes=options.yes, out=out):
            return out.failure(NOT_CONFIRMED)
        aside = journal.set_aside(session, SystemClock().now())
    out.result(documents.checkout(aside), [f"{aside.request.title}: {aside.note or _status(aside)}."])
    return ExitCode.DONE


def _find(made: Sequence[CheckoutSession], wanted: str) -> CheckoutSession:
    """Return the link whose id is `wanted`, or alone begins or ends so. Raises NotFound, UsageError."""
    found = [each for each in made if wanted and (each.session_id.startswith(wanted) or _ends(each, wanted))]
    if len(found) > 1:
        raise UsageError("Several links have that in their id: give more of it.")
    if not found:
        words = SafeText("No payment link of this account has that id.")
        raise NotFound(words, hint=SafeText("`billtop checkouts` lists the links made here."))
    return found[0]


def _ends(session: CheckoutSession, wanted: str) -> bool:
    return session.session_id.endswith(wanted.removeprefix("…"))


def _status(session: CheckoutSession) -> str:
    return session.state.value.replace("_", " ")


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
            _status(each),
            local(each.expires_at) if not each.state.closed else "",
            each.note,
        )
        for each in sessions
    ]
    return table(("Id", "Made", "What", "Status", "Works until", "Last look"), rows)


def _short(session_id: str) -> str:
    """The end of an id: what it begins with is the same for all."""
    return session_id if len(session_id) <= SHORT else f"…{session_id[-SHORT:]}"
