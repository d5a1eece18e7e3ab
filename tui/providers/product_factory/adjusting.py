"""Giving or taking credits by hand: the bytes that ask for it, and what the answer proves.

`POST /admin/credits/manual` is named by a page without a body; user, signed amount and description are inferred. It
takes no idempotency key: sent twice it would be done twice.
"""

import json
from functools import partial

from tui import domain
from tui.domain import CREDITS, AnswerKind, Money, MoneyCall, SafeText, Subject, checked_id
from tui.providers.claims import Names, read_claims
from tui.providers.errors import BillingError, Invalid
from tui.providers.money_answers import kind_without_content, plain_text
from tui.providers.product_factory.envelope import data_of
from tui.providers.product_factory.models import WireAdjusted
from tui.providers.transport import Reply
from tui.providers.transport.refusals import read_refusal
from tui.providers.wire import optional_money, read

PATH = "/admin/credits/manual"
_NAMES = Names(units=frozenset(), ids={"user_id": Subject.USER}, objects={"user": Subject.USER})


def adjust_call(wanted: domain.Adjustment) -> MoneyCall:
    """Return the request that books `wanted`. Raises Invalid, BadId."""
    amount = wanted.amount.amount
    if wanted.amount.unit != CREDITS or amount == 0 or amount != amount.to_integral_value():
        raise Invalid(SafeText("An adjustment is a whole number of credits other than zero."))
    user = checked_id(wanted.user_id)
    body = json.dumps({"user_id": user, "amount": int(amount), "description": wanted.description}).encode()
    about = ((Subject.USER, user),)
    return MoneyCall(domain.CallKind.ADJUSTMENT, "POST", PATH, body, about=about)


def classify_adjustment(reply: Reply) -> domain.MoneyAnswer:
    """Say what an answer is: a refusal, nothing that counts, or a success with its claims; never raises."""
    kind, refusal = _kind(reply), read_refusal(reply.json)
    claims = _claims(reply) if kind is AnswerKind.ANSWERED else None
    return domain.MoneyAnswer(
        kind=kind,
        message=claims.message if claims else refusal.message or _plain(reply, kind),
        request_id=reply.request_id,
        retry_after=reply.retry_after,
        fields=refusal.fields,
        claims=claims,
    )


def _kind(reply: Reply) -> AnswerKind:
    if kind := kind_without_content(reply):
        return kind
    if reply.ok:
        return AnswerKind.ANSWERED
    refused = {401: AnswerKind.NOT_AUTHENTICATED, 403: AnswerKind.NOT_ALLOWED}
    return refused.get(reply.status, AnswerKind.REFUSED)


def _claims(reply: Reply) -> domain.Claims:
    body = reply.json
    data = body.get("data", body) if isinstance(body, dict) else body
    return read_claims(reply, data, _NAMES, _balance(reply))


def _balance(reply: Reply) -> Money | None:
    try:
        return optional_money(read(WireAdjusted, data_of(reply), "adjustment").balance, CREDITS)
    except BillingError:
        return None


_plain = partial(
    plain_text,
    done="the credits were booked",
    call="the adjustment",
    texts={
        AnswerKind.LIMITED: "Too many requests; nothing was booked.",
        AnswerKind.NOT_AUTHENTICATED: "The session was refused.",
        AnswerKind.NOT_ALLOWED: "This needs the admin role.",
    },
)
