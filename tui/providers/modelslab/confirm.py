"""Has a checkout session been paid? One answer of ModelsLab, classified.

No source documents what `confirm-checkout` answers before, after or instead of a payment. What is known: polling is
expected, `balance` (wallet) and `status` (subscription) are read after success, Stripe's session words are `open`,
`complete`, `expired` and `paid`, `unpaid`. Therefore:

- only words that mean paid, or a balance with nothing against it, are PAID; a success status alone never is;
- anything that says "not yet" beats a balance, and an `error` under a success status is no payment;
- what cannot be understood is TRANSIENT: nothing is known, ask again.
"""

import re
from collections.abc import Iterator

from tui.domain import ConfirmAnswer, ConfirmKind, Money, Purpose, SafeText
from tui.providers.errors import ProtocolError
from tui.providers.modelslab.envelope import unwrap
from tui.providers.modelslab.wallet import to_balance
from tui.providers.transport import Json, Reply
from tui.providers.transport.refusals import Refusal, error_in, read_refusal

_PAID = frozenset({"paid", "succeeded", "complete", "completed", "confirmed", "active", "no_payment_required"})
_PAID_WHEN_UNCONTRADICTED = frozenset({"success"})
_PENDING = frozenset({"pending", "open", "unpaid", "processing", "incomplete", "not_paid", "not_completed"})
_FAILED = frozenset({"failed", "canceled", "cancelled", "declined", "payment_failed"})
_DECLINE_CODE = re.compile(r"declined|payment_failed")
_UNKNOWN_CODE = re.compile(r"not_found|resource_missing|unknown_session|no_such")
_NOT_YET = re.compile(
    r"pending|unpaid|incomplete|requires|processing|not_(yet_)?(been_)?(paid|complete|confirm|finish)"
)
_EXPIRED = re.compile(r"expired")
_NOT_EXPIRED = re.compile(r"card|not_(yet_)?(been_)?expired|n['’]t_expired")
_STATUS_PLACES = ("session", "checkout", "checkout_session", "payment", "subscription")
_STATUS_KEYS = ("status", "payment_status", "session_status")

_STRONGEST_FIRST = (
    ConfirmKind.EXPIRED,
    ConfirmKind.DECLINED,
    ConfirmKind.PENDING,
    ConfirmKind.TRANSIENT,
    ConfirmKind.PAID,
)
"""Among the words of one answer the first of these decides; a word nobody knows forbids PAID."""

_WORDS = {
    ConfirmKind.PAID: "Paid.",
    ConfirmKind.PENDING: "Not paid yet.",
    ConfirmKind.EXPIRED: "The payment link has expired.",
    ConfirmKind.DECLINED: "The payment was declined.",
    ConfirmKind.UNKNOWN_SESSION: "The provider does not know this checkout.",
    ConfirmKind.AUTH: "The provider did not accept the token.",
    ConfirmKind.TRANSIENT: "No answer about the payment.",
}


def classify(reply: Reply, purpose: Purpose) -> ConfirmAnswer:
    """Say what one answer to confirm-checkout means; never raises."""
    body = reply.json
    data = unwrap(body)
    refusal = read_refusal(body)
    balance = _balance(data)
    if not reply.ok or error_in(body) or error_in(data):
        kind, said = _refused(reply, refusal if refusal.code or refusal.message else read_refusal(data))
        balance = None
    else:
        said = _unreadable(reply) or _message(data) or _message(body)
        kind = _answered(reply, data, said, purpose, has_balance=balance is not None)
    if kind is ConfirmKind.PENDING and _is_replay(body):
        kind, said = ConfirmKind.TRANSIENT, SafeText("The provider repeated an earlier answer.")
    return ConfirmAnswer(
        kind=kind,
        message=said or SafeText(_WORDS[kind]),
        balance=balance if kind is ConfirmKind.PAID else None,
        retry_after=reply.retry_after,
        request_id=reply.request_id,
    )


def _refused(reply: Reply, refusal: Refusal) -> tuple[ConfirmKind, SafeText]:
    said = refusal.message or SafeText()
    if reply.status == 401 or (reply.status == 403 and not reply.unreadable):
        return ConfirmKind.AUTH, said
    passing = reply.status in (408, 429) or reply.status >= 500 or 300 <= reply.status < 400
    if passing or reply.unreadable:
        # An unreadable 403 or 404 is a page of something in between, not ModelsLab's word on this session.
        return ConfirmKind.TRANSIENT, said or SafeText(f"{reply.host} answered {reply.status}.")
    code = _word(refusal.code or "")
    status = next(_statuses(unwrap(reply.json)), "")
    if "decline_code" in refusal.details or status in _FAILED:
        return ConfirmKind.DECLINED, said
    return _meaning(reply.status, code, status, _word(said)), said


