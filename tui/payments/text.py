"""What became of a payment, in sentences: the same in its dialog, the toast, Activity and the command line.

A sentence says what happened, whether money moved, and what to do next. Those of a money call take the words of its
kind from `tui.payments.kinds`.
"""

from collections.abc import Collection, Mapping
from datetime import tzinfo
from enum import StrEnum

from tui.domain import AnswerKind, CheckoutSession, CheckoutState, Intent, IntentState, Money
from tui.domain.clock import clock_time
from tui.domain.text import sentence
from tui.payments.events import Payment
from tui.payments.intents.declines import read_decline
from tui.payments.kinds import PaymentAction, Resend, kind_of
from tui.providers.errors import NotAuthenticated, NotSent, RateLimited


class Tone(StrEnum):
    """How a state is to be taken: what screens turn into a colour and a severity."""

    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"
    DIM = "dim"


_CALLS: Mapping[IntentState, tuple[str, Tone, str]] = {
    IntentState.PREPARED: ("not sent", Tone.WAIT, "Not sent: {what}. {nothing}"),
    IntentState.SENT: ("sending", Tone.WAIT, "{doing}…"),
    IntentState.DONE: ("{verb}", Tone.GOOD, "{done}{at}. {balance} {note}"),
    IntentState.RECONCILED: ("{verb}", Tone.GOOD, "{done}. {balance} {note}"),
    IntentState.ISSUING: ("issuing", Tone.GOOD, "Paid: {what}. The credits are being issued. {balance}"),
    IntentState.PROCESSING: ("processing", Tone.WAIT, "Processing: {what}. It may still be {verb} or fail."),
    IntentState.UNKNOWN: ("unknown", Tone.BAD, "Unknown: {what}. It may have been {verb}."),
    IntentState.REQUIRES_ACTION: ("3-D Secure", Tone.WAIT, "The bank requires authentication (3-D Secure). {nothing}"),
    IntentState.FAILED: ("failed", Tone.BAD, "{note} {nothing}"),
    IntentState.DISMISSED: ("dismissed", Tone.DIM, "Dismissed: {what}. {perhaps}"),
}
"""Each state of a money call: its word, how it is to be taken, and the sentences that tell it."""

_LINKS: Mapping[CheckoutState, tuple[str, Tone, str]] = {
    CheckoutState.PENDING: ("pending", Tone.WAIT, "Not paid yet: {what}."),
    CheckoutState.PAID: ("paid", Tone.GOOD, "Paid: {what}{at}. {balance}"),
    CheckoutState.EXPIRED: ("expired", Tone.DIM, "Expired{expired} unpaid: the link for {what}. Nothing was charged."),
    CheckoutState.FAILED: ("failed", Tone.BAD, "Failed{at}: {what}. {note}"),
    CheckoutState.DISMISSED: ("dismissed", Tone.DIM, "Dismissed{at}: the link for {what}. {perhaps}"),
}
"""The same of a payment link."""

_LINK_PERHAPS = "Whether it was paid is not known: compare the balance and the ledger."
_ADVICE: Mapping[AnswerKind, str] = {
    AnswerKind.NOT_SENT: NotSent.advice,
    AnswerKind.NOT_TRUSTED: "Check this machine's clock, and whether a proxy or a login page is in between.",
    AnswerKind.NOT_AUTHENTICATED: NotAuthenticated.advice,
    AnswerKind.NOT_ALLOWED: "Use a token that is allowed to do this, or ask the owner of the account.",
    AnswerKind.LIMITED: RateLimited.advice,
    AnswerKind.REFUSED: "Change {inputs}.",
}


def state_word(payment: Payment) -> tuple[str, Tone]:
    """The state of a payment in a word, and how it is to be taken."""
    if isinstance(payment, CheckoutSession):
        return _LINKS[payment.state][:2]
    if payment.state is IntentState.FAILED and payment.answer is AnswerKind.DECLINED:
        return "declined", Tone.BAD
    word, tone, _ = _CALLS[payment.state]
    return word.format(verb=kind_of(payment).verb), tone


