"""Saving a document the provider points at."""

import asyncio
import os
import tempfile
from pathlib import Path
from urllib.parse import urljoin

import httpx

from tui.cli.exit import UsageError
from tui.domain import AccountRef, SafeText
from tui.payments.gate import BadPaymentUrl, check_payment_url
from tui.providers.errors import DeadlineExceeded, NetworkTrouble, NotFound, ProtocolError, ServerTrouble
from tui.providers.transport.http_client import build_client

DEADLINE = 60.0
"""Seconds the whole download may take."""
MAX_BYTES = 20_000_000
MAX_REDIRECTS = 3
"""Stripe's own invoice links answer with a redirect to where the file lies."""


async def save_pdf(url: str, account: AccountRef, path: Path) -> None:
    """Fetch the PDF at `url` and put it at `path`, whole or not at all; a file already there is replaced.

    No token is sent. Every address on the way is https, or the sandbox's own. Raises BillingError, ConfigurationError,
    and UsageError when the file cannot be written.
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
    try:
        await asyncio.to_thread(_replace, path, content)
    except OSError as error:
        raise UsageError(f"The PDF cannot be written to {path}: {error.strerror}.") from error


async def _fetch(url: str, account: AccountRef) -> bytes:
    async with build_client(url, {}) as client:
        for _ in range(MAX_REDIRECTS + 1):
            async with client.stream("GET", _checked(url, account)) as reply:
                if reply.is_redirect:
                    url = urljoin(url, reply.headers["location"])
                    continue
                _refuse(reply.status_code)
                return await _body(reply)
    raise ProtocolError(SafeText("The address of the PDF leads from one place to the next without end."))


def _checked(url: str, account: AccountRef) -> str:
    try:
        return check_payment_url(url, account).url
    except BadPaymentUrl:
        raise ProtocolError(SafeText("The address of the PDF was refused: it is not a plain https address.")) from None


def _refuse(status: int) -> None:
    if status in {401, 403, 404, 410}:
        raise NotFound(SafeText(f"The PDF is not there (HTTP {status})."), status=status)
    if status != httpx.codes.OK:
        raise ServerTrouble(SafeText(f"The PDF could not be fetched (HTTP {status})."), status=status)


async def _body(reply: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in reply.aiter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            raise ProtocolError(SafeText(f"The PDF is larger than {MAX_BYTES // 1_000_000} MB and was not saved."))
    return bytes(content)


def _replace(path: Path, content: bytes) -> None:
    """Write beside `path`, then take its place: a failure leaves what was there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".billtop-", suffix=".pdf")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
