"""The outermost layer: whose host name may be used, the Date header, latency, and ordered faults."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.sandbox.contract import CONTROL_PREFIX, OLOSTEP_PREFIX, PREFIX, PRODUCT_FACTORY_PREFIX
from tui.sandbox.faults import Fault
from tui.sandbox.world import World

LOCAL = frozenset({"127.0.0.1", "localhost"})


class Gate:
    """ASGI middleware around the whole application.

    A request under a foreign host name is refused: it comes from a web page that rebound its name to this machine.
    The control surface takes no requests of web pages at all but its own, and none under another port.
    """

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        dated = self._dated(send)
        control = scope["path"].startswith(CONTROL_PREFIX)
        refused = _refused(scope, control=control)
        if refused is not None:
            refusal = Response(json.dumps({"message": refused}), 403, None, "application/json")
            await refusal(scope, receive, dated)
        elif control:
            await self._app(scope, receive, dated)
        else:
            await asyncio.sleep(self._world.latency_ms / 1000)
            fault = self._world.faults.take(scope["method"], scope["path"])
            await self._pass(fault, scope, receive, dated)

    def _dated(self, send: Send) -> Send:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = (b"date", self._world.clock.http_date().encode())
                headers = [item for item in message.get("headers", ()) if item[0] != b"date"]
                message = {**message, "headers": [*headers, date]}
            await send(message)

        return send_dated

    async def _pass(self, fault: Fault | None, scope: Scope, receive: Receive, send: Send) -> None:
        if fault is None:
            await self._app(scope, receive, send)
            return
        if not fault.replaces and not fault.after_commit:
            await self._slowly(fault, scope, receive, send)
            return
        messages: list[Message] = []
        if fault.after_commit:
            await self._app(scope, receive, _collector(messages))
        await fault.hold()
        if fault.drop:
            await _drop(scope, receive)
        elif fault.replaces:
            await _answer(fault, scope["path"])(scope, receive, send)
        else:
            for message in messages:
                await send(message)

    async def _slowly(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Delay the processing itself: the provider's endpoints wait while their Idempotency-Key is in progress."""
        if scope["path"].startswith(PREFIX):
            scope.setdefault("state", {})["held_by"] = fault
        else:
            await fault.hold()
        await self._app(scope, receive, send)


def _refused(scope: Scope, *, control: bool) -> str | None:
    """Why a request is not served; None when it is."""
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    name, _, port = hosts[0].partition(":") if len(hosts) == 1 else ("", "", "")
    if name.lower() not in LOCAL:
        return "Only requests to 127.0.0.1 are served."
    if not control:
        return None
    ours = str((scope.get("server") or ("", 80))[1] or 80)
    if (port or "80") != ours:
        return f"The control surface is served on port {ours} only."
    origins = {f"http://{each}:{ours}" for each in LOCAL}
    if any(each not in origins for each in headers.getlist("origin")):
        return "The control surface serves no pages of another origin."
    if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return "The control surface serves no pages of another site."
    return None


def _collector(messages: list[Message]) -> Send:
    async def collect(message: Message) -> None:
        messages.append(message)

    return collect


async def _drop(scope: Scope, receive: Receive) -> None:
    """Cut the connection without an answer; the server puts the transport into the scope's state."""
    transport = scope.get("state", {}).get("transport")
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionResetError("an ordered fault dropped this connection")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def _answer(fault: Fault, path: str) -> Response:
    status = fault.status or (200 if fault.body is not None else 500)
    if fault.body is None:
        response = Response(_error_text(fault, status, path), status, media_type="application/json")
    else:
        kind = "application/json" if fault.body[:1] in ("{", "[") else "text/html; charset=utf-8"
        response = Response(fault.body, status, media_type=kind)
    for name, value in fault.headers.items():
        response.headers[name] = value
    return response


def _error_text(fault: Fault, status: int, path: str) -> str:
    try:
        message = HTTPStatus(status).phrase
    except ValueError:
        message = "An ordered fault."
    code = fault.error_code or "server_error"
    if path.startswith(OLOSTEP_PREFIX):
        return json.dumps({"success": False, "error": code, "message": message})
    if path.startswith(PRODUCT_FACTORY_PREFIX):
        return json.dumps({"success": False, "error": {"code": code, "message": message}})
    if not path.startswith(PREFIX):
        return json.dumps({"error": {"type": "api_error", "code": code, "message": message}})
    return json.dumps({"data": None, "error": {"code": code, "message": message, "details": []}, "meta": {}})
