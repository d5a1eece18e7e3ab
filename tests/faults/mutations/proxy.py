"""An HTTP proxy on loopback between billtop and the sandbox, in a thread: it notes answers and may change them."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple, cast
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """A status and a body, as they go to billtop."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """One request and what billtop was answered."""

    endpoint: str
    """Method and path with ids taken out, for example `GET /wallet/balance`."""
    answer: Answer
    changed: bool = False


Change = Callable[[str, Answer], Answer | None]
"""Takes an endpoint and its true answer; None leaves it as it is."""

_PREFIX = re.compile(r"^/(modelslab/api/agents/v1|olostep|product-factory|(?=stripe/))")
_ID = re.compile(r"/(?=[^/]*\d)(?!v\d+(/|$))[^/]+")
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_LEFT_OUT = {*_HOP, "x-ratelimit-reset", "x-ratelimit-remaining", "x-ratelimit-limit"}
"""Headers that billtop does not get: with a 429 the sandbox's limits would have it wait for a minute."""
_BELONGS = {302: ("Location: http://127.0.0.1:9/elsewhere",), 429: ("Retry-After: 1",)}
"""What goes with a status that the sandbox did not give."""


def endpoint_of(method: str, target: str) -> str:
    """Name what a request asks for, without query and ids."""
    return f"{method} {_ID.sub('/{id}', _PREFIX.sub('', urlsplit(target).path))}"


class MutatingProxy:
    """Forwards to the sandbox at `origin`; `change` is asked about each answer, `before` told of each request."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self.upstream = (str(parts.hostname), parts.port or 80)
        self.exchanges: list[Exchange] = []
        self.change: Change | None = None
        self.before: Callable[[str], None] | None = None
        self.after: Callable[[str], None] | None = None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._origin = origin
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def through(self, url: str) -> str:
        """Return a URL of the sandbox as it is reached through the proxy."""
        return url.replace(self._origin, f"http://127.0.0.1:{self._server.server_address[1]}", 1)

    def forget(self) -> None:
        """Forward unchanged from now on, and forget what was noted."""
        self.exchanges.clear()
        self.change = self.before = self.after = None

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def answer_for(self, endpoint: str, true: Answer) -> Answer:
        """Note what is answered, changed or not."""
        changed = self.change(endpoint, true) if self.change else None
        answer = true if changed is None else changed
        self.exchanges.append(Exchange(endpoint, answer, changed is not None))
        return answer


class _Server(ThreadingHTTPServer):
    proxy: MutatingProxy
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """billtop hangs up on answers it will not read: that is no error of the proxy."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    _connection: HTTPConnection | None = None

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def finish(self) -> None:
        super().finish()
        if self._connection is not None:
            self._connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Print nothing."""

    def _forward(self) -> None:
        proxy = cast("_Server", self.server).proxy
        endpoint = endpoint_of(self.command, self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if proxy.before is not None:
            proxy.before(endpoint)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        status, head, true = self._ask(proxy.upstream, body, headers)
        answer = proxy.answer_for(endpoint, Answer(status, true))
        lines = [f"HTTP/1.1 {answer.status} Answer", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in head if name.lower() not in _LEFT_OUT]
        lines += _BELONGS.get(answer.status, ()) if answer.status != status else ()
        no_body = answer.status in {204, 304}
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if no_body else answer.body))
        if no_body and answer.body:
            self.close_connection = True
        if proxy.after is not None:
            proxy.after(endpoint)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _forward

    def _ask(
        self, upstream: tuple[str, int], body: bytes, headers: dict[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        for fresh in (False, True):
            if self._connection is None or fresh:
                self._connection = HTTPConnection(*upstream, timeout=60)
            try:
                self._connection.request(self.command, self.path, body or None, headers)
                reply = self._connection.getresponse()
                return reply.status, reply.getheaders(), reply.read()
            except HTTPException:
                # Not sent again when it may have been done: only an idle connection that was closed is tried anew.
                if fresh or self.command != "GET":
                    raise
        raise AssertionError("unreachable")
