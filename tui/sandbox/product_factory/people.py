"""People and their sessions: a signed cookie, as Better Auth makes it, that ends by the clock."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote, unquote

from tui.sandbox.world import World, unique

COOKIE = "better-auth.session_token"
SECURE = "__Secure-"


@dataclass(frozen=True)
class Person:
    """Somebody with an account; role is user or admin."""

    id: str
    email: str
    name: str
    role: str
    banned: bool
    created_at: int


@dataclass(frozen=True)
class Session:
    """A sign-in; times in Unix seconds."""

    id: str
    token: str
    user_id: str
    created_at: int
    expires_at: int


def cookie_name(world: World) -> str:
    """Return the cookie's name: behind HTTPS it has a prefix."""
    return SECURE + COOKIE if world.settings.secure_session_cookie else COOKIE


def cookie_value(world: World, token: str) -> str:
    """Write a session's cookie: the token, a dot, its signature in base64, escaped as in a URL."""
    digest = hmac.new(world.secret("product_factory_secret").encode(), token.encode(), hashlib.sha256).digest()
    return quote(f"{token}.{base64.b64encode(digest).decode()}", safe="")


def read(world: World, value: str) -> Session | None:
    """Return the session of a cookie, over or not; None when it was not signed here."""
    token = unquote(value).partition(".")[0]
    if not hmac.compare_digest(unquote(cookie_value(world, token)).encode(), unquote(value).encode()):
        return None
    return world.database.first(Session, "SELECT * FROM pf_sessions WHERE token = ?", token)


def sign_in(world: World, person: Person) -> Session:
    """Begin a session of the lifetime that the settings give."""
    now = world.clock.epoch()
    session = Session(unique("", 32), unique("", 32), person.id, now, now + world.settings.session_lifetime_seconds)
    world.database.run(
        "INSERT INTO pf_sessions VALUES (?, ?, ?, ?, ?)",
        *(session.id, session.token, session.user_id, session.created_at, session.expires_at),
    )
    return session


def announced(world: World, role: str) -> str:
    """Return the cookie of the session that the first line on standard output names; role is user or admin."""
    return cookie_value(world, world.secret(f"product_factory_{role}"))


def find(world: World, user_id: str) -> Person | None:
    """Return somebody by id."""
    return world.database.first(Person, "SELECT * FROM pf_users WHERE id = ?", user_id)


def by_email(world: World, email: str) -> Person | None:
    """Return somebody by address, however it is written."""
    return world.database.first(Person, "SELECT * FROM pf_users WHERE email = ?", email.lower())
