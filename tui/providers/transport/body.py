"""The bytes of an answer, decompressed a little at a time and never beyond a limit.

httpx inflates whatever one read from the socket brings, all at once and through as many layers as the server names:
64 kB may become 64 MB, twice compressed 64 GB, and the event loop stands still meanwhile.
"""

import zlib

import httpx

from tui.domain import SafeText
from tui.providers.errors import ProtocolError

_PLAIN = frozenset({"", "identity"})
_GZIP = frozenset({"gzip", "x-gzip"})
_GZIP_FORMAT = 31
"""zlib's window bits for a gzip header and trailer."""


async def read_body(response: httpx.Response, host: str, limit: int) -> bytes:
    """Return the body of a streamed answer, at most `limit` bytes after decompression.

    Raises ProtocolError when it is larger, or compressed in another way than the gzip that was asked for.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    inflater = zlib.decompressobj(_GZIP_FORMAT) if encoding in _GZIP else None
    if inflater is None and encoding not in _PLAIN:
        raise _unreadable(response, f"The answer of {host} cannot be read: its compression is not the one asked for.")
    body = bytearray()
    arrived = False
    # The stream itself, not aiter_raw: a test double's answer has been read before and refuses that one.
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        arrived = True
        try:
            body += chunk if inflater is None else inflater.decompress(chunk, limit + 1 - len(body))
        except zlib.error:
            raise _unreadable(response, f"The answer of {host} cannot be read: its compression is broken.") from None
        if len(body) > limit:
            raise _unreadable(response, f"The answer of {host} is larger than {limit // 1000:,} kB.")
    if arrived and inflater is not None and not inflater.eof:
        raise _unreadable(response, f"The answer of {host} cannot be read: its compression is broken.")
    return bytes(body)


def _unreadable(response: httpx.Response, message: str) -> ProtocolError:
    return ProtocolError(SafeText(message), status=response.status_code)
