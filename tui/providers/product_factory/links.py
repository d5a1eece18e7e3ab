"""Checkout sessions and portal links of Product Factory: what is asked, and the address that comes back.

`POST /payment/create-session` (docs: /api/billing/) takes `channel`, `type`, `plan_id`, `success_url`, `cancel_url` and
"returns a redirect URL"; neither the name of its field nor a session id or an expiry is documented. The page a payer
returns to is the one of the published example, below the account's own address.
"""

import hashlib
import json
import re
from urllib.parse import unquote, urlsplit

from tui.domain import LinkRequest, Purpose, SafeText, checked_id
from tui.providers.errors import Invalid, ProtocolError
from tui.providers.product_factory.plans import CHANNELS
from tui.providers.transport import Json
from tui.providers.wire import id_or_none, url_or_none

_URL_KEYS = ("url", "checkout_url", "redirect_url", "session_url", "portal_url")
_ID_KEYS = ("session_id", "checkout_session_id", "checkout_id", "sessionId", "id")
_IN_ADDRESS = re.compile(r"(?:cs_(?:test|live)_|ch_)[A-Za-z0-9_]{8,200}")
_DASHBOARD = "/dashboard/subscription"


def session_body(request: LinkRequest, base_url: str) -> bytes:
    """Return the exact bytes that ask for a checkout. Raises Invalid for what cannot be asked, BadId for a bad id."""
    if request.purpose is not Purpose.SUBSCRIBE or request.plan_id is None:
        raise Invalid(SafeText("Product Factory sells plans, not amounts."), hint=SafeText("Choose a plan."))
    channel = request.channel or CHANNELS[0]
    if channel not in CHANNELS:
        raise Invalid(SafeText(f"There is no channel {channel}; there is {' and '.join(CHANNELS)}."))
    back = base_url + _DASHBOARD
    return json.dumps(
        {
            "channel": str(channel),
            "type": "subscription",
            "plan_id": checked_id(request.plan_id),
            "success_url": f"{back}?success=true",
            "cancel_url": back,
        }
    ).encode()


def portal_body(base_url: str) -> bytes:
    """Return the bytes that ask for the portal."""
    return json.dumps({"return_url": base_url + _DASHBOARD}).encode()


def address_in(data: Json) -> str:
    """Return the first address among the fields that may hold it, byte for byte. Raises ProtocolError without one."""
    if isinstance(data, str) and (url := url_or_none(data)):
        return url
    for place in _places(data):
        for key in _URL_KEYS:
            url = url_or_none(place.get(key))
            if url is not None:
                return url
    raise ProtocolError(SafeText("The answer cannot be read: there is no address in it."))


def session_name(data: Json, url: str) -> str:
    """Name a checkout: by the id the answer gives, by the processor's in its address, or by the address itself."""
    for place in _places(data):
        for key in _ID_KEYS:
            if isinstance(raw := place.get(key), str) and (named := id_or_none(raw)):
                return named
    ids = _IN_ADDRESS.findall(unquote(urlsplit(url).path))
    return ids[-1] if ids else f"link_{hashlib.sha256(url.encode()).hexdigest()[:20]}"


def _places(data: Json) -> list[dict[str, Json]]:
    """The objects that may hold an answer's fields: the data, and a session or checkout in it."""
    if not isinstance(data, dict):
        return []
    nested = [data.get(name) for name in ("session", "checkout", "checkout_session")]
    return [data, *(place for place in nested if isinstance(place, dict))]
