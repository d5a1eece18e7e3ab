"""Has a checkout session been paid? One answer of ModelsLab: a refusal is classified, a success's claims collected.

No source documents what `confirm-checkout` answers before, after or instead of a payment. What is known: polling is
expected, `balance` (wallet) and `status` (subscription) are read after success, Stripe's session words are `open`,
`complete`, `expired` and `paid`, `unpaid`. An `error` under a success status is no payment; what cannot be understood
is TRANSIENT: nothing is known, ask again. Whether a success proves the payment is judged by `tui.payments.evidence`.
"""

import re
from collections.abc import Iterator

from tui.domain import ConfirmAnswer, ConfirmKind, SafeText
from tui.providers.claims import NOT_YET, normalized
from tui.providers.modelslab.claims import NAMES, claims_in
from tui.providers.modelslab.envelope import unwrap
from tui.providers.transport import Json, Reply
from tui.providers.transport.refusals import Refusal, error_in, read_refusal

_PENDING = frozenset({"pending", "open", "unpaid", "processing", "incomplete", "not_paid", "not_completed"})
_FAILED = frozenset({"failed", "canceled", "cancelled", "declined", "payment_failed"})
_DECLINE_CODE = re.compile(r"declined|payment_failed")
_UNKNOWN_CODE = re.compile(r"not_found|resource_missing|unknown_session|no_such")
_EXPIRED = re.compile(r"expired")
_NOT_EXPIRED = re.compile(r"card|not_(yet_)?(been_)?expired|n['’]t_expired")
_WORDS = {
    ConfirmKind.PENDING: "Not paid yet.",
    ConfirmKind.EXPIRED: "The payment link has expired.",
    ConfirmKind.DECLINED: "The payment was declined.",
    ConfirmKind.UNKNOWN_SESSION: "The provider does not know this checkout.",
    ConfirmKind.AUTH: "The provider did not accept the token.",
    ConfirmKind.TRANSIENT: "No answer about the payment.",
}


def classify(reply: Reply) -> ConfirmAnswer:
    """Say what one answer to confirm-checkout is: a refusal, nothing, or a success with its claims; never raises."""
    body = reply.json
    data = unwrap(body)
    if reply.ok and not reply.unreadable and not error_in(body) and not error_in(data):
        claims = claims_in(reply)
        return ConfirmAnswer(
            ConfirmKind.ANSWERED,
            claims.message,
            retry_after=reply.retry_after,
            request_id=reply.request_id,
            claims=claims,
            is_replay=_is_replay(body),
        )
    refusal = read_refusal(body)
    if reply.ok and reply.unreadable:
        kind, said = ConfirmKind.TRANSIENT, SafeText(f"The answer cannot be read: {reply.unreadable}.")
    else:
        kind, said = _refused(reply, refusal if refusal.code or refusal.message else read_refusal(data))
    if kind is ConfirmKind.PENDING and _is_replay(body):
        kind, said = ConfirmKind.TRANSIENT, SafeText("The provider repeated an earlier answer.")
    return ConfirmAnswer(
        kind=kind,
        message=said or SafeText(_WORDS[kind]),
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
    code = normalized(refusal.code or "")
    status = next(_statuses(unwrap(reply.json)), "")
    if "decline_code" in refusal.details or status in _FAILED:
        return ConfirmKind.DECLINED, said
    return _meaning(reply.status, code, status, normalized(said)), said


def _meaning(status: int, code: str, word: str, message: str) -> ConfirmKind:
    """Judge a refusal by its code and status word first; its message counts only when these say nothing."""
    if _DECLINE_CODE.search(code):
        return ConfirmKind.DECLINED
    for text in (code, word, "" if status == 404 else message):
        if _EXPIRED.search(text) and not _NOT_EXPIRED.search(text):
            return ConfirmKind.EXPIRED
        if NOT_YET.search(text) or (text == word and word in _PENDING):
            return ConfirmKind.PENDING
    if status == 404 or _UNKNOWN_CODE.search(code):
        return ConfirmKind.UNKNOWN_SESSION
    return ConfirmKind.PENDING if status in (409, 425) else ConfirmKind.TRANSIENT


def _statuses(data: Json) -> Iterator[str]:
    """Yield every status word of a refusal that has data beside it."""
    if not isinstance(data, dict):
        return
    for place in (data, *(data.get(name) for name in NAMES.places)):
        if isinstance(place, dict):
            yield from (normalized(value) for key in NAMES.status if isinstance(value := place.get(key), str))


def _is_replay(body: Json) -> bool:
    """Whether the answer says it is a stored one; no source says where, so all three places count."""
    places = (body, body.get("data"), body.get("meta")) if isinstance(body, dict) else ()
    return any(isinstance(place, dict) and place.get("idempotency_replay") is True for place in places)
