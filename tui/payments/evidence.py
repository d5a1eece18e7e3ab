"""What proves that money moved: the one place where an answer to a payment is believed, or not.

A provider's client collects the claims of a readable success; here they are held against what was asked for. "Done"
needs something in the answer that says so, by the `Proof` of its kind, and nothing in it that contradicts the payment.
Everything else is unproven: the payment stays unknown until reading settles it (`tui.payments.intents.reconciliation`).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tui.domain import (
    AnswerKind,
    CallKind,
    CheckoutSession,
    Claims,
    ConfirmAnswer,
    ConfirmKind,
    Intent,
    Money,
    MoneyAnswer,
    Purpose,
    SafeText,
    Subject,
    Word,
)
from tui.domain.claims import UNREADABLE
from tui.domain.text import sentence
from tui.payments.kinds import Proof, kind_of

_SECOND = timedelta(seconds=2)
"""How much earlier than our sending the provider's times may be: they are told to the second."""


_TEXT: Mapping[AnswerKind, str] = {
    AnswerKind.DONE: "{}.",
    AnswerKind.ISSUING: "Paid. The credits are being issued.",
    AnswerKind.PROCESSING: "The payment is being processed.",
    AnswerKind.REQUIRES_ACTION: "The bank requires authentication (3-D Secure).",
    AnswerKind.DECLINED: "The card was declined.",
    AnswerKind.UNPROVEN: "The provider answered without saying whether {}.",
}
"""What an answer came to that has no text of its own."""
_SUCCESSES = frozenset({Word.DONE, Word.RUNS})
_REFUSALS = frozenset({Word.DECLINED, Word.NEEDS_CARD})


def judge(intent: Intent, answer: MoneyAnswer) -> MoneyAnswer:
    """Return what `answer` proves about `intent`; an answer that is no readable success is returned as it is."""
    claims = answer.claims
    if answer.kind is not AnswerKind.ANSWERED or claims is None:
        return answer
    kind, why = _outcome(intent, claims)
    told = _TEXT[kind].format(kind_of(intent).event)
    proven = kind in {AnswerKind.DONE, AnswerKind.ISSUING}
    doubted = kind is AnswerKind.UNPROVEN
    return replace(
        answer,
        kind=kind,
        message=SafeText(why or (not doubted and answer.message) or sentence(told)),
        balance=claims.balance if proven else None,
        # Who contradicts the payment may speak of another one.
        payment_intent_id=None if doubted else answer.payment_intent_id,
    )


def _outcome(intent: Intent, claims: Claims) -> tuple[AnswerKind, str]:
    """Say what the claims come to, and why where that is not plain."""
    proof = kind_of(intent).proof
    mismatch = mismatch_of(claims, intent.amount, dict(intent.call.about)) or _wrong_charge(intent, claims)
    proven = _proven(proof, intent, claims)
    if mismatch:
        return AnswerKind.UNPROVEN, f"The provider's answer does not match this payment: {mismatch}."
    if proof.needs_flag and not claims.affirmed:
        return AnswerKind.UNPROVEN, _denied(claims)
    if not proven and not claims.words & _SUCCESSES:
        if claims.words & {Word.ACTION} or claims.has_payment_page:
            return AnswerKind.REQUIRES_ACTION, ""
        if claims.words & _REFUSALS and not claims.affirmed:
            return AnswerKind.DECLINED, ""
    if claims.words & {Word.PENDING}:
        return AnswerKind.PROCESSING, ""
    if claims.denials or claims.words - proof.words - proof.neutral or claims.has_payment_page:
        return AnswerKind.UNPROVEN, _denied(claims)
    if claims.accepted_only:
        return proof.accepted, ""
    return (proof.done, "") if proven else (AnswerKind.UNPROVEN, "")


def _proven(proof: Proof, intent: Intent, claims: Claims) -> bool:
    sent = intent.provider_sent_at or intent.sent_at or intent.created_at
    return bool(
        claims.words & proof.words
        or (proof.flag and claims.affirmed)
        or (proof.credited and claims.credited is not None and claims.credited > 0)
        or (proof.charged and claims.charged is not None and claims.charged == intent.amount.amount)
        or (proof.new_period and _began(claims.period_start, sent))
        or (proof.balance and _moved(intent.balance_before, claims.balance, intent.amount) == proof.balance)
    )


def _began(start: datetime | None, sent: datetime) -> bool:
    return start is not None and start >= sent - _SECOND


def _wrong_charge(intent: Intent, claims: Claims) -> str:
    """Say that another amount was charged or added than was agreed to; nothing where that is not said."""
    agreed = intent.amount.amount
    if intent.call.kind is CallKind.COUPON:
        buys = Subject.PAYMENT_METHOD in dict(intent.call.about)
        added = claims.credited
        # What a coupon gives is known before; one that adds to a purchase gives more than was bought.
        if added is not None and (added <= 0 or (added < agreed if buys else bool(agreed) and added != agreed)):
            return f"it says that {added} was added instead of {agreed}"
        agreed = agreed if buys else Decimal(0)
    if claims.charged is None:
        return ""
    if claims.charged == agreed:
        return ""
    return f"it says that {claims.charged} was charged instead of {agreed}"


