"""Logging in to Product Factory: a Better Auth session whose cookie is the credential of every call.

Facts (docs: /api/auth/, /guides/authentication/): `POST /auth/sign-in/email` sets `better-auth.session_token`, for
seven days unless configured otherwise; `GET /auth/get-session` tells the session, or null. Behind HTTPS Better Auth
puts `__Secure-` before the name, so the value goes out under both names and the server reads the one it knows. What
its gateway makes of a session (X-User-Id, X-User-Role, X-App-Key) is never sent from here.
"""

import json
from collections.abc import Mapping

from tui.domain import LoginSession, SafeText
from tui.domain.redaction import hide
from tui.providers.errors import NotAuthenticated, ProtocolError
from tui.providers.product_factory.envelope import data_of
from tui.providers.product_factory.models import WireSession
from tui.providers.transport import Json, Transport
from tui.providers.wire import read

_NAMES = ("__Secure-better-auth.session_token", "better-auth.session_token")
_LOG_IN_AGAIN = SafeText("Log in again: `billtop login`.")


def cookie_header(token: str) -> str:
    """Return the Cookie header of a session; `token` is the cookie's value, or the whole `name=value` as copied."""
    for name in _NAMES:
        token = token.removeprefix(f"{name}=")
    hide(token)
    return "; ".join(f"{name}={token}" for name in _NAMES)


def session_ended(error: NotAuthenticated) -> NotAuthenticated:
    """Say what a refused session needs."""
    error.hint = _LOG_IN_AGAIN
    return error


def to_session(data: Json) -> LoginSession:
    """Read who is logged in; null means nobody. Raises NotAuthenticated, ProtocolError."""
    if data is None or (isinstance(data, dict) and data.get("session", data) is None):
        raise NotAuthenticated(SafeText("The session has ended, or was never one."), hint=_LOG_IN_AGAIN)
    wire = read(WireSession, data, "session")
    return LoginSession(wire.email, wire.name, wire.role, wire.expires_at)


async def sign_in(transport: Transport, email: str, password: str) -> str:
    """Log in and return the session's token; the password goes out once and is kept nowhere.

    Raises NotAuthenticated for a wrong email or password, and BillingError.
    """
    body = json.dumps({"email": email, "password": password}).encode()
    try:
        reply = await transport.request("POST", "/auth/sign-in/email", body=body)
    except NotAuthenticated as refused:
        refused.hint = SafeText("Check email and password, then try again.")
        raise
    data_of(reply)
    return token_in(reply.cookies)


def token_in(cookies: Mapping[str, str]) -> str:
    """Return the session's token among the cookies an answer set. Raises ProtocolError when there is none."""
    for name in _NAMES:
        if cookies.get(name):
            return cookies[name]
    raise ProtocolError(SafeText("The login was accepted, but no session came with the answer."))
