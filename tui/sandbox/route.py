"""What every ModelsLab endpoint passes through: token, scope, rate limit, idempotency, errors as answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from tui.sandbox.call import error_response, world_of
from tui.sandbox.contract import PREFIX, RULES, Bucket, Rule
from tui.sandbox.errors import ApiError, Unauthenticated, field_bag
from tui.sandbox.faults import Fault
from tui.sandbox.world import World

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class _Token:
    scopes: str
    expires_at: int | None


class ModelsLabRoute(APIRoute):
    """A route guarded by the rule that the contract's table gives for its method and path."""

    def get_route_handler(self) -> Handler:
        """Wrap the endpoint in its guards."""
        original = super().get_route_handler()
        (method,) = self.methods or {"GET"}
        rule = RULES[method, self.path_format.removeprefix(PREFIX)]

        async def handle(request: Request) -> Response:
            return await _guarded(request, rule, original)

        return handle


async def _guarded(request: Request, rule: Rule, original: Handler) -> Response:
    world = world_of(request)
    request_id = request.state.request_id = str(uuid.uuid4())
    verdict = world.limits.hit(rule.bucket, await _caller(request, rule))
    try:
        if rule.scope is not None:
            _authorize(world, request, rule.scope)
        if not verdict.allowed:
            raise ApiError(429, "rate_limited", "Too Many Attempts.")
        response = await _once(world, request, rule, original)
    except ApiError as error:
        response = error_response(error, request_id)
    response.headers.update(verdict.headers())
    return response


async def _caller(request: Request, rule: Rule) -> str:
    """Return what a limit counts by: the token, or address and email for a login."""
    address = request.client.host if request.client else ""
    if rule.bucket is Bucket.AUTH:
        try:
            document = json.loads(await request.body())
        except (ValueError, RecursionError):
            document = None
        return f"{address} {document.get('email') if isinstance(document, dict) else ''}"
    return f"{address} {request.headers.get('authorization', '')}"


def _authorize(world: World, request: Request, scope: str) -> None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    sql = "SELECT scopes, expires_at FROM tokens WHERE token = ?"
    found = world.database.first(_Token, sql, token) if kind.lower() == "bearer" else None
    if found is None or (found.expires_at is not None and found.expires_at <= world.clock.epoch()):
        raise Unauthenticated
    granted = found.scopes.split()
    if scope and scope not in granted:
        challenge = f'Bearer realm="modelslab", error="insufficient_scope", scope="{scope}"'
        raise ApiError(
            403,
            "insufficient_scope",
            f"This token does not have the {scope} scope.",
            {"required_scope": scope, "granted_scopes": list(granted)},
            {"WWW-Authenticate": challenge},
        )


async def _once(world: World, request: Request, rule: Rule, original: Handler) -> Response:
    """Run the endpoint, or give again what its Idempotency-Key already got."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method == "GET" or rule.scope is None:
        return await _run(request, original)
    kept = world.keys.begin(key, request.method, request.url.path, await request.body())
    if kept is not None:
        return Response(
            kept.replay(), kept.status, media_type="application/json", headers={"Idempotent-Replayed": "true"}
        )
    try:
        try:
            response = await _run(request, original)
        except ApiError as error:
            if not error.stored:
                raise
            response = error_response(error, request.state.request_id)
        world.keys.keep(key, response.status_code, bytes(response.body).decode())
    finally:
        world.keys.release(key)
    return response


async def _run(request: Request, original: Handler) -> Response:
    """Run the endpoint with its errors as ApiError; an ordered delay passes here, while the key is in progress."""
    fault: Fault | None = getattr(request.state, "held_by", None)
    if fault is not None:
        await fault.hold()
    try:
        return await original(request)
    except RequestValidationError as error:
        login = request.url.path.endswith("/auth/login")
        message = "Invalid login payload." if login else "The given data was invalid."
        raise ApiError(422, "validation_error", message, field_bag(list(error.errors()))) from error
    except HTTPException as error:
        raise ApiError(error.status_code, "bad_request", str(error.detail)) from error
