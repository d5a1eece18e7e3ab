"""Giving or taking credits by hand: the bytes that ask for it, and what the answer proves.

`POST /admin/credits/manual` is named by a page without a body; user, signed amount and description are inferred. It
takes no idempotency key: sent twice it would be done twice.
"""

import json

from tui.domain import CREDITS, Adjustment, AnswerKind, Money, MoneyAnswer, MoneyCall, SafeText, checked_id
from tui.providers.errors import BillingError, Invalid, NotSent, NotTrusted, ProtocolError
from tui.providers.product_factory.admin_models import WireAdjusted
from tui.providers.product_factory.envelope import data_of
from tui.providers.transport import Reply
from tui.providers.transport.refusals import read_refusal
from tui.providers.wire import read

PATH = "/admin/credits/manual"
_PASSING = frozenset({408, 425})


def adjust_call(wanted: Adjustment) -> MoneyCall:
    """Return the request that books `wanted`. Raises Invalid, BadId."""
    amount = wanted.amount.amount
    if wanted.amount.unit != CREDITS or amount == 0 or amount != amount.to_integral_value():
        raise Invalid(SafeText("An adjustment is a whole number of credits other than zero."))
    body = {"user_id": checked_id(wanted.user_id), "amount": int(amount), "description": wanted.description}
    return MoneyCall("POST", PATH, json.dumps(body).encode(), resend_allowed=False, keyed=False, adjusts=True)


def not_answered(trouble: BillingError) -> MoneyAnswer:
    """Say what a failure of the connection proves."""
    kind = AnswerKind.LOST
    if isinstance(trouble, NotTrusted):
        kind = AnswerKind.NOT_TRUSTED
    elif isinstance(trouble, NotSent):
        kind = AnswerKind.NOT_SENT
    return MoneyAnswer(kind, trouble.message, request_id=trouble.request_id)


def classify_adjustment(reply: Reply) -> MoneyAnswer:
    """Say what an answer proves; never raises."""
    kind, refusal = _kind(reply), read_refusal(reply.json)
    return MoneyAnswer(
        kind=kind,
        message=refusal.message or _plain(reply, kind),
        balance=_balance(reply) if kind is AnswerKind.DONE else None,
        request_id=reply.request_id,
        retry_after=reply.retry_after,
        fields=refusal.fields,
    )


def _kind(reply: Reply) -> AnswerKind:
    if reply.status == 429:
        return AnswerKind.LIMITED
    if reply.status >= 500 or reply.status in _PASSING or 300 <= reply.status < 400 or reply.unreadable:
        return AnswerKind.LOST
    if not reply.ok:
        refused = {401: AnswerKind.NOT_AUTHENTICATED, 403: AnswerKind.NOT_ALLOWED}
        return refused.get(reply.status, AnswerKind.REFUSED)
    body = reply.json if isinstance(reply.json, dict) else {}
    flagged = [body.get(name) for name in ("success", "ok") if name in body]
    # A success status that says nothing of success is no proof, and neither is one that says the opposite.
    return AnswerKind.DONE if flagged == [True] or (not flagged and "data" in body) else AnswerKind.LOST


def _balance(reply: Reply) -> Money | None:
    try:
        told = read(WireAdjusted, data_of(reply), "adjustment").balance
    except (ProtocolError, BillingError):
        return None
    return None if told is None else Money(told, CREDITS)


def _plain(reply: Reply, kind: AnswerKind) -> SafeText:
    if reply.unreadable:
        return SafeText(f"The answer of {reply.host} cannot be read: {reply.unreadable}.")
    words = {
        AnswerKind.DONE: "The credits were booked.",
        AnswerKind.LOST: f"{reply.host} answered {reply.status} without saying whether the credits were booked.",
        AnswerKind.LIMITED: "Too many requests; nothing was booked.",
        AnswerKind.NOT_AUTHENTICATED: "The session was refused.",
        AnswerKind.NOT_ALLOWED: "This needs the admin role.",
    }
    return SafeText(words.get(kind, f"{reply.host} refused the adjustment ({reply.status})."))
