"""Fetching a document the provider points at: by a client without credentials, from the public network alone."""

import asyncio
import socket
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import httpx

from tui.domain import AccountRef, SafeText
from tui.payments.checkouts.gate import BadPaymentUrl, check_document_url
from tui.providers.errors import DeadlineExceeded, NetworkTrouble, NotFound, ProtocolError, ServerTrouble
from tui.providers.transport.body import read_body
from tui.providers.transport.http_client import build_client

DEADLINE = 60.0
"""Seconds the whole download may take."""
MAX_BYTES = 50_000_000
_UNCOMPRESSED = {"Accept-Encoding": "identity"}
"""A PDF is compressed inside."""
_ELSEWHERE = SafeText("Open the invoice's page in a browser instead: `billtop invoice` names it.")
MAX_REDIRECTS = 3
"""Stripe's own invoice links answer with a redirect to where the file lies."""


async def fetch_pdf(url: str, account: AccountRef) -> bytes:
    """Fetch the PDF at `url`; no token is sent.

    Every address on the way is https and leads out of this network, or is the sandbox's own. Raises BillingError,
    ConfigurationError.
    """
    try:
        async with asyncio.timeout(DEADLINE):
            content = await _fetch(url, account)
    except TimeoutError:
        raise DeadlineExceeded(SafeText(f"The PDF did not arrive within {DEADLINE:.0f} s.")) from None
    except httpx.HTTPError as error:
        raise NetworkTrouble(SafeText(f"The PDF could not be fetched ({type(error).__name__}).")) from error
    if not content.startswith(b"%PDF-"):
        raise ProtocolError(SafeText("What the provider sent is not a PDF."))
    return bytes(content)


async def _fetch(url: str, account: AccountRef) -> bytearray:
    async with build_client(url, _UNCOMPRESSED) as client:
        for _ in range(MAX_REDIRECTS + 1):
            async with client.stream("GET", await _checked(url, account)) as reply:
                if reply.has_redirect_location:
                    url = urljoin(url, reply.headers["location"])
                    continue
                _refuse(reply.status_code)
                try:
                    return await read_body(reply, reply.url.host, MAX_BYTES)
                except ProtocolError as unreadable:
                    unreadable.hint = _ELSEWHERE
                    raise
    raise ProtocolError(SafeText("The address of the PDF leads from one place to the next without end."))


async def _checked(url: str, account: AccountRef) -> str:
    """Return `url` when it may be asked. Raises ProtocolError."""
    try:
        checked = check_document_url(url, account)
    except BadPaymentUrl as problem:
        raise ProtocolError(SafeText(f"The address of the PDF was refused: {problem}.")) from None
    if urlsplit(url).scheme == "https":
        await _require_public(checked.host)
    return url


async def _require_public(host: str) -> None:
    """Refuse a name that leads into this machine or its network: a document must not become a way in.

    A name this machine cannot resolve passes: a proxy may know it, and without one the call fails by itself.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return
    if not all(ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in found):
        raise ProtocolError(SafeText(f"The address of the PDF was refused: {host} leads into a private network."))


def _refuse(status: int) -> None:
    if status in {401, 403, 404, 410}:
        raise NotFound(SafeText(f"The PDF is not there (HTTP {status})."), status=status)
    if status != httpx.codes.OK:
        raise ServerTrouble(SafeText(f"The PDF could not be fetched (HTTP {status})."), status=status)