def mismatch_of(claims: Claims, amount: Money | None, about: Mapping[Subject, str]) -> str:
    """Say in what the claims speak of something else than `amount` and the ids of `about`; "" when in nothing."""
    for subject, named in claims.ids.items():
        wanted = about.get(subject)
        if wanted is not None and named != {wanted}:
            return f"it is about another {subject.value}"
        if wanted is None and len(named) > 1 and subject is Subject.PAYMENT_INTENT:
            return "it names several payments"
    if amount is None:
        return ""
    for told in claims.amounts:
        if told is None:
            return "its amount cannot be read"
        if told != amount.amount:
            return f"it speaks of {told} instead of {amount.amount}"
    other = next((unit for unit in claims.units if unit != amount.unit.upper()), None)
    if other == UNREADABLE:
        return "its currency cannot be read"
    return f"it speaks of {SafeText(other)} instead of {amount.unit}" if other else ""


def _denied(claims: Claims) -> str:
    if claims.denials:
        return f"The provider's answer contradicts itself or says that it did not work ({claims.denials[0]})."
    return ""


def _moved(before: Money | None, after: Money | None, amount: Money) -> int:
    """Say whether a balance rose (1) or fell (-1) by exactly `amount`; 0 for anything else."""
    if before is None or after is None or not before.unit == after.unit == amount.unit or not amount.amount:
        return 0
    step = after.amount - before.amount
    return 1 if step == amount.amount else -1 if step == -amount.amount else 0


_ENDS: Mapping[Word, ConfirmKind] = {
    Word.EXPIRED: ConfirmKind.EXPIRED,
    Word.DECLINED: ConfirmKind.DECLINED,
    Word.FAILED: ConfirmKind.FAILED,
    Word.REFUNDED: ConfirmKind.REFUNDED,
}
"""Words that end a checkout unpaid, the strongest first."""
_WAITING = frozenset({Word.PENDING, Word.ACTION, Word.NEEDS_CARD})


_CHECKOUT_TEXT: Mapping[ConfirmKind, str] = {
    ConfirmKind.PAID: "Paid.",
    ConfirmKind.PENDING: "Not paid yet.",
    ConfirmKind.EXPIRED: "The payment link has expired.",
    ConfirmKind.DECLINED: "The payment was declined.",
    ConfirmKind.FAILED: "The payment failed.",
    ConfirmKind.REFUNDED: "The payment was refunded.",
    ConfirmKind.TRANSIENT: "The answer says nothing about the payment.",
}


def judge_checkout(session: CheckoutSession, answer: ConfirmAnswer, *, has_rivals: bool = False) -> ConfirmAnswer:
    """Return what `answer` proves about a checkout; an answer that is no readable success is returned as it is.

    With `has_rivals` another payment of ours may be why the balance rose: then that proves nothing.
    """
    claims = answer.claims
    if answer.kind is not ConfirmKind.ANSWERED or claims is None:
        return answer
    about = {Subject.SESSION: session.session_id}
    if session.request.plan_id is not None:
        about[Subject.PLAN] = session.request.plan_id
    mismatch = mismatch_of(claims, session.request.amount, about)
    compared = session.with_(balance_before=None) if has_rivals else session
    kind = _checkout_kind(compared, claims, mismatch)
    message = answer.message
    if kind is ConfirmKind.PENDING and answer.is_replay:
        kind, message = ConfirmKind.TRANSIENT, SafeText("The provider repeated an earlier answer.")
    elif mismatch:
        message = SafeText(f"The answer does not match this payment: {mismatch}.")
    elif kind is ConfirmKind.UNCLEAR:
        message = SafeText("The answer gives a balance and does not say that this link was paid.")
    message = message or SafeText(_CHECKOUT_TEXT[kind])
    return replace(answer, kind=kind, message=message, balance=claims.balance if kind is ConfirmKind.PAID else None)


def _checkout_kind(session: CheckoutSession, claims: Claims, mismatch: str) -> ConfirmKind:
    words = claims.words
    subscribes = session.request.purpose is Purpose.SUBSCRIBE
    paid = Word.DONE in words or (subscribes and Word.RUNS in words)
    if mismatch:
        return ConfirmKind.UNCLEAR
    if claims.accepted_only:
        return ConfirmKind.EXPIRED if Word.EXPIRED in words else ConfirmKind.PENDING
    if paid and words & _ENDS.keys():
        return ConfirmKind.TRANSIENT
    if Word.OPEN in words:
        return ConfirmKind.PENDING  # A first card may have failed: the page still takes another.
    for word, kind in _ENDS.items():
        if word in words:
            return kind
    if words & _WAITING or claims.denials:
        return ConfirmKind.PENDING
    if Word.UNRECOGNIZED in words or (Word.RUNS in words and not subscribes):
        return ConfirmKind.TRANSIENT
    if paid or _paid_by_balance(session, claims):
        return ConfirmKind.PAID
    balance_alone = claims.balance is not None and not subscribes
    return ConfirmKind.UNCLEAR if balance_alone else ConfirmKind.TRANSIENT


def _paid_by_balance(session: CheckoutSession, claims: Claims) -> bool:
    """Whether the balance rose by exactly the amount since the link was made."""
    amount = session.request.amount
    return amount is not None and _moved(session.balance_before, claims.balance, amount) == 1
