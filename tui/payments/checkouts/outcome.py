"""What one look at a checkout session means for it."""

from datetime import datetime
from random import Random

from tui.domain import CheckoutSession, CheckoutState, ConfirmAnswer, ConfirmKind, SafeText
from tui.payments.schedule import MAX_RETRY_AFTER, pause_after

_ENDS = {
    ConfirmKind.PAID: CheckoutState.PAID,
    ConfirmKind.EXPIRED: CheckoutState.EXPIRED,
    ConfirmKind.DECLINED: CheckoutState.FAILED,
    ConfirmKind.FAILED: CheckoutState.FAILED,
    ConfirmKind.REFUNDED: CheckoutState.FAILED,
    ConfirmKind.UNKNOWN_SESSION: CheckoutState.FAILED,
}
"""The answers that end a session; all others leave it waiting."""


def settle(
    session: CheckoutSession, answer: ConfirmAnswer, now: datetime, *, over: bool, jitter: Random
) -> CheckoutSession:
    """Return `session` after `answer`.

    Only an explicit "paid" makes it paid; only an explicit end, or "not paid" after the watch is `over`, ends it
    unpaid. No answer, a refused token, or an answer without meaning says nothing about the payment: it stays pending.
    """
    checks = session.checks + 1
    looked = session.with_(
        checks=checks,
        last_checked_at=now,
        note=_words(answer),
        was_unpaid=session.was_unpaid or answer.kind is ConfirmKind.PENDING,
    )
    state = _ENDS.get(answer.kind)
    if state is None and over and answer.kind is ConfirmKind.PENDING:
        state = CheckoutState.EXPIRED
        looked = looked.with_(note=SafeText("the link expired unpaid"))
    if state is not None:
        return looked.with_(state=state, closed_at=now, next_check_at=None, balance=answer.balance)
    pause = pause_after(checks, jitter)
    if answer.retry_after is not None:
        pause = max(pause, min(answer.retry_after, MAX_RETRY_AFTER))
    return looked.with_(next_check_at=now + pause)


def _words(answer: ConfirmAnswer) -> SafeText:
    """What the look said, as the dialog and the Activity screen show it."""
    prefix = {
        ConfirmKind.PAID: "paid",
        ConfirmKind.PENDING: "not paid yet",
        ConfirmKind.EXPIRED: "the link expired unpaid",
        ConfirmKind.DECLINED: "the payment was declined",
        ConfirmKind.FAILED: "it was not paid",
        ConfirmKind.REFUNDED: "it was paid and the money went back",
        ConfirmKind.UNCLEAR: "it is not clear whether this was paid",
        ConfirmKind.UNKNOWN_SESSION: "the provider does not know this session",
        ConfirmKind.AUTH: "the token was refused; nothing is known about the payment",
        ConfirmKind.TRANSIENT: "no usable answer; the payment may still arrive",
    }[answer.kind]
    if answer.kind is ConfirmKind.PENDING and answer.evidence:
        return SafeText(f"{prefix}: {answer.evidence}")
    if answer.kind in {ConfirmKind.PAID, ConfirmKind.PENDING, ConfirmKind.EXPIRED}:
        return SafeText(prefix)
    reference = f" (request {answer.request_id})" if answer.request_id else ""
    return SafeText(f"{prefix}: {answer.message}{reference}" if answer.message else f"{prefix}{reference}")