def outcome_text(payment: Payment, zone: tzinfo | None, balance: Money | None = None) -> str:
    """What is known of a payment; `balance` is what is left now, where that was read."""
    held = balance or payment.balance
    if isinstance(payment, CheckoutSession):
        template = _LINKS[payment.state][2]
        parts = _parts_of_link(payment, zone) | {"balance": f"Balance {held}." if held else ""}
    else:
        template = _CALLS[payment.state][2]
        parts = _parts_of_call(payment, zone) | {"balance": kind_of(payment).balance.format(held) if held else ""}
    return " ".join(template.format(**parts).split())


def _parts_of_link(session: CheckoutSession, zone: tzinfo | None) -> dict[str, str]:
    at = f" at {clock_time(session.closed_at, zone)}" if session.closed_at else ""
    return {
        "what": session.request.title,
        "at": at,
        "expired": f" at {session.expires_at.astimezone(zone):%H:%M}" if session.expires_at else at,
        "note": sentence(session.note),
        "perhaps": _LINK_PERHAPS,
    }


def _parts_of_call(intent: Intent, zone: tzinfo | None) -> dict[str, str]:
    kind = kind_of(intent)
    return {
        "what": _filled(kind.what, intent),
        "doing": _filled(kind.doing, intent),
        "done": _filled(kind.done, intent),
        "verb": kind.verb,
        "at": f" at {clock_time(intent.settled_at, zone)}" if intent.settled_at else "",
        # What the sentence says already is not said twice.
        "note": "" if intent.note == kind.happened else sentence(intent.note),
        "nothing": kind.nothing,
        "perhaps": _perhaps(intent),
    }


def _filled(template: str, intent: Intent) -> str:
    return template.format(title=intent.title, amount=intent.amount, card=_card(intent))


def _card(intent: Intent) -> str:
    """The card of a charge, as its title names it: `visa ···· 4242`."""
    return intent.title.rpartition(" from ")[2]


def _perhaps(intent: Intent) -> str:
    kind = kind_of(intent)
    if intent.sent_at is None:
        return f"It was never sent. {kind.nothing}"
    return f"It may have been {kind.verb}. Compare {kind.records} before you try again."


def doing_text(intent: Intent) -> str:
    """What goes on while a call is sent."""
    return f"{_filled(kind_of(intent).doing, intent)}…"


def short_title(payment: Payment) -> str:
    """The title in a narrow column: what is charged to a card needs no mention of the wallet."""
    if isinstance(payment, CheckoutSession):
        return payment.request.title
    return f"{payment.amount} from {_card(payment)}" if payment.payment_method_id else str(payment.title)


def advice_text(intent: Intent, possible: Collection[PaymentAction]) -> str:
    """What to do now about a call that did not succeed; empty where the outcome says it all."""
    if intent.state is IntentState.REQUIRES_ACTION:
        link = PaymentAction.LINK in possible
        return "A payment link can do that: there the bank can ask." if link else "Use another card."
    if intent.state.watched and intent.state.open:
        return sentence(intent.note)
    if intent.state is not IntentState.FAILED or intent.answer is None:
        return ""
    if intent.answer is AnswerKind.DECLINED:
        return intent.advice or read_decline(intent.decline_code).advice
    return intent.advice or _ADVICE.get(intent.answer, "").format(inputs=kind_of(intent).inputs)


def resend_text(intent: Intent) -> str:
    """What sending an unknown call again would do."""
    kind = kind_of(intent)
    if kind.resend is Resend.NEVER:
        return f"It is not sent again: it could be {kind.verb} twice. enter checks {kind.records} again."
    return f"r sends it again with the same idempotency key: it is {kind.verb} once at most."


def twin_text(intent: Intent, since: str) -> tuple[str, str]:
    """That a payment is not made because `intent` is the same one and still open: what, and why."""
    kind = kind_of(intent)
    return (
        f"Nothing was sent: it could be {kind.verb} twice.",
        f"The same {kind.noun}, {intent.title}, was created {since} and is {state_word(intent)[0]}.",
    )


def dismissal_lines(payment: Payment) -> list[str]:
    """What dismissing a payment means."""
    if isinstance(payment, CheckoutSession):
        return [
            f"{sentence(payment.note)} {_LINK_PERHAPS}".lstrip(),
            "Once dismissed it is no longer checked, and it blocks no other payment.",
            "The link itself still works: whoever has it may pay it.",
        ]
    noun = kind_of(payment).noun
    return [
        _perhaps(payment),
        f"Once dismissed it is no longer checked, and the same {noun} can be made again.",
    ]
