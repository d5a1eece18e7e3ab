"""Over a real socket: whatever a server, a proxy or the network does ends in time, and in words."""

import asyncio
import gzip
import socket
import struct
from collections.abc import Callable
from decimal import Decimal

import httpx
import pytest

from tests.conftest import FixedClock
from tests.contract.raw_server import Script, answer, exactly, raw_server
from tests.contract.sending import JSON_HEAD, OK, Waits, failure, status, transport_to
from tui.providers.errors import (
    BillingError,
    DeadlineExceeded,
    NetworkTrouble,
    NotSent,
    ProtocolError,
    ServerTrouble,
)
from tui.providers.transport import Transport


async def test_numbers_arrive_exactly() -> None:
    async with raw_server(OK) as server, transport_to(server.url) as transport:
        reply = await transport.request("GET", "/x", query={"a": "1&2"})
    assert reply.json == {"amount": Decimal("25.10")}
    assert server.heads[0].startswith(b"GET /x?a=1%262 HTTP/1.1")
    assert b"authorization: bearer tok-secret" in server.heads[0].lower()


async def test_cookies_are_not_kept() -> None:
    script = status(200, extra="Set-Cookie: session=1; Path=/\r\n")
    async with raw_server(script) as server, transport_to(server.url) as transport:
        await transport.request("GET", "/x")
        await transport.request("GET", "/x")
    assert b"cookie" not in server.heads[1].lower()


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


async def test_a_refused_connection_was_not_sent() -> None:
    waits = Waits()
    async with transport_to(f"http://127.0.0.1:{closed_port()}", waits=waits) as transport:
        with pytest.raises(NotSent, match=r"127\.0\.0\.1 refused the connection"):
            await transport.request("POST", "/x", body=b"{}")
        assert waits.seconds == []
        with pytest.raises(NotSent) as caught:
            await transport.request("GET", "/x")
    assert waits.seconds == [0.5, 1.0]
    assert not caught.value.maybe_executed


async def test_an_unknown_name_is_called_that() -> None:
    async with transport_to("https://billtop.invalid") as transport:
        with pytest.raises(NotSent, match=r"The name billtop\.invalid cannot be found"):
            await transport.request("POST", "/x", body=b"{}")


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
CHUNKED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a"'


