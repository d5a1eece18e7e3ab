"""Buying credits at Olostep: the bytes that ask for it, and what the answer proves.

`POST /user/purchase-topup` charges a card on file at once and takes no idempotency key; one attempt a minute and team.
200 says that the charge succeeded, 202 that it is being processed: in both cases the credits are issued later, when
the processor's webhook arrives, and only `GET /user/credits/info` shows them.
"""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from tui.domain import CREDITS, AnswerKind, CallKind, Money, MoneyAnswer, MoneyCall, SafeText, Subject
from tui.domain.text import EMPTY
from tui.providers.claims import Names, read_claims
from tui.providers.errors import Invalid
from tui.providers.money_answers import kind_without_content, plain_text
from tui.providers.olostep.refusals import KEY_REFUSED, key_refused, read_told
from tui.providers.transport import Reply
from tui.providers.transport.refusals import Refusal, error_in
from tui.providers.wire import id_or_none

SIZES = tuple(Money(Decimal(units), CREDITS) for units in (10_000, 20_000, 80_000, 100_000))
"""What can be bought (docs.olostep.com, purchase-topup: `credits`)."""
COOLDOWN = timedelta(seconds=60)
"""Between two attempts of a team; for an answer that does not say how much of it is left."""

_NAMES = Names(
    amounts=frozenset({"credits"}),
    units=frozenset(),
    ids={"payment_intent_id": Subject.PAYMENT_INTENT},
)
"""The fields of the published successes: `success`, `status`, `credits` and `payment_intent_id`."""
_DASHBOARD = "Olostep's dashboard"
_WORDS = {
    "missing_topup_selector": ("Olostep did not see how many credits were asked for.", "Report this as a fault."),
    "invalid_credits": ("Olostep does not sell this number of credits.", "Choose another size."),
    "no_stripe_customer": (
        "This team has no billing account at Olostep yet.",
        f"Set up billing in {_DASHBOARD}, then try again.",
    ),
    "no_payment_method": (
        "This team has no card on file at Olostep.",
        f"Add a card in {_DASHBOARD}, then try again.",
    ),
    "payment_failed": (
        "None of the team's saved cards completed the payment.",
        f"Check the cards in {_DASHBOARD}, or ask their bank.",
    ),
    "purchase_topup_cooldown": ("Olostep takes one top-up a minute; this one was not begun.", "Wait, then try again."),
    "payment_status_unknown": (
        "Olostep does not know whether the card was charged.",
        "Do not buy again before the lots or the card's statement tell.",
    ),
}
"""What each documented code means, and what to do."""


def top_up_call(size: Money) -> MoneyCall:
    """Return the request that buys `size`. Raises Invalid for a size not on offer."""
    if size not in SIZES:
        offered = ", ".join(each.digits for each in SIZES)
        raise Invalid(SafeText(f"Olostep sells {offered} credits, not {size.digits}."))
    body = f'{{"credits": {size.wire}}}'.encode()
    return MoneyCall(CallKind.TOP_UP, "POST", "/user/purchase-topup", body)


def classify_top_up(reply: Reply) -> MoneyAnswer:
    """Say what an answer is: a refusal, nothing that counts, or a success with its claims; never raises."""
    told = Refusal() if reply.ok else read_told(reply.json)
    kind = _kind(reply, told)
    claims = read_claims(reply, reply.json, _NAMES, None) if kind is AnswerKind.ANSWERED else None
    known, advice = _WORDS.get(told.code or "", ("", ""))
    intent = reply.json.get("payment_intent_id") if isinstance(reply.json, dict) else None
    wait = reply.retry_after
    if kind is AnswerKind.LIMITED and wait is None:
        wait = COOLDOWN
    return MoneyAnswer(
        kind=kind,
        message=EMPTY if claims else SafeText(known) or told.message or _plain(reply, kind),
        payment_intent_id=id_or_none(intent) if isinstance(intent, str) else None,
        request_id=reply.request_id,
        retry_after=wait,
        advice=SafeText(advice),
        code=told.code,
        claims=claims,
    )


def _kind(reply: Reply, told: Refusal) -> AnswerKind:
    if kind := kind_without_content(reply):
        return kind
    if reply.ok:
        return AnswerKind.LOST if error_in(reply.json) else AnswerKind.ANSWERED
    if key_refused(reply, told):
        return AnswerKind.NOT_AUTHENTICATED
    if told.code == "payment_failed":
        return AnswerKind.DECLINED
    if reply.status == 403:
        return AnswerKind.NOT_ALLOWED
    return AnswerKind.IN_PROGRESS if reply.status == 409 else AnswerKind.REFUSED


_plain = partial(
    plain_text,
    done="the card was charged",
    call="the payment",
    texts={
        AnswerKind.LIMITED: "Too many attempts; this one was not begun.",
        AnswerKind.NOT_AUTHENTICATED: KEY_REFUSED,
        AnswerKind.IN_PROGRESS: "The provider is still at work on another payment.",
    },
)
