"""How a charge ended: its exit code, its document, its text."""

from collections.abc import Mapping

from tui.cli import documents
from tui.cli.exit import ExitCode, Failure
from tui.cli.output import Output, error_document
from tui.domain import AnswerKind, Intent, IntentState, Money, SystemClock
from tui.domain.text import sentence
from tui.payments.kinds import PaymentAction, kind_of
from tui.payments.text import advice_text, outcome_text, twin_text

_STATUS: Mapping[IntentState, str] = {
    IntentState.DONE: "done",
    IntentState.RECONCILED: "done",
    IntentState.ISSUING: "done",
    IntentState.FAILED: "failed",
    IntentState.REQUIRES_ACTION: "requires_action",
    IntentState.PROCESSING: "processing",
}
_FAILURES: Mapping[AnswerKind, tuple[ExitCode, str]] = {
    AnswerKind.NOT_SENT: (ExitCode.NETWORK, "network"),
    AnswerKind.NOT_TRUSTED: (ExitCode.NETWORK, "network"),
    AnswerKind.LIMITED: (ExitCode.RATE_LIMITED, "rate_limited"),
    AnswerKind.NOT_AUTHENTICATED: (ExitCode.NOT_ALLOWED, "not_authenticated"),
    AnswerKind.NOT_ALLOWED: (ExitCode.NOT_ALLOWED, "not_allowed"),
    AnswerKind.REFUSED: (ExitCode.FAILED, "invalid"),
}


def status(intent: Intent) -> str:
    """Where a charge stands, in the words of the contract; dismissed after sending it is unknown for good."""
    if intent.state.dismissed and intent.sent_at is None:
        return "failed"
    return _STATUS.get(intent.state, "unknown")


def document(intent: Intent | None, balance: Money | None) -> documents.Document:
    """The result of a charge, or of one that was not needed."""
    return {
        "intent_id": intent.intent_id if intent else None,
        "status": status(intent) if intent else "done",
        "payment_intent_id": intent.payment_intent_id if intent else None,
        "balance": documents.money(balance),
    }


def report(intent: Intent, balance: Money | None, out: Output) -> ExitCode:
    """Print how a charge ended and return the exit code that says so."""
    told = outcome_text(intent, None, balance)
    match status(intent):
        case "done":
            late = [] if intent.state is not IntentState.ISSUING else ["`billtop lots` shows them when they are there."]
            out.result(document(intent, balance), [" ".join([told, *late])])
            return ExitCode.DONE
        case "processing":
            follow = f"`billtop intents --check {intent.intent_id}` shows how it ends."
            out.result(document(intent, balance), [f"{told} {follow}"])
            return ExitCode.PENDING
    return fail(failure_of(intent), intent, balance, out)


def fail(failure: Failure, intent: Intent, balance: Money | None, out: Output) -> ExitCode:
    """Print a failure together with the charge it is about."""
    if out.json:
        out.result({**error_document(failure), **document(intent, balance)}, [])
        return failure.exit_code
    return out.failure(failure)


def failure_of(intent: Intent) -> Failure:
    """Say what went wrong with a charge that is not done."""
    told = outcome_text(intent, None)
    match status(intent):
        case "requires_action":
            link = f"`billtop pay {intent.amount.wire}` makes a payment link: there the bank can ask."
            advice = link if _takes_link(intent) else advice_text(intent, ())
            return _failure(intent, (ExitCode.NOT_PAID, "requires_action"), told, advice)
        case "failed":
            return _failed(intent, told)
    check = f"`billtop intents --check {intent.intent_id}` checks it"
    advice = f"Do not try again before it is settled: {check}."
    if intent.state.in_doubt:
        told = f"{told} {sentence(intent.note)}"
    elif intent.state.dismissed:
        kind = kind_of(intent)
        advice = f"`{kind.command}` shows {kind.records}." if kind.command else ""
    elif intent.state.sendable:
        advice = f"`billtop intents --repeat {intent.intent_id}` sends it, --set-aside dismisses it."
    return _failure(intent, (ExitCode.UNKNOWN, "unknown"), told, advice)


def blocked(open_one: Intent) -> Failure:
    """Say that an equal charge is still open."""
    nothing, why = twin_text(open_one, f"{open_one.created_at.astimezone():%Y-%m-%d %H:%M}")
    return Failure(
        ExitCode.UNKNOWN,
        "blocked",
        f"{nothing} {why}",
        f"`billtop intents` shows what can be done; `billtop intents --check {open_one.intent_id}` checks it.",
    )


def _failed(intent: Intent, told: str) -> Failure:
    if intent.state.dismissed:
        return _failure(intent, (ExitCode.FAILED, "not_sent"), told, "Make a new one.")
    advice = advice_text(intent, ())
    if intent.answer is not None and intent.answer in _FAILURES:
        return _failure(intent, _FAILURES[intent.answer], told, advice)
    if _takes_link(intent) and not intent.advice:
        advice = f"{advice} `billtop pay {intent.amount.wire}` makes a link.".lstrip()
    return _failure(intent, (ExitCode.NOT_PAID, "declined"), told, advice)


def _takes_link(intent: Intent) -> bool:
    """Whether a payment link can do the same."""
    return PaymentAction.LINK in kind_of(intent).actions and intent.payment_method_id is not None


def _failure(intent: Intent, kind: tuple[ExitCode, str], message: str, advice: str) -> Failure:
    wait = None
    if intent.retry_at is not None:
        wait = max((intent.retry_at - SystemClock().now()).total_seconds(), 0) or None
    return Failure(
        exit_code=kind[0],
        kind=kind[1],
        message=message,
        advice=advice,
        code=intent.decline_code or intent.code,
        request_id=str(intent.request_id) if intent.request_id else None,
        retry_after=wait,
    )
