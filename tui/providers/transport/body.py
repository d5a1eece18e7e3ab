"""The bytes of an answer, decompressed a little at a time and never beyond a limit.

httpx inflates whatever one read from the socket brings, all at once and through as many layers as the server names:
64 kB may become 64 MB, twice compressed 64 GB, and the event loop stands still meanwhile.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpx

from tui.domain import SafeText
from tui.providers.errors import ProtocolError
from tui.providers.transport.reply import BROKEN_COMPRESSION, unreadable_answer

_PLAIN = frozenset({"", "identity"})
_GZIP = frozenset({"gzip", "x-gzip"})
_GZIP_FORMAT = 31
"""zlib's window bits for a gzip header and trailer."""
_STEP = 1_000_000
"""Bytes decompressed at a stretch: a few milliseconds."""


async def read_body(response: httpx.Response, host: str, limit: int) -> bytearray:
    """Return the body of a streamed answer, at most `limit` bytes after decompression.

    Raises ProtocolError when it is larger, or compressed in another way than the gzip that was asked for. An answer
    that announces more is not read at all.
    """
    if _announced(response) > limit:
        raise _too_large(response, host, limit)
    body = bytearray()
    async with aclosing(_pieces(response, host)) as pieces:
        async for piece in pieces:
            if len(body) + len(piece) > limit:
                raise _too_large(response, host, limit)
            body += piece
    return body


async def _pieces(response: httpx.Response, host: str) -> AsyncGenerator[bytes]:
    """Yield what arrives, decompressed, in pieces of a bounded size. Raises ProtocolError."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    inflater = zlib.decompressobj(_GZIP_FORMAT) if encoding in _GZIP else None
    if inflater is None and encoding not in _PLAIN:
        raise _unreadable(response, f"The answer of {host} cannot be read: its compression is not the one asked for.")
    arrived = False
    # The stream itself, not aiter_raw: a test double's answer has been read before and refuses that one.
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        arrived = True
        if inflater is None:
            yield chunk
            continue
        while chunk and not inflater.eof:
            try:
                yield inflater.decompress(chunk, _STEP)
            except zlib.error:
                raise _broken(response, host) from None
            chunk = inflater.unconsumed_tail
            await asyncio.sleep(0)
    if arrived and inflater is not None and not inflater.eof:
        raise _broken(response, host)


def _announced(response: httpx.Response) -> int:
    """The length a server announced; zero when it did not, or not as a number of a sensible length."""
    told = response.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else 0


def _too_large(response: httpx.Response, host: str, limit: int) -> ProtocolError:
    size = f"{limit // 1_000_000:,} MB" if limit >= 1_000_000 else f"{limit // 1000:,} kB"
    return _unreadable(response, f"The answer of {host} is larger than {size}.")


def _broken(response: httpx.Response, host: str) -> ProtocolError:
    return _unreadable(response, unreadable_answer(host, BROKEN_COMPRESSION))


def _unreadable(response: httpx.Response, message: str) -> ProtocolError:
    return ProtocolError(SafeText(message), status=response.status_code)
