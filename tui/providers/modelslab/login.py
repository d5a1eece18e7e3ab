"""Logging in to ModelsLab by email.

`POST /auth/login` takes `email`, `password`, `device_name` and answers `access_token` and `expires_at`, a month from
now unless asked otherwise (docs.modelslab.com, Agents API authentication).
"""

import json
from datetime import datetime

from tui.domain import SafeText
from tui.domain.redaction import hide
from tui.providers.errors import NotAllowed, NotAuthenticated, ProtocolError
from tui.providers.modelslab.envelope import unwrap
from tui.providers.transport import Transport
from tui.providers.wire import Instant, WireModel, read

_DEVICE = "billtop"
_NO_PASSWORD = "An account made with Google or GitHub has no password: make a token on ModelsLab's site."


class WireLogin(WireModel):
    """`/auth/login`: the token, and when it ends; null for never."""

    access_token: str = ""
    expires_at: Instant = None


async def sign_in(transport: Transport, email: str, password: str) -> tuple[str, datetime | None]:
    """Log in and return a new token and when it ends; the password goes out once and is kept nowhere.

    Raises NotAuthenticated for a wrong email or password, NotAllowed while the email is not verified, BillingError.
    """
    body = json.dumps({"email": email, "password": password, "device_name": _DEVICE}).encode()
    try:
        wire = read(WireLogin, unwrap((await transport.request("POST", "/auth/login", body=body)).json), "login")
    except NotAuthenticated as refused:
        refused.hint = SafeText(f"Check email and password, then try again. {_NO_PASSWORD}")
        raise
    except NotAllowed as refused:
        refused.hint = SafeText("Verify the email address with the message ModelsLab sent, then log in again.")
        raise
    if not wire.access_token:
        raise ProtocolError(SafeText("The login was accepted, but no token came with the answer."))
    hide(wire.access_token)
    return wire.access_token, wire.expires_at
