"""What became of a charge, in words: the same in its dialog, the toast and the Activity view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Literal

from tui.domain import AnswerKind, IntentState
from tui.payments.intents.actions import may_start_over
from tui.payments.intents.declines import read_decline
from tui.screens.payments.adjustment_text import adjustment_advice, adjustment_state, adjustment_words
from tui.screens.payments.intent_text import CHARGE, CHECK_CLOCK, at_its_end, unfinished_words
from tui.widgets.format import BAD, DIM, GOOD, WAIT, card_name, clock_time, full_time, plural, sentence

if TYPE_CHECKING:
    from tui.account.state import Snapshot
    from tui.domain import Intent, PaymentMethod
    from tui.widgets.fields import Field

_STATES = {
    IntentState.PREPARED: ("not sent", WAIT),
    IntentState.SENT: ("sending", WAIT),
    IntentState.DONE: ("charged", GOOD),
    IntentState.RECONCILED: ("charged", GOOD),
    IntentState.FAILED: ("failed", BAD),
    IntentState.REQUIRES_ACTION: ("3-D Secure", WAIT),
    IntentState.PROCESSING: ("processing", WAIT),
    IntentState.ISSUING: ("issuing", WAIT),
    IntentState.UNKNOWN: ("unknown", BAD),
    IntentState.ABANDONED: ("set aside", DIM),
}
_ENDED_AS = {"failed": "not charged", "3-D Secure": "not charged", "issuing": "paid"}
_ADVICE = {
    AnswerKind.NOT_SENT: "Check the connection, then try again.",
    AnswerKind.NOT_TRUSTED: CHECK_CLOCK,
    AnswerKind.NOT_AUTHENTICATED: "Check the token of this account: it is wrong, expired or revoked.",
    AnswerKind.NOT_ALLOWED: "Use a token that may pay, or ask whoever owns the account.",
    AnswerKind.REFUSED: "Change the amount or the card, or use a payment link.",
}


def charged_card(intent: Intent, cards: Sequence[PaymentMethod] | None) -> str:
    """The card of a charge: `visa ···· 4242`; one that is no longer on file has lost its name."""
    found = (card_name(card) for card in cards or () if card.id == intent.payment_method_id)
    return next(found, "the saved card")


def state_word(intent: Intent) -> tuple[str, str]:
    """Where a charge stands, in a word and its colour."""
    if intent.state is IntentState.FAILED and intent.answer is AnswerKind.DECLINED:
        return "declined", BAD
    if intent.state.succeeded and not intent.call.credits:
        return "done", GOOD
    told = adjustment_state(intent) if intent.call.adjusts else None
    return told or _STATES[intent.state]


def charge_words(intent: Intent, account: Snapshot, zone: tzinfo | None) -> str:
    """What is known of a charge, in sentences."""
    if intent.payment_method_id is None:
        return (adjustment_words if intent.call.adjusts else _purchase_words)(intent, account, zone)
    card = charged_card(intent, account.payment_methods.value)
    match intent.state:
        case IntentState.PREPARED:
            return f"{intent.amount} on {card} is written down and not sent. {CHARGE.nothing}"
        case IntentState.SENT:
            return f"Charging {card}…"
        case IntentState.DONE:
            balance = f" Balance {intent.balance}." if intent.balance else ""
            return f"Charged {intent.amount} to {card}{at_its_end(intent, zone)}.{balance}"
        case IntentState.RECONCILED:
            return f"Charged {intent.amount} to {card}: {sentence(intent.note)[:1].lower()}{sentence(intent.note)[1:]}"
        case IntentState.ISSUING:
            return f"Charged {intent.amount} to {card}. What was bought has not arrived yet."
        case IntentState.PROCESSING:
            return f"{account.provider_title} took {intent.amount} on {card} and is processing it."
        case IntentState.UNKNOWN:
            return f"We sent {intent.amount} on {card} and lost the answer. It may have gone through."
        case IntentState.REQUIRES_ACTION:
            return f"The bank wants to ask the card holder (3-D Secure). {CHARGE.nothing}"
        case IntentState.ABANDONED | IntentState.FAILED:
            return unfinished_words(intent, CHARGE)


def _purchase_words(intent: Intent, account: Snapshot, zone: tzinfo | None) -> str:
    """The same for what is not charged to a card of our choice: the title says what it is."""
    match intent.state:
        case IntentState.ISSUING:
            return f"Paid{at_its_end(intent, zone)}: {intent.title}. The credits are being issued."
        case IntentState.DONE | IntentState.RECONCILED:
            return f"Done: {intent.title}. {sentence(intent.note)}"
        case IntentState.PROCESSING:
            return f"{account.provider_title} is processing the payment: {intent.title}."
        case IntentState.UNKNOWN:
            return f"It is not known whether this was charged: {intent.title}."
        case _:
            return unfinished_words(intent, CHARGE)


def advice_words(intent: Intent) -> str:
    """What to do now about a charge that did not succeed; empty where its keys say it all."""
    if intent.call.adjusts:
        return adjustment_advice(intent)
    if intent.state is IntentState.REQUIRES_ACTION:
        return "A payment link can do that: there the bank can ask."
    if intent.state is not IntentState.FAILED:
        return ""
    if intent.advice:
        return intent.advice
    if intent.answer is AnswerKind.DECLINED:
        return read_decline(intent.decline_code).advice
    return _ADVICE.get(intent.answer, "") if intent.answer else ""


def last_look(intent: Intent) -> str:
    """What was found when an open charge was looked for; empty before that."""
    open_ones = {IntentState.UNKNOWN, IntentState.PROCESSING}
    return sentence(intent.note) if intent.state in open_ones else ""


def waits_until(intent: Intent, now: datetime) -> datetime | None:
    """Until when the provider wants no other attempt of a charge it turned away; None when it may be tried."""
    if not may_start_over(intent) or intent.retry_at is None or intent.retry_at <= now:
        return None
    return intent.retry_at


def charge_severity(intent: Intent) -> Literal["information", "warning", "error"]:
    """How loudly to tell it."""
    if intent.state.succeeded:
        return "information"
    return "error" if intent.state in {IntentState.FAILED, IntentState.UNKNOWN} else "warning"


def story(intent: Intent, zone: tzinfo | None) -> list[Field]:
    """What happened to a charge and when, from its first line in the journal on."""
    told: list[Field] = [("written down", full_time(intent.created_at, zone))]
    if intent.sent_at is None:
        told.append(("sent", "not sent"))
    else:
        times = f", {plural(intent.attempts, 'time')} in all" if intent.attempts > 1 else ""
        told.append(("sent", f"{full_time(intent.sent_at, zone)}{times}"))
    word, _ = state_word(intent)
    if intent.settled_at is not None:
        told.append((_ENDED_AS.get(word, word), full_time(intent.settled_at, zone)))
    elif intent.state not in {IntentState.PREPARED, IntentState.SENT}:
        told.append(("outcome", word))
    if intent.request_id:
        told.append(("request", intent.request_id))
    if intent.payment_intent_id:
        told.append(("payment", intent.payment_intent_id))
    if intent.call.keyed:
        told.append(("key", intent.key))
    return told


def story_line(intent: Intent, zone: tzinfo | None) -> str:
    """The story in one line, times of day only."""
    told = [f"written down {clock_time(intent.created_at, zone)}"]
    told.append(f"sent {clock_time(intent.sent_at, zone)}" if intent.sent_at else "not sent")
    if intent.settled_at is not None:
        told.append(f"{state_word(intent)[0]} {clock_time(intent.settled_at, zone)}")
    if intent.request_id:
        told.append(f"request {intent.request_id}")
    return ", ".join(told)
