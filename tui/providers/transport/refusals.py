"""Answers that are no success, turned into errors people can act on.

Shapes (api overview of ModelsLab, and what frameworks and proxies in front of it send): `{"error": {"code", "message",
"details"}}`, `{"message", "errors"}`, `{"error": "..."}`, no JSON at all. `details` is a bag of field messages, a flat
object, an empty list, or null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http.client import responses

from tui.domain import SafeText
from tui.providers import errors
from tui.providers.errors import BillingError
from tui.providers.transport.documents import Json
from tui.providers.transport.reply import Reply

_BY_STATUS: Mapping[int, type[BillingError]] = {
    401: errors.NotAuthenticated,
    402: errors.Declined,
    403: errors.NotAllowed,
    404: errors.NotFound,
    407: errors.NotSent,
    408: errors.ServerTrouble,
    410: errors.NotFound,
    429: errors.RateLimited,
}
_BY_CODE: Mapping[str, type[BillingError]] = {
    "invalid_credentials": errors.NotAuthenticated,
    "unauthenticated": errors.NotAuthenticated,
    "session_expired": errors.NotAuthenticated,
    "user_banned": errors.NotAllowed,
    "access_denied": errors.NotAllowed,
    "insufficient_scope": errors.NotAllowed,
    "email_not_verified": errors.NotAllowed,
    "payment_declined": errors.Declined,
    "validation_error": errors.Invalid,
    "not_found": errors.NotFound,
    "rate_limited": errors.RateLimited,
}
_MOST_DETAILS = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error body says."""

    code: SafeText | None = None
    message: SafeText | None = None
    details: dict[str, SafeText] = field(default_factory=dict)
    fields: dict[str, tuple[SafeText, ...]] = field(default_factory=dict)


def raise_for_refusal(reply: Reply) -> None:
    """Raise the BillingError that fits `reply`; return when it is a success that can be read."""
    if not reply.ok or error_in(reply.json):
        raise refusal_error(reply)
    if reply.unreadable:
        raise errors.ProtocolError(reply.unreadable_text, request_id=reply.request_id, status=reply.status)


def error_in(body: Json) -> Json:
    """The `error` a body carries; None when it has none or an empty one, whatever the status was."""
    return (body.get("error") or None) if isinstance(body, dict) else None


def refusal_error(reply: Reply) -> BillingError:
    """Make the error for a reply that is a refusal."""
    refusal = read_refusal(reply.json)
    kind = _kind(reply, refusal)
    return kind(
        message=_message(reply, refusal, kind),
        code=refusal.code,
        request_id=reply.request_id,
        retry_after=reply.retry_after,
        status=reply.status,
        hint=_hint(reply, refusal, kind),
        details=refusal.details,
        fields=refusal.fields,
    )


def read_refusal(body: Json) -> Refusal:
    """Read what an error body says, whichever shape it has."""
    if not isinstance(body, dict):
        return Refusal()
    error = body.get("error")
    if isinstance(error, dict):
        details, fields = _details(error.get("details"))
        return Refusal(_word(error.get("code")), _word(error.get("message")), details, fields)
    details, fields = _details(body.get("errors"))
    return Refusal(_word(body.get("code")), _word(error) or _word(body.get("message")), details, fields)


def _kind(reply: Reply, refusal: Refusal) -> type[BillingError]:
    if reply.ok:
        # An error under a success status: without a known code nobody can say how far the request got.
        return _BY_CODE.get((refusal.code or "").lower(), errors.ServerTrouble)
    if reply.status in _BY_STATUS:
        return _BY_STATUS[reply.status]
    return errors.Invalid if 400 <= reply.status < 500 else errors.ServerTrouble


def _message(reply: Reply, refusal: Refusal, kind: type[BillingError]) -> SafeText:
    if 300 <= reply.status < 400:
        target = reply.redirect_host or "an address it does not name"
        return SafeText(f"{reply.host} sent a redirect to {target}; billtop does not follow it.")
    if reply.status == 407:
        return SafeText(f"The proxy on the way to {reply.host} asks for a login.")
    said = refusal.message or next((text for texts in refusal.fields.values() for text in texts), None)
    if said and kind is not errors.ServerTrouble:
        return said
    answered = f"{reply.host} answered {reply.status} {responses.get(reply.status, '')}".rstrip()
    return SafeText(f"{answered}: {said}" if said else f"{answered}.")


def _hint(reply: Reply, refusal: Refusal, kind: type[BillingError]) -> SafeText | None:
    if 300 <= reply.status < 400:
        return SafeText("Check the base URL of this account: the API may have moved, or a network login page answers.")
    if kind is errors.Declined and not refusal.code and not refusal.details:
        return SafeText("The provider does not say why: check the account and its token.")
    scope = refusal.details.get("required_scope")
    if kind is errors.NotAllowed and scope:
        return SafeText(f"The token lacks the scope {scope}: use one that has it.")
    if kind is errors.Invalid and refusal.fields:
        return SafeText(" ".join(f"{name}: {' '.join(texts)}" for name, texts in refusal.fields.items()))
    return None


def _details(raw: Json) -> tuple[dict[str, SafeText], dict[str, tuple[SafeText, ...]]]:
    """Split details into flat facts and messages for single fields of the request."""
    details: dict[str, SafeText] = {}
    fields: dict[str, tuple[SafeText, ...]] = {}
    items = list(raw.items())[:_MOST_DETAILS] if isinstance(raw, dict) else []
    for key, value in items:
        name = SafeText(key)
        if "secret" in name or "token" in name:
            continue
        if isinstance(value, list):
            fields[name] = tuple(text for text in map(_word, value[:_MOST_DETAILS]) if text)
        elif text := _word(value):
            details[name] = text
    return details, {name: texts for name, texts in fields.items() if texts}


def _word(raw: Json) -> SafeText | None:
    if isinstance(raw, bool):
        return SafeText("yes" if raw else "no")
    return (SafeText(raw) or None) if isinstance(raw, str | int | Decimal) else None