def _meaning(status: int, code: str, word: str, message: str) -> ConfirmKind:
    """Judge a refusal by its code and status word first; its message counts only when these say nothing."""
    if _DECLINE_CODE.search(code):
        return ConfirmKind.DECLINED
    for text in (code, word, "" if status == 404 else message):
        if _EXPIRED.search(text) and not _NOT_EXPIRED.search(text):
            return ConfirmKind.EXPIRED
        if _NOT_YET.search(text) or (text == word and word in _PENDING):
            return ConfirmKind.PENDING
    if status == 404 or _UNKNOWN_CODE.search(code):
        return ConfirmKind.UNKNOWN_SESSION
    return ConfirmKind.PENDING if status in (409, 425) else ConfirmKind.TRANSIENT


def _answered(reply: Reply, data: Json, said: SafeText, purpose: Purpose, *, has_balance: bool) -> ConfirmKind:
    """Judge a success by what it says about the session."""
    if reply.status == 202:
        return ConfirmKind.EXPIRED if "expired" in _statuses(data) else ConfirmKind.PENDING
    doubt = bool(_NOT_YET.search(_word(said)))
    kinds = {_kind(word, purpose, doubt=doubt) for word in _statuses(data)}
    if ConfirmKind.PAID in kinds and kinds & {ConfirmKind.EXPIRED, ConfirmKind.DECLINED}:
        return ConfirmKind.TRANSIENT
    if "open" in _statuses(data):
        return ConfirmKind.PENDING  # A first card may have failed: the page still takes another.
    for kind in _STRONGEST_FIRST:
        if kind in kinds:
            return kind
    if doubt:
        return ConfirmKind.PENDING
    return ConfirmKind.PAID if has_balance and purpose is Purpose.FUND else ConfirmKind.TRANSIENT


def _kind(word: str, purpose: Purpose, *, doubt: bool) -> ConfirmKind:
    if "expired" in word:
        return ConfirmKind.EXPIRED
    if word in _PENDING or _NOT_YET.search(word):
        return ConfirmKind.PENDING
    if word in _FAILED:
        return ConfirmKind.DECLINED
    if word in _PAID or (purpose is Purpose.SUBSCRIBE and word == "trialing"):
        return ConfirmKind.PAID
    if word in _PAID_WHEN_UNCONTRADICTED:
        return ConfirmKind.PENDING if doubt else ConfirmKind.PAID
    return ConfirmKind.TRANSIENT


def _statuses(data: Json) -> Iterator[str]:
    """Yield every word about the session, its payment or its subscription."""
    if not isinstance(data, dict):
        return
    for place in (data, *(data.get(name) for name in _STATUS_PLACES)):
        if isinstance(place, dict):
            yield from (_word(value) for key in _STATUS_KEYS if isinstance(value := place.get(key), str))
            if isinstance(place.get("paid"), bool):
                yield "paid" if place["paid"] else "unpaid"


def _word(text: str) -> str:
    return "_".join(text.lower().replace("-", " ").split())


def _unreadable(reply: Reply) -> SafeText:
    return SafeText(f"The answer cannot be read: {reply.unreadable}.") if reply.unreadable else SafeText()


def _message(data: Json) -> SafeText:
    said = data.get("message") if isinstance(data, dict) else None
    return SafeText(said) if isinstance(said, str) else SafeText()


def _balance(data: Json) -> Money | None:
    """The balance an answer tells; a garbled one counts as none."""
    if not isinstance(data, dict):
        return None
    for place in (data, {"balance": data.get("new_balance"), "currency": data.get("currency")}):
        try:
            return to_balance(place).available
        except ProtocolError:
            continue
    return None


def _is_replay(body: Json) -> bool:
    """Whether the answer says it is a stored one; no source says where, so all three places count."""
    places = (body, body.get("data"), body.get("meta")) if isinstance(body, dict) else ()
    return any(isinstance(place, dict) and place.get("idempotency_replay") is True for place in places)
