"""Charging a saved card at ModelsLab: the bytes that ask for it, and what the answer proves.

`POST /wallet/fund` with `amount` (dollars) and `payment_method_id` charges at once. Documented answers: 402
`payment_declined` with `details.decline_code`, and 202 with `data.payment.status` `requires_action` (headless flow);
the body of a success is undocumented. So a success is DONE only by its words; one that says nothing known is LOST.
"""

import json

from tui.domain import AnswerKind, Money, MoneyAnswer, MoneyCall, SafeText, checked_id
from tui.providers.errors import BillingError, NotSent, NotTrusted, ProtocolError
from tui.providers.modelslab.envelope import inner, unwrap
from tui.providers.modelslab.links import dollars
from tui.providers.modelslab.wallet import to_balance
from tui.providers.transport import Json, Reply
from tui.providers.transport.refusals import error_in, read_refusal

_DONE = frozenset({"succeeded", "success", "paid", "complete", "completed"})
_ACTION = frozenset({"requires_action", "requires_confirmation", "requires_source_action"})
_PROCESSING = frozenset({"processing", "pending"})
_FAILED = frozenset({"failed", "declined", "canceled", "cancelled", "requires_payment_method"})
_PASSING = frozenset({408, 425})
_CARD_CODES = frozenset(
    {"authentication_required", "card_error", "expired_card", "incorrect_cvc", "insufficient_funds", "payment_failed"}
)


def fund_call(amount: Money, payment_method_id: str) -> MoneyCall:
    """Return the request that charges `amount` to a saved card. Raises Invalid, BadId."""
    card = json.dumps(checked_id(payment_method_id))
    body = f'{{"amount": {dollars(amount)}, "payment_method_id": {card}}}'.encode()
    # The published sample sends Idempotency-Key on this call: a lost answer may be asked for again.
    return MoneyCall("POST", "/wallet/fund", body, resend_allowed=True)


def not_answered(trouble: BillingError) -> MoneyAnswer:
    """Say what a failure of the connection proves about the payment."""
    kind = AnswerKind.LOST
    if isinstance(trouble, NotTrusted):
        kind = AnswerKind.NOT_TRUSTED
    elif isinstance(trouble, NotSent):
        kind = AnswerKind.NOT_SENT
    return MoneyAnswer(kind, trouble.message, request_id=trouble.request_id)


def classify_payment(reply: Reply) -> MoneyAnswer:
    """Say what an answer to a money call proves; never raises."""
    refusal = read_refusal(reply.json)
    data = unwrap(reply.json)
    payment = inner(data, "payment", "payment_intent")
    status = _text(payment, "status").lower()
    kind = _kind(reply, status, data)
    return MoneyAnswer(
        kind=kind,
        message=refusal.message or SafeText(_text(data, "message")) or _plain(reply, kind),
        decline_code=refusal.details.get("decline_code"),
        payment_intent_id=_payment_intent(
            refusal.details.get("payment_intent_id") or _text(payment, "payment_intent_id")
        ),
        balance=_balance(data) if kind is AnswerKind.DONE else None,
        request_id=reply.request_id,
        retry_after=reply.retry_after,
        fields=refusal.fields,
    )


def _kind(reply: Reply, status: str, data: Json) -> AnswerKind:
    if reply.status == 429:
        return AnswerKind.LIMITED
    if reply.status >= 500 or reply.status in _PASSING or 300 <= reply.status < 400:
        return AnswerKind.LOST
    if reply.unreadable:
        # Something in between answered: a page for a 401 or a 403 is its word, not ModelsLab's.
        return AnswerKind.LOST
    if not reply.ok or error_in(reply.json):
        return _refused(reply)
    if status in _ACTION or _text(data, "checkout_url"):
        return AnswerKind.REQUIRES_ACTION
    if status in _FAILED:
        return AnswerKind.DECLINED
    if status in _PROCESSING:
        return AnswerKind.PROCESSING
    if reply.status == 202:
        return AnswerKind.LOST
    if status in _DONE or (not status and _balance(data) is not None):
        return AnswerKind.DONE
    return AnswerKind.LOST


def _refused(reply: Reply) -> AnswerKind:
    refusal = read_refusal(reply.json)
    code = refusal.code or ""
    if "declined" in code or code in _CARD_CODES or "decline_code" in refusal.details:
        # A bare 402 is not the issuer's word: some servers send it for a key that is not valid.
        return AnswerKind.DECLINED
    if reply.status == 401:
        return AnswerKind.NOT_AUTHENTICATED
    if reply.status == 403:
        return AnswerKind.NOT_ALLOWED
    if reply.status == 409:
        return AnswerKind.IN_PROGRESS
    # An error under a success status: nobody can say how far the request got.
    return AnswerKind.LOST if reply.ok else AnswerKind.REFUSED


def _plain(reply: Reply, kind: AnswerKind) -> SafeText:
    if reply.unreadable:
        return SafeText(f"The answer of {reply.host} cannot be read: {reply.unreadable}.")
    if 300 <= reply.status < 400:
        return SafeText(f"{reply.host} sent a redirect to {reply.redirect_host or 'nowhere'}; it was not followed.")
    words = {
        AnswerKind.DONE: "The card was charged.",
        AnswerKind.LOST: f"{reply.host} answered {reply.status} without saying whether the card was charged.",
        AnswerKind.REQUIRES_ACTION: "The bank wants to ask the card holder first. Nothing was charged.",
        AnswerKind.PROCESSING: "The payment is being processed.",
        AnswerKind.DECLINED: "The card was declined.",
        AnswerKind.IN_PROGRESS: "The provider is still at work on this payment.",
        AnswerKind.LIMITED: "Too many requests; the payment was not begun.",
        AnswerKind.NOT_AUTHENTICATED: "The token was refused.",
    }
    return SafeText(words.get(kind, f"{reply.host} refused the payment ({reply.status})."))


def _text(data: Json, key: str) -> str:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def _payment_intent(raw: str) -> str | None:
    try:
        return checked_id(raw) if raw else None
    except ValueError:
        return None


def _balance(data: Json) -> Money | None:
    try:
        return to_balance(data).available
    except ProtocolError:
        return None