@pytest.mark.parametrize("sent", [b"", CUT, CHUNKED, b"rubbish\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000])
async def test_a_cut_or_garbled_answer_may_mean_it_happened(sent: bytes) -> None:
    trouble = await failure(exactly(sent))
    assert type(trouble) is NetworkTrouble
    assert trouble.maybe_executed
    assert "connection" in str(trouble)


async def test_a_reset_connection() -> None:
    async def reset(_: bytes, writer: asyncio.StreamWriter) -> None:
        raw: socket.socket = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    trouble = await failure(reset)
    assert type(trouble) is NetworkTrouble
    assert trouble.maybe_executed


async def test_a_slow_drip_ends_at_the_deadline() -> None:
    async def drip(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await asyncio.sleep(0.01)  # The fault itself: a byte now and then, for ever.

    started = asyncio.get_running_loop().time()
    trouble = await failure(drip, deadline=0.2)
    assert isinstance(trouble, DeadlineExceeded)
    assert "within 0.2 s" in str(trouble)
    assert asyncio.get_running_loop().time() - started < 3


async def test_a_huge_body_is_not_read() -> None:
    async with raw_server(answer(b" " * 200_000)) as server, transport_to(server.url, max_body=100_000) as transport:
        with pytest.raises(ProtocolError, match="larger than 100 kB"):
            await transport.request("GET", "/x")


async def test_the_limit_counts_what_compression_hides() -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    head = f"HTTP/1.1 200 OK\r\n{JSON_HEAD}Content-Encoding: gzip\r\n"
    async with raw_server(answer(bomb, head)) as server, transport_to(server.url) as transport:
        with pytest.raises(ProtocolError, match="larger than 5 MB"):
            await transport.request("GET", "/x")


async def test_broken_compression() -> None:
    trouble = await failure(answer(b"not gzip", f"HTTP/1.1 200 OK\r\n{JSON_HEAD}Content-Encoding: gzip\r\n"))
    assert isinstance(trouble, ProtocolError)
    assert trouble.maybe_executed


@pytest.mark.parametrize("trouble", [status(503), exactly(b""), status(429, extra="Retry-After: 0\r\n")])
async def test_a_read_is_repeated_when_the_trouble_may_pass(trouble: Script) -> None:
    waits = Waits()
    async with raw_server(trouble, trouble, OK) as server, transport_to(server.url, waits=waits) as transport:
        reply = await transport.request("GET", "/x")
    assert reply.status == 200
    assert len(waits.seconds) == 2


async def test_a_read_is_repeated_twice_at_most() -> None:
    waits = Waits()
    async with raw_server(status(500)) as server, transport_to(server.url, waits=waits) as transport:
        with pytest.raises(ServerTrouble):
            await transport.request("GET", "/x")
    assert (len(server.heads), waits.seconds) == (3, [0.5, 1.0])


@pytest.mark.parametrize(
    "script",
    [status(429), status(429, extra="Retry-After: 30\r\n"), status(503, extra="Retry-After: 30\r\n"),
     status(404), status(401), answer(b"{")],
)  # fmt: skip
async def test_what_repeating_cannot_mend_is_asked_once(script: Script) -> None:
    async with raw_server(script) as server, transport_to(server.url) as transport:
        with pytest.raises(BillingError):
            await transport.request("GET", "/x")
    assert len(server.heads) == 1


@pytest.mark.parametrize("script", [status(503), exactly(b""), status(429, extra="Retry-After: 0\r\n")])
async def test_a_post_is_sent_once(script: Script) -> None:
    async with raw_server(script) as server, transport_to(server.url) as transport:
        with pytest.raises(BillingError):
            await transport.request("POST", "/x", body=b"{}")
    assert len(server.heads) == 1


async def test_no_wait_goes_beyond_the_deadline() -> None:
    waits = Waits()
    async with raw_server(status(503)) as server, transport_to(server.url, waits=waits) as transport:
        with pytest.raises(ServerTrouble):
            await transport.request("GET", "/x", deadline=0.4)
    assert waits.seconds == []


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ConnectTimeout, NotSent), (httpx.PoolTimeout, NotSent), (httpx.ProxyError, NotSent),
        (httpx.UnsupportedProtocol, NotSent), (httpx.LocalProtocolError, NotSent),
        (httpx.ReadTimeout, DeadlineExceeded),
        (httpx.WriteTimeout, DeadlineExceeded), (httpx.WriteError, NetworkTrouble), (httpx.ReadError, NetworkTrouble),
        (httpx.CloseError, NetworkTrouble),
    ],
)  # fmt: skip
async def test_failures_hard_to_provoke(raised: Callable[[str], Exception], kind: type[BillingError]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise raised("Illegal header value b'Bearer tok-secret '")

    transport = Transport(
        "https://modelslab.com", headers={}, clock=FixedClock(), http=httpx.MockTransport(fail), sleep=Waits()
    )
    with pytest.raises(BillingError) as caught:
        await transport.request("POST", "/x", body=b"{}")
    await transport.aclose()
    assert type(caught.value) is kind
    assert "tok-secret" not in str(caught.value)


async def test_a_cancelled_call_leaves_the_connection_clean() -> None:
    arrived = asyncio.Event()

    async def silent(_: bytes, __: asyncio.StreamWriter) -> None:
        arrived.set()

    async with raw_server(silent, OK) as server, transport_to(server.url) as transport:
        call = asyncio.create_task(transport.request("POST", "/x", body=b"{}"))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await transport.request("GET", "/x")).status == 200


@pytest.mark.parametrize("key", ["schlüssel", "two\r\nlines", "trailing "])
async def test_a_header_http_cannot_carry_is_not_sent(key: str) -> None:
    async with raw_server(OK) as server, transport_to(server.url) as transport:
        with pytest.raises(NotSent) as caught:
            await transport.request("POST", "/x", body=b"{}", headers={"Idempotency-Key": key})
    assert server.heads == []
    assert key not in str(caught.value)


async def test_after_closing_nothing_is_sent() -> None:
    async with raw_server(OK) as server, transport_to(server.url) as transport:
        await transport.aclose()
        with pytest.raises(NotSent, match="has been closed"):
            await transport.request("GET", "/x")
