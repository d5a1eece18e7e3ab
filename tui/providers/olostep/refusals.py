"""Olostep's errors. No page shows the body of one of these two calls, and three shapes are in use elsewhere:

flat with a code in `error`, flat with booleans and `message` (as its own SDKs read it), and RFC 7807 with `code`,
`title` and `detail`. A key that is not valid is 402 by the guide and 401 in practice; 402 is also a payment that
failed, so only the code tells.
"""

import re

from tui.domain import SafeText
from tui.providers.errors import BillingError, Declined, NotAuthenticated
from tui.providers.transport import Json, Reply
from tui.providers.transport.refusals import Refusal, refusal_error

INVALID_KEY = "invalid_api_key"
_BOOLEANS = (INVALID_KEY, "usage_limit_reached", "max_capacity_reached", "malformed_request")
_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_LONGEST_CODE = 100


def read_told(body: Json) -> Refusal:
    """Read code and message, whichever shape the body has."""
    if not isinstance(body, dict):
        return Refusal()
    error = body.get("error")
    inner = error if isinstance(error, dict) else {}
    words = [
        error,
        body.get("code"),
        inner.get("code"),
        inner.get("type"),
        _last(body.get("type")),
        body.get("message"),
    ]
    told = (word for word in words if isinstance(word, str) and len(word) <= _LONGEST_CODE)
    code = next((word for word in told if _CODE.fullmatch(word)), None)
    if code is None:
        code = next((name for name in _BOOLEANS if body.get(name) is True), None)
    said = [body.get("message"), inner.get("message"), body.get("detail"), body.get("title"), error]
    message = next((text for text in said if isinstance(text, str) and text.strip() and text != code), None)
    return Refusal(SafeText(code) if code else None, SafeText(message) if message else None)


def key_refused(reply: Reply, told: Refusal) -> bool:
    """Whether the API key is what was refused."""
    return reply.status == 401 or told.code == INVALID_KEY or (reply.status == 402 and told.code is None)


KEY_REFUSED = SafeText("The API key was refused.")


def failure(reply: Reply) -> BillingError:
    """Make the error of a reading call that was refused."""
    told = read_told(reply.json)
    found = refusal_error(reply)
    if key_refused(reply, told):
        words = told.message or KEY_REFUSED
        return NotAuthenticated(words, told.code, reply.request_id, status=reply.status)
    if isinstance(found, Declined):
        found.hint = SafeText("Look at the team's plan and credits in Olostep's dashboard.")
    found.code = told.code or found.code
    if told.message and 400 <= reply.status < 500:
        found.message = told.message
    return found


def _last(address: Json) -> Json:
    """The last part of a problem type's address."""
    return address.rstrip("/").rpartition("/")[2].replace("-", "_") if isinstance(address, str) else None
