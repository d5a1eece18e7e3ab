"""What became of credits given or taken by hand, in words."""

from datetime import tzinfo

from tui.account.state import Snapshot
from tui.domain import AnswerKind, Intent, IntentState
from tui.screens.payments.intent_text import BOOKING, CHECK_CLOCK, at_its_end, unfinished_words
from tui.widgets.format import BAD, GOOD, sentence

_ADVICE = {
    AnswerKind.NOT_SENT: "Check the connection, then adjust again.",
    AnswerKind.NOT_TRUSTED: CHECK_CLOCK,
    AnswerKind.NOT_AUTHENTICATED: "Log in again, then adjust again.",
    AnswerKind.NOT_ALLOWED: "Log in as an admin.",
    AnswerKind.LIMITED: "Wait a little, then adjust again.",
    AnswerKind.REFUSED: "Change the user, the amount or the reason.",
}


def adjustment_state(intent: Intent) -> tuple[str, str] | None:
    """Where an adjustment stands, in a word and its colour; None where it is the word of any payment."""
    if intent.state.succeeded:
        return "booked", GOOD
    return ("not booked", BAD) if intent.state is IntentState.FAILED else None


def adjustment_words(intent: Intent, account: Snapshot, zone: tzinfo | None) -> str:
    """What is known of an adjustment, in sentences."""
    match intent.state:
        case IntentState.RECONCILED:
            return f"Booked {intent.title}. {sentence(intent.note)}"
        case IntentState.PROCESSING:
            return f"{account.provider_title} is still at work on it: {intent.title}."
        case IntentState.UNKNOWN:
            return f"We sent {intent.title} and lost the answer. It may have been booked."
        case IntentState.DONE | IntentState.ISSUING:
            balance = f" That user has {intent.balance} now." if intent.balance else ""
            return f"Booked {intent.title}{at_its_end(intent, zone)}.{balance}"
        case _:
            return unfinished_words(intent, BOOKING)


def adjustment_advice(intent: Intent) -> str:
    """What to do now about an adjustment that was not booked; empty where its keys say it all."""
    if intent.state is not IntentState.FAILED or intent.answer is None:
        return ""
    return _ADVICE.get(intent.answer, "")
