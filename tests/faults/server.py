"""A server on loopback that moves money on its own count and then misbehaves on the wire, byte for byte."""

import asyncio
import json
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

BALANCE = b'{"data": {"balance": 75.50, "currency": "USD"}, "error": null, "meta": {"request_id": "req-read"}}'
JSON_HEADERS = {"Content-Type": "application/json"}


class ClientLeft(Exception):
    """The client closed the connection before the request was whole."""


@dataclass(frozen=True)
class Arrival:
    """The head of one request, and its body when that was read."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def key(self) -> str | None:
        """The idempotency key."""
        return self.headers.get("idempotency-key")


@dataclass
class FaultServer:
    """What arrived, what was charged, and where to reach it."""

    acts: tuple["Act", ...]
    scheme: str = "http"
    host: str = "127.0.0.1"
    port: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    connections: int = 0
    charged: dict[str, bytes] = field(default_factory=dict)
    """One entry a charge: its idempotency key, and the bytes that asked for it."""
    held: threading.Event = field(default_factory=threading.Event)
    """Set when an act has begun to hold an answer back."""

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def charges(self) -> int:
        """How often a card was charged."""
        return len(self.charged)

    @property
    def sendings(self) -> list[tuple[str | None, bytes]]:
        """Key and bytes of every money call that arrived whole."""
        return [(each.key, each.body) for each in self.arrivals if each.method == "POST" and each.body]

    def act(self) -> "Act":
        """What to do with the request that arrived last."""
        return self.acts[min(len(self.arrivals), len(self.acts)) - 1]


@dataclass
class Exchange:
    """One request and the connection it came on."""

    server: FaultServer
    request: Arrival
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def read_body(self) -> None:
        """Read what the head announced."""
        length = int(self.request.headers.get("content-length", "0"))
        body = await self.reader.readexactly(length)
        self.request = Arrival(self.request.method, self.request.path, self.request.headers, body)
        self.server.arrivals[-1] = self.request

    def commit(self) -> bool:
        """Charge for a money call, once a key; tell whether this key had been charged before."""
        key = self.request.key
        if self.request.method != "POST" or key is None:
            return False
        known = key in self.server.charged
        self.server.charged.setdefault(key, self.request.body)
        return known

    async def send(self, raw: bytes) -> None:
        """Send exactly these bytes."""
        self.writer.write(raw)
        await self.writer.drain()

    async def answer(self, status: int, body: bytes, headers: Mapping[str, str] = JSON_HEADERS) -> None:
        """Send a proper answer."""
        await self.send(head(status, {**headers, "Content-Length": str(len(body))}) + body)

    async def until_client_leaves(self) -> None:
        """Hold everything back."""
        self.server.held.set()
        while await self.reader.read(65_536):
            pass

    def close(self) -> None:
        """Close in good manners (FIN)."""
        self.writer.close()

    def reset(self) -> None:
        """Close with RST: what was sent and not yet read is lost."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Act = Callable[[Exchange], Awaitable[None]]
"""What the server does with a request whose head has been read."""


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The head of an answer."""
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def serve(exchange: Exchange) -> None:
    """Do as a good server does: charge once a key, replay for a known key, 422 for other bytes under it."""
    await exchange.read_body()
    if exchange.request.method != "POST":
        await exchange.answer(200, BALANCE)
        return
    stored = exchange.server.charged.get(exchange.request.key or "")
    if stored not in (None, exchange.request.body):
        await exchange.answer(422, refusal("idempotency_mismatch", "This key was used with another payload."))
        return
    replay = exchange.commit()
    await exchange.answer(200, funded(replay=replay))


def funded(status: str = "succeeded", *, replay: bool = False) -> bytes:
    """The answer to a money call that worked."""
    data = {
        "payment": {"status": status, "payment_intent_id": "pi_fault1"},
        "balance": 100.5,
        "currency": "USD",
        "idempotency_replay": replay,
    }
    return json.dumps({"data": data, "error": None, "meta": {"request_id": "req-pay"}}).encode()


def refusal(code: str, message: str, details: object = ()) -> bytes:
    """The body of a refusal as the provider documents it."""
    error = {"code": code, "message": message, "details": details}
    return json.dumps({"data": None, "error": error, "meta": {"request_id": "req-refused"}}).encode()


@asynccontextmanager
async def served(*acts: Act, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[FaultServer]:
    """Serve in this event loop: the first request gets the first act, the last act gets all others."""
    server = FaultServer(acts, "http" if tls is None else "https", host)
    writers: list[asyncio.StreamWriter] = []
    running: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        writers.append(writer)
        server.connections += 1
        try:
            while not writer.is_closing():
                server.arrivals.append(await _read_head(reader))
                await server.act()(Exchange(server, server.arrivals[-1], reader, writer))
        except (asyncio.IncompleteReadError, ClientLeft, OSError, asyncio.CancelledError):
            pass  # The client left, or the server stops: nothing more to do on this connection.
        finally:
            writer.close()

    listener = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)
        await listener.wait_closed()


@contextmanager
def served_in_thread(*acts: Act) -> Iterator[FaultServer]:
    """Serve from a thread of its own, for tests that wait for a process and have no event loop."""
    ready = threading.Event()
    found: list[FaultServer] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with served(*acts) as server:
            found.append(server)
            ready.set()
            await stop.wait()

    def work() -> None:
        loop.run_until_complete(run())
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


async def _read_head(reader: asyncio.StreamReader) -> Arrival:
    raw = await reader.readuntil(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Arrival(method, path, headers)
