"""A CONNECT proxy on loopback that forwards, reads along, refuses or dies."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.faults.server import Exchange, FaultServer, head, served


@dataclass
class Proxy:
    """Where the proxy is, and what it did when asked to connect."""

    server: FaultServer
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What HTTPS_PROXY is set to."""
        return self.server.url


Handle = Callable[[Exchange], Awaitable[None]]


async def refuse(exchange: Exchange) -> None:
    """Answer with a web page instead of a connection."""
    page = b"<html><h1>502</h1>canary-in-a-foreign-body</html>"
    await exchange.answer(502, page, {"Content-Type": "text/html"})
    exchange.close()


async def ask_for_login(exchange: Exchange) -> None:
    """Want credentials nobody gave."""
    await exchange.answer(407, b"", {"Proxy-Authenticate": "Basic"})
    exchange.close()


async def die(exchange: Exchange) -> None:
    """Close instead of connecting."""
    exchange.close()


def forward_to(target: FaultServer, *, keep_answers: bool = False) -> Handle:
    """Connect to `target` whatever name was asked for; die instead of passing answers on when they are to be kept."""

    async def handle(exchange: Exchange) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        await exchange.send(head(200, {}))
        before = len(target.arrivals)
        forth = asyncio.ensure_future(_pump(exchange.reader, writer))
        try:
            while data := await reader.read(65_536):
                if keep_answers and len(target.arrivals) > before:
                    break
                await exchange.send(data)
        finally:
            forth.cancel()
            await asyncio.gather(forth, return_exceptions=True)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            exchange.close()

    return handle


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass everything on, and the end too."""
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def proxied(handle: Handle, tls: ssl.SSLContext | None = None) -> AsyncIterator[Proxy]:
    """Run a proxy that treats every CONNECT with `handle`."""
    asked: list[str] = []

    async def act(exchange: Exchange) -> None:
        asked.append(f"{exchange.request.method} {exchange.request.path}")
        await handle(exchange)

    async with served(act, tls=tls) as server:
        yield Proxy(server, asked)
