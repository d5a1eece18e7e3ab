"""One request as a handler sees it: the world, where the call came in, and how to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from tui.sandbox.errors import ApiError, Unauthenticated
from tui.sandbox.wire import JsonValue, Wire, dumps, plain
from tui.sandbox.world import World


def world_of(request: Request) -> World:
    """Return the world the application was made with."""
    world = request.app.state.world
    if not isinstance(world, World):
        raise TypeError("the application was made without a world")
    return world


@dataclass(frozen=True)
class Call:
    """A request under way.

    `base` is scheme and host as the client wrote them, so that links lead back to the same place; `server` is where
    this server itself listens; `key` is the Idempotency-Key.
    """

    world: World
    base: str
    path: str
    key: str | None
    request_id: str
    server: str

    def ok(self, data: Wire | Sequence[Wire], status: int = 200) -> Response:
        """Answer with `data` in the envelope."""
        content: JsonValue = plain(data) if isinstance(data, Wire) else [plain(item) for item in data]
        return envelope(content, None, self.request_id, status)

    def bare(self, data: Wire, status: int = 200) -> Response:
        """Answer without the envelope, as two published examples are printed."""
        if self.world.settings.envelope_everything:
            return self.ok(data, status)
        return json_response(plain(data), status)


def json_response(content: JsonValue, status: int = 200) -> Response:
    """Write an answer as JSON."""
    return Response(dumps(content), status, media_type="application/json")


def envelope(data: JsonValue, error: JsonValue, request_id: str, status: int) -> Response:
    """Write the documented envelope."""
    return json_response({"data": data, "error": error, "meta": {"request_id": request_id}}, status)


def error_response(error: ApiError, request_id: str) -> Response:
    """Write an error: flat for a missing token, else in the envelope, with `[]` for empty details."""
    if isinstance(error, Unauthenticated):
        response = json_response({"message": error.message}, error.status)
    else:
        body: JsonValue = {"code": error.code, "message": error.message, "details": error.details or []}
        response = envelope(None, body, request_id, error.status)
    response.headers.update(error.headers)
    return response


async def _call(request: Request) -> Call:
    base = f"{request.url.scheme}://{request.url.netloc}"
    request_id = str(getattr(request.state, "request_id", ""))
    host, port = request.scope["server"]
    key = request.headers.get("idempotency-key")
    return Call(world_of(request), base, request.url.path, key, request_id, f"http://{host}:{port}")


CallDep = Annotated[Call, Depends(_call)]
