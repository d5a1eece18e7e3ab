"""What can go wrong on the wire, as acts of the fault server; `committed` acts charge first: the worst moment."""

import asyncio
import gzip
import zlib
from functools import cache

from tests.faults.server import JSON_HEADERS, Act, Exchange, funded, head

DRIP_SECONDS = 0.01
"""Between two bytes of a drip: shorter than in life, as the deadlines of the tests are."""


async def _arrived(exchange: Exchange, *, commit: bool) -> None:
    await exchange.read_body()
    if commit:
        exchange.commit()


def hang(*, commit: bool) -> Act:
    """Read the request and never answer."""

    async def act(exchange: Exchange) -> None:
        await _arrived(exchange, commit=commit)
        await exchange.until_client_leaves()

    return act


async def stop_reading(exchange: Exchange) -> None:
    """Read the head and then nothing more, while the client is still sending."""
    exchange.server.held.set()
    await asyncio.Event().wait()


async def reset_while_reading(exchange: Exchange) -> None:
    """Break the connection while the client is still sending."""
    exchange.reset()


def close(*, commit: bool) -> Act:
    """Close without a word."""

    async def act(exchange: Exchange) -> None:
        await _arrived(exchange, commit=commit)
        exchange.close()

    return act


def reset(*, commit: bool) -> Act:
    """Reset without a word."""

    async def act(exchange: Exchange) -> None:
        await _arrived(exchange, commit=commit)
        exchange.reset()

    return act


def raw(sent: bytes, *, commit: bool = True) -> Act:
    """Send exactly these bytes and close."""

    async def act(exchange: Exchange) -> None:
        await _arrived(exchange, commit=commit)
        await exchange.send(sent)
        exchange.close()

    return act


def says(status: int, body: bytes = b"{}", *, commit: bool = False, **headers: str) -> Act:
    """Answer properly with this status and body; header names are written with _ for -."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}

    async def act(exchange: Exchange) -> None:
        await _arrived(exchange, commit=commit)
        await exchange.answer(status, body, {**JSON_HEADERS, **extra})

    return act


def drip(first: bytes, byte: bytes) -> Act:
    """Charge, send `first`, then one byte now and then for ever."""

    async def act(exchange: Exchange) -> None:
        await _arrived(exchange, commit=True)
        await exchange.send(first)
        exchange.server.held.set()
        while True:
            await exchange.send(byte)
            await asyncio.sleep(DRIP_SECONDS)  # The fault itself, not a wait of the test.

    return act


async def endless(exchange: Exchange) -> None:
    """Charge, then send a body without end until the client closes."""
    await _arrived(exchange, commit=True)
    await exchange.send(head(200, {**JSON_HEADERS, "Content-Length": str(1_000_000_000)}))
    while True:
        await exchange.send(b" " * 65_536)


@cache
def compressed(layers: int, megabytes: int) -> bytes:
    """Spaces, gzipped `layers` times: 300 kB for 300 MB in one layer, far less in two."""
    if layers > 1:
        return gzip.compress(compressed(layers - 1, megabytes))
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


CUT_LENGTH = head(200, {**JSON_HEADERS, "Content-Length": str(len(funded()))}) + funded()[:40]
CUT_CHUNK = (
    head(200, {**JSON_HEADERS, "Transfer-Encoding": "chunked"}) + f"{len(funded()):x}\r\n".encode() + funded()[:40]
)
CUT_AT_END = head(200, {**JSON_HEADERS, "Connection": "close"}) + funded()[:40]
"""Cut where neither a length nor a chunk tells: only the JSON is incomplete."""
