"""What the machine's environment does to a connection: certificates, proxies, and broken settings said in words."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from tests.contract.raw_server import answer, raw_server
from tui.config.accounts import ConfigurationError, make_account
from tui.providers.base import HasBalance, having
from tui.providers.connect import connect
from tui.providers.errors import NotTrusted
from tui.providers.transport import Transport

CERTIFICATE = Path(__file__).parent.parent / "contract" / "tls" / "elsewhere.pem"
"""Made for elsewhere.example, signed by nobody but itself."""


@asynccontextmanager
async def listener(greeting: bytes, context: ssl.SSLContext | None) -> AsyncIterator[str]:
    """A port that says `greeting` to everybody at once, over TLS where a context is given."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


async def untrusted(url: str) -> NotTrusted:
    async def no_wait(_: float) -> None:
        pytest.fail("a connection that cannot be trusted was tried again")

    transport = Transport(url, headers={}, clock=FixedClock(), sleep=no_wait)
    with pytest.raises(NotTrusted) as caught:
        await transport.request("GET", "/x")
    await transport.aclose()
    assert not caught.value.maybe_executed
    return caught.value


async def test_no_tls_where_tls_is_expected() -> None:
    async with listener(b"HTTP/1.1 400 Bad Request\r\n\r\n", None) as url:
        assert "No secure connection to 127.0.0.1" in str(await untrusted(url))


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def test_a_certificate_of_nobody_known() -> None:
    async with listener(b"", server_context()) as url:
        trouble = await untrusted(url)
    assert "not accepted" in str(trouble)
    assert "self" in str(trouble)
    assert "clock" in trouble.next_step


async def test_a_certificate_for_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with listener(b"", server_context()) as url:
        assert "not valid for '127.0.0.1'" in str(await untrusted(url))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks5://user:pw-secret@127.0.0.1:1080"),
        ("HTTPS_PROXY", "ftp://user:pw-secret@127.0.0.1"),
        ("https_proxy", "http://pw-secret:port"),
        ("NO_PROXY", "[::1]:8080"),
        ("SSL_CERT_FILE", "/nonexistent/pw-secret.pem"),
    ],
)
def test_a_broken_variable_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, clock: FixedClock, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    account = make_account(name="a", provider="modelslab", base_url="https://modelslab.com/api", token="tok")
    with pytest.raises(ConfigurationError, match=variable) as caught:
        connect(account, clock)
    assert "pw-secret" not in str(caught.value)


async def test_this_machine_is_reached_without_the_proxy(monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent.pem")
    async with raw_server(answer(b'{"balance": 1}')) as server:
        account = make_account(name="a", provider="modelslab", base_url=server.url, token="tok-1")
        provider = await asyncio.to_thread(connect, account, clock)
        assert str((await having(provider, HasBalance).balance()).available) == "$1.00"
        await provider.aclose()
    assert b"authorization: bearer tok-1" in server.heads[0].lower()
    assert b"user-agent: billtop/" in server.heads[0].lower()
