"""Charging a saved card at ModelsLab: the bytes that ask for it, and what the answer proves.

`POST /wallet/fund` with `amount` (dollars) and `payment_method_id` charges at once. Documented answers: 402
`payment_declined` with `details.decline_code`, and 202 with `data.payment.status` `requires_action` (headless flow);
the body of a success is undocumented: its claims are collected here and judged by `tui.payments.evidence`.
"""

import json
from functools import partial

from tui.domain import AnswerKind, CallKind, Money, MoneyAnswer, MoneyCall, Subject, checked_id
from tui.providers.modelslab.claims import claims_in
from tui.providers.modelslab.envelope import unwrap
from tui.providers.modelslab.links import dollars
from tui.providers.money_answers import kind_without_content, plain_text
from tui.providers.transport import Json, Reply
from tui.providers.transport.refusals import error_in, read_refusal
from tui.providers.wire import id_or_none, inner

_CARD_CODES = frozenset(
    {"authentication_required", "card_error", "expired_card", "incorrect_cvc", "insufficient_funds", "payment_failed"}
)


def fund_call(amount: Money, payment_method_id: str) -> MoneyCall:
    """Return the request that charges `amount` to a saved card. Raises Invalid, BadId."""
    card = checked_id(payment_method_id)
    body = f'{{"amount": {dollars(amount)}, "payment_method_id": {json.dumps(card)}}}'.encode()
    about = ((Subject.PAYMENT_METHOD, card),)
    return MoneyCall(CallKind.FUND, "POST", "/wallet/fund", body, about=about)


def classify_payment(reply: Reply) -> MoneyAnswer:
    """Say what an answer to a money call is: a refusal, nothing that counts, or a success with its claims.

    Never raises.
    """
    refusal = read_refusal(reply.json)
    kind = _kind(reply)
    claims = claims_in(reply) if kind is AnswerKind.ANSWERED else None
    payment = inner(unwrap(reply.json), "payment", "payment_intent")
    return MoneyAnswer(
        kind=kind,
        message=claims.message if claims else refusal.message or _plain(reply, kind),
        decline_code=refusal.details.get("decline_code"),
        payment_intent_id=id_or_none(refusal.details.get("payment_intent_id") or _text(payment, "payment_intent_id")),
        request_id=reply.request_id,
        retry_after=reply.retry_after,
        fields=refusal.fields,
        claims=claims,
    )


def _kind(reply: Reply) -> AnswerKind:
    if kind := kind_without_content(reply):
        return kind
    if reply.ok and not error_in(reply.json):
        return AnswerKind.ANSWERED
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


_plain = partial(
    plain_text,
    done="the card was charged",
    call="the payment",
    texts={
        AnswerKind.DECLINED: "The card was declined.",
        AnswerKind.IN_PROGRESS: "The provider is still at work on this payment.",
        AnswerKind.LIMITED: "Too many requests; the payment was not begun.",
        AnswerKind.NOT_AUTHENTICATED: "The token was refused.",
    },
)


def _text(data: Json, key: str) -> str:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""
