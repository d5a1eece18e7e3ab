"""Rows N1 to N5: no connection comes about, so nothing was sent and paying again is free."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import FixedClock
from tests.faults.acts import hang
from tests.faults.certificates import Authority
from tests.faults.conftest import Record
from tests.faults.rig import AMPLE, Payer, client_of, outcome, read, words
from tests.faults.server import serve, served
from tui.domain import IntentState
from tui.providers.errors import BillingError, NotSent, NotTrusted
from tui.providers.transport import Transport, http_client

row = pytest.mark.row


@contextmanager
def bound(backlog: int | None) -> Iterator[int]:
    """A port of our own: closed without a backlog, else listening and never accepting."""
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        if backlog is not None:
            owner.listen(backlog)
        yield owner.getsockname()[1]


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port whose queue of connections is full: the next one is never answered."""
    with bound(0) as port:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        yield port
        for each in waiting:
            each.close()


async def both(url: str, payer: Payer) -> tuple[BillingError, str]:
    """Read and pay where nobody answers: sent nothing, failed for certain, repeated twice, and free to begin again."""
    error = await read(url, AMPLE)
    first = await payer.pay(url)
    assert first.state is IntentState.FAILED
    assert first.attempts == 3
    return error, f"Reading: {words(error)} Paying: {outcome(first)}"


@row("N1", injected="a closed port")
async def test_refused(payer: Payer, record: Record) -> None:
    with bound(None) as port:
        error, seen = await both(f"http://127.0.0.1:{port}", payer)
    assert type(error) is NotSent
    record(seen, charges=0)


@row("N2", injected="a name under .invalid")
async def test_unknown_name(payer: Payer, record: Record) -> None:
    error, seen = await both("https://billtop.invalid", payer)
    assert type(error) is NotSent
    assert "name" in str(error)
    record(seen, charges=0)


@row("N4", injected="a port whose queue is full")
async def test_connect_timeout(payer: Payer, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "CONNECT_SECONDS", 0.2)
    with full_backlog() as port:
        error, seen = await both(f"http://127.0.0.1:{port}", payer)
    assert type(error) is NotSent
    record(seen, charges=0)


@row("N4", injected="TLS is never answered")
async def test_handshake_timeout(payer: Payer, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "CONNECT_SECONDS", 0.2)
    with bound(10) as port:
        error, seen = await both(f"https://127.0.0.1:{port}", payer)
    assert type(error) is NotSent
    record(seen, charges=0)


@row("N1", injected="refused once, then well")
async def test_refused_once(payer: Payer, record: Record, clock: FixedClock) -> None:
    """The server starts between the first sending and the second."""
    with bound(None) as port:
        pass
    started: list[asyncio.Server] = []

    async with served(serve) as server:

        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", server.port)
            inner_writer.write(await reader.read(65_536))
            writer.write(await inner_reader.read(65_536))
            await writer.drain()
            inner_writer.close()
            writer.close()

        async def start(_: float) -> None:
            started.append(await asyncio.start_server(forward, "127.0.0.1", port))

        payer.on_wait = start
        paid = await payer.pay(f"http://127.0.0.1:{port}")
        started[0].close()
        assert (paid.state, paid.attempts, server.charges) == (IntentState.DONE, 2, 1)
    record(f"Paying: {outcome(paid)}", charges=1)


@row("N5", injected="ten reads that hang, and then a payment")
async def test_reads_that_hang_do_not_keep_a_payment_waiting(payer: Payer, record: Record) -> None:
    """The pool has ten places; a payment must not queue behind reads until its time is over."""
    async with served(*[hang(commit=False)] * 10, serve) as server:
        client = await client_of(server.url, AMPLE)
        reads = [asyncio.ensure_future(client.balance()) for _ in range(10)]
        while len(server.arrivals) < 10:
            await asyncio.sleep(0.01)  # Nothing tells when the last has arrived.
        paid = await payer.pay_with(client)
        for each in reads:
            each.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
        await client.aclose()
        assert (paid.state, server.charges) == (IntentState.DONE, 1)
    record(f"Paying: {outcome(paid)}", charges=1)


@row("N5", injected="no place in the pool of connections")
async def test_pool_timeout_was_not_sent(record: Record) -> None:
    def full(request: httpx.Request) -> httpx.Response:
        raise httpx.PoolTimeout("", request=request)

    transport = Transport(
        "https://modelslab.com", headers={}, clock=FixedClock(), http=httpx.MockTransport(full), sleep=_no_wait
    )
    with pytest.raises(NotSent) as caught:
        await transport.request("GET", "/x")
    await transport.aclose()
    assert not caught.value.maybe_executed
    record(f"Reading: {words(caught.value)}")


async def _no_wait(_: float) -> None:
    return None


MakeContext = Callable[[Authority, Authority], ssl.SSLContext]
"""Makes the server's context from an authority the client trusts and one it does not."""


@asynccontextmanager
async def tls_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: MakeContext) -> AsyncIterator[str]:
    for name in ("trusted", "stranger"):
        (tmp_path / name).mkdir()
    trusted, stranger = Authority(tmp_path / "trusted"), Authority(tmp_path / "stranger")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    async with served(serve, tls=make(trusted, stranger)) as server:
        yield server.url
        assert server.arrivals == [], "nothing was sent over a connection that is not trusted"


BAD_TLS: dict[str, MakeContext] = {
    "unknown": lambda _, stranger: stranger.context("127.0.0.1"),
    "host": lambda trusted, _: trusted.context("elsewhere.example"),
    "expired": lambda trusted, _: trusted.expired("127.0.0.1"),
    "early": lambda trusted, _: trusted.early("127.0.0.1"),
    "tls10": lambda trusted, _: trusted.old_tls("127.0.0.1", ssl.TLSVersion.TLSv1),
    "tls11": lambda trusted, _: trusted.old_tls("127.0.0.1", ssl.TLSVersion.TLSv1_1),
}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(BAD_TLS["unknown"], marks=row("N3", injected="a certificate of an unknown authority")),
        pytest.param(BAD_TLS["host"], marks=row("N3", injected="a certificate for another host")),
        pytest.param(BAD_TLS["expired"], marks=row("N3", injected="an expired certificate")),
        pytest.param(BAD_TLS["tls10"], marks=row("N3", injected="nothing newer than TLS 1.0")),
        pytest.param(BAD_TLS["tls11"], marks=row("N3", injected="nothing newer than TLS 1.1")),
        pytest.param(
            BAD_TLS["early"], marks=row("T1", injected="a certificate that is not valid yet: our clock is behind")
        ),
    ],
)
async def test_tls_that_can_not_be_trusted(
    make: MakeContext, payer: Payer, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tls_server(tmp_path, monkeypatch, make) as url:
        error = await read(url, AMPLE)
        paid = await payer.pay(url)
    assert type(error) is NotTrusted
    assert "clock" in error.next_step
    assert (paid.state, paid.attempts) == (IntentState.FAILED, 1), "it is not tried again"
    record(f"Reading: {words(error)} Paying: {outcome(paid)}", charges=0)


async def test_a_certificate_of_a_trusted_authority_is_good(
    payer: Payer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with served(serve, tls=authority.context("127.0.0.1")) as server:
        assert (await payer.pay(server.url)).state is IntentState.DONE
        assert server.charges == 1
