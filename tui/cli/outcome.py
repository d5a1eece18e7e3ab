"""How a charge ended: its exit code, its document, its words."""

from collections.abc import Mapping

from tui.cli import documents
from tui.cli.exit import ExitCode, Failure
from tui.cli.output import Output, error_document
from tui.domain import AnswerKind, Intent, IntentState, Money, SystemClock
from tui.payments.intents.declines import read_decline

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
_ADVICE: Mapping[str, str] = {
    "network": "Check the connection, then give the command again.",
    "rate_limited": "Wait a moment, then give the command again.",
    "not_authenticated": "Check the token of this account: it is wrong, expired or revoked.",
    "not_allowed": "Use a token that may pay, or ask whoever owns the account.",
    "invalid": "Change what was refused and give the command again.",
}


def status(intent: Intent) -> str:
    """Where a charge stands, in the words of the contract; set aside after sending it is unknown for good."""
    if intent.state is IntentState.ABANDONED and intent.sent_at is None:
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
    match status(intent):
        case "done":
            left = f" Balance {balance}." if balance else ""
            coming = " The credits are being issued: `billtop lots` shows them when they are there."
            late = coming if intent.state is IntentState.ISSUING else ""
            out.result(document(intent, balance), [f"{_done(intent)}: {intent.title}.{left}{late}"])
            return ExitCode.DONE
        case "processing":
            told = f"Being processed: {intent.title}. `billtop intents --check {intent.intent_id}` tells how it ends."
            out.result(document(intent, balance), [told])
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
    match status(intent):
        case "requires_action":
            return _failure(
                intent,
                (ExitCode.NOT_PAID, "requires_action"),
                "The bank wants to ask the card holder (3-D Secure). Nothing was charged.",
                f"`billtop pay {intent.amount.wire}` makes a payment link: there the bank can ask.",
            )
        case "failed":
            return _failed(intent)
    words = f"It is not known whether {_meant(intent)}: {intent.title}. {_sentence(intent.note)}".rstrip()
    check = f"`billtop intents --check {intent.intent_id}` looks for it"
    advice = f"Do not {_again(intent)} again before it is settled: {check}."
    if intent.state is IntentState.ABANDONED:
        compare = "the ledger: `billtop transactions`" if intent.call.keyed else "the lots: `billtop lots`"
        if intent.call.adjusts:
            compare = "everybody's transactions: 9 Admin in the dashboard"
        advice = f"Before you {_again(intent)} again compare {compare}."
    elif intent.state is IntentState.PREPARED:
        words = f"It has not been sent: {intent.title}."
        advice = f"`billtop intents --repeat {intent.intent_id}` sends it, --set-aside drops it."
    elif intent.state is IntentState.SENT:
        words = f"It is on its way, and not known yet whether {_meant(intent)}: {intent.title}."
    return _failure(intent, (ExitCode.UNKNOWN, "unknown"), words, advice)


def blocked(open_one: Intent) -> Failure:
    """Say that an equal charge is still open."""
    since = f"{open_one.created_at.astimezone():%Y-%m-%d %H:%M}"
    return Failure(
        ExitCode.UNKNOWN,
        "blocked",
        f"The same payment was begun at {since} and is not settled: {open_one.title}"
        f" ({open_one.state.value}). Nothing was sent now: it could be paid twice.",
        f"`billtop intents` shows what can be done; `billtop intents --check {open_one.intent_id}` looks for it.",
    )


def _failed(intent: Intent) -> Failure:
    words = f"{_sentence(intent.note)} Nothing was {_done(intent).lower() if intent.call.adjusts else 'charged'}."
    if intent.state is IntentState.ABANDONED:
        anew = (
            "Adjust anew: 9 Admin in the dashboard."
            if intent.call.adjusts
            else "Give the payment anew with `billtop fund`."
        )
        return _failure(intent, (ExitCode.FAILED, "not_sent"), words, anew)
    if intent.answer is not None and intent.answer in _FAILURES:
        code, kind = _FAILURES[intent.answer]
        return _failure(intent, (code, kind), words, intent.advice or _ADVICE[kind])
    advice = (
        intent.advice or f"{read_decline(intent.decline_code).advice} `billtop pay {intent.amount.wire}` makes a link."
    )
    return _failure(intent, (ExitCode.NOT_PAID, "declined"), words, advice)


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


def _done(intent: Intent) -> str:
    return "Booked" if intent.call.adjusts else "Paid"


def _meant(intent: Intent) -> str:
    return "the credits were booked" if intent.call.adjusts else "the card was charged"


def _again(intent: Intent) -> str:
    return "adjust" if intent.call.adjusts else "pay"


def _sentence(note: str) -> str:
    """A note as a sentence of its own."""
    return f"{note[:1].upper()}{note[1:].rstrip('.')}." if note else ""
