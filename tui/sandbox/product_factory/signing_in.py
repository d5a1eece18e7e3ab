"""/auth: signing in by email, and the session that a cookie stands for, both without the envelope."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from tui.sandbox.call import CallDep, json_response
from tui.sandbox.clock import iso
from tui.sandbox.errors import ApiError
from tui.sandbox.product_factory import people
from tui.sandbox.product_factory.gateway import gateway
from tui.sandbox.product_factory.models import Failure, SessionView, SignedIn, SignIn, UserView, WhoAmI
from tui.sandbox.product_factory.people import Person
from tui.sandbox.product_factory.seed import PASSWORD
from tui.sandbox.wire import plain

router = gateway(secured=False)

_SIGNED_IN: dict[int | str, dict[str, Any]] = {
    200: {"model": SignedIn},
    400: {"model": Failure},
    401: {"model": Failure, "description": "Email or password is wrong."},
    403: {"model": Failure, "description": "The account is suspended."},
}


def _view(person: Person) -> UserView:
    return UserView(id=person.id, email=person.email, name=person.name, role=person.role)


@router.post("/auth/sign-in/email", responses=_SIGNED_IN)
async def sign_in(call: CallDep, body: SignIn) -> Response:
    """Begin a session and set its cookie."""
    person = people.by_email(call.world, body.email)
    if person is None or body.password != PASSWORD:
        raise ApiError(401, "INVALID_CREDENTIALS", "Invalid email or password.")
    if person.banned:
        raise ApiError(403, "USER_BANNED", "This account has been suspended.")
    session = people.sign_in(call.world, person)
    response = json_response(plain(SignedIn(token=session.token, user=_view(person))))
    life = f"Max-Age={session.expires_at - session.created_at}; Path=/; HttpOnly; SameSite=Lax"
    value = people.cookie_value(call.world, session.token)
    secure = "; Secure" if call.world.settings.secure_session_cookie else ""
    response.headers["Set-Cookie"] = f"{people.cookie_name(call.world)}={value}; {life}{secure}"
    return response


@router.get("/auth/get-session", responses={200: {"model": WhoAmI | None}})
async def get_session(call: CallDep, request: Request) -> Response:
    """Return the session of the cookie, or null when there is none or it is over."""
    session = people.read(call.world, request.cookies.get(people.cookie_name(call.world), ""))
    person = people.find(call.world, session.user_id) if session else None
    if session is None or person is None or session.expires_at <= call.world.clock.epoch():
        return json_response(None)
    shown = SessionView(id=session.id, userId=session.user_id, expiresAt=iso(session.expires_at))
    return json_response(plain(WhoAmI(session=shown, user=_view(person))))
