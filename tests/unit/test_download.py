"""A PDF is fetched from where it may be, without a credential, or refused in words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.contract.raw_server import RawServer, Script, answer, exactly, raw_server
from tui.cli import download
from tui.config.accounts import make_account
from tui.domain import AccountRef
from tui.providers.errors import BillingError, NotFound, ProtocolError, ServerTrouble

PDF = b"%PDF-1.7\nwhatever\n%%EOF\n"
TOKEN = "1|sEcReTtOkEnsEcReTtOkEn"


@asynccontextmanager
async def served(*scripts: Script) -> AsyncIterator[tuple[RawServer, AccountRef]]:
    """A sandbox's own server, and the account that talks to it."""
    async with raw_server(*scripts) as server:
        yield server, make_account(name="s", provider="modelslab", base_url=server.url, token=TOKEN).ref


def moved(to: str) -> Script:
    return answer(b"", f"HTTP/1.1 302 Found\r\nLocation: {to}\r\n")


async def test_redirects_are_followed_and_no_credential_is_sent() -> None:
    async with served(moved("/b"), moved("/c"), moved("/d"), answer(PDF)) as (server, account):
        assert await download.fetch_pdf(f"{server.url}/a", account) == PDF
    assert [head.split()[1] for head in server.heads] == [b"/a", b"/b", b"/c", b"/d"]
    assert b"authorization" not in b"".join(server.heads).lower()
    assert TOKEN.encode() not in b"".join(server.heads)


@pytest.mark.parametrize(
    "to",
    [
        "http://example.com/x.pdf",
        "http://127.0.0.1:1/x.pdf",
        "https://127.0.0.1/x.pdf",
        "https://2130706433/x.pdf",
        "https://[::1]/x.pdf",
        "https://localhost/x.pdf",
        "https://user@example.com/x.pdf",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_into_this_network_or_off_https_is_refused(to: str) -> None:
    async with served(moved(to)) as (server, account):
        with pytest.raises(ProtocolError, match="refused"):
            await download.fetch_pdf(f"{server.url}/a", account)


async def test_a_name_that_leads_to_this_machine_is_never_connected_to() -> None:
    account = make_account(name="a", provider="modelslab", base_url="https://modelslab.com/api", token=TOKEN).ref
    with pytest.raises(ProtocolError, match="localhost leads into a private network"):
        await download.fetch_pdf("https://localhost/x.pdf", account)


@pytest.mark.parametrize(
    ("scripts", "error", "words"),
    [
        ([moved("/again")], ProtocolError, "without end"),
        ([exactly(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")], ServerTrouble, "302"),
        ([answer(b"<html>")], ProtocolError, "not a PDF"),
        ([answer(b"gone", "HTTP/1.1 404 Not Found\r\n")], NotFound, "404"),
        ([answer(b"", "HTTP/1.1 500 Oh\r\n")], ServerTrouble, "500"),
        ([exactly(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n%PDF-")], BillingError, "could not be fetched"),
    ],
)
async def test_what_is_no_pdf_is_refused(scripts: list[Script], error: type[BillingError], words: str) -> None:
    async with served(*scripts) as (server, account):
        with pytest.raises(error, match=words):
            await download.fetch_pdf(f"{server.url}/a", account)
        assert len(server.heads) <= download.MAX_REDIRECTS + 1


async def test_a_pdf_without_end_is_given_up() -> None:
    too_much = b"%PDF-" + bytes(download.MAX_BYTES)
    async with served(answer(too_much)) as (server, account):
        with pytest.raises(ProtocolError, match="larger than 50 MB"):
            await download.fetch_pdf(f"{server.url}/a", account)
