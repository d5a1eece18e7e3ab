"""/auth/login: a new token, narrowed to the scopes asked for; /auth/logout: its end."""

from __future__ import annotations

from fastapi import Request, Response

from tui.sandbox.call import CallDep
from tui.sandbox.clock import iso
from tui.sandbox.contract import SCOPES
from tui.sandbox.errors import ApiError, invalid
from tui.sandbox.models.billing import LoginAnswer, LoginRequest, User
from tui.sandbox.models.common import ErrorEnvelope, Message
from tui.sandbox.routes.base import MUTATION, answers, modelslab
from tui.sandbox.seed.account import EMAIL, NAME, PASSWORD
from tui.sandbox.world import unique

router = modelslab(secured=False)
leaving = modelslab()

UNVERIFIED = "new@lovelace-studio.example"
DAYS = {"1_week": 7, "1_month": 30, "3_months": 90, "6_months": 180, "1_year": 365}
_ANSWERS = {**answers(LoginAnswer), 401: {"model": ErrorEnvelope, "description": "Email or password is incorrect."}}


@router.post("/auth/login", responses=_ANSWERS)
async def login(call: CallDep, body: LoginRequest) -> Response:
    """Exchange email and password for a bearer token."""
    email = body.email.lower()
    if email not in (EMAIL, UNVERIFIED) or body.password != PASSWORD:
        raise ApiError(401, "invalid_credentials", "Email or password is incorrect.")
    if email == UNVERIFIED:
        message = "Verify your email address before logging in."
        raise ApiError(403, "email_not_verified", message, {"verification_required": True})
    scopes = _granted(body.scopes)
    days = DAYS.get(body.token_expiry)
    expires_at = None if days is None else call.world.clock.epoch() + days * 86_400
    token = f"{call.world.database.number('SELECT COUNT(*) FROM tokens') + 1}|{unique('', 40)}"
    call.world.database.run(
        "INSERT INTO tokens VALUES (?, ?, ?, ?)", token, " ".join(scopes), body.device_name, expires_at
    )
    return call.ok(
        LoginAnswer(
            access_token=token,
            token_type="Bearer",
            token_expiry=body.token_expiry,
            expires_at=None if expires_at is None else iso(expires_at),
            user=User(id=1815, name=NAME, email=EMAIL, username="ada", verified=True),
            api_key=None,
            scopes=list(scopes),
            token_lifetime_capped=False,
        )
    )


@leaving.post("/auth/logout", responses=answers(Message, 409), openapi_extra=MUTATION)
async def logout(request: Request, call: CallDep) -> Response:
    """Revoke the token that came with the call."""
    token = request.headers["authorization"].partition(" ")[2]
    call.world.database.run("DELETE FROM tokens WHERE token = ?", token)
    return call.ok(Message(message="Logged out."))


def _granted(asked: list[str] | None) -> tuple[str, ...]:
    if asked is None or "*" in asked:
        return SCOPES
    unknown = [scope for scope in asked if scope not in SCOPES]
    if unknown:
        raise invalid("scopes", f"Unknown scope: {unknown[0]}.")
    return tuple(asked)
