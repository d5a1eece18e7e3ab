"""A transport to a raw server: it waits for nothing, and its failures are looked through for the token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.conftest import FixedClock
from tests.contract.raw_server import Script, answer, raw_server
from tui.providers.errors import BillingError
from tui.providers.transport import Transport

OK = answer(b'{"amount": 25.10}')
JSON_HEAD = "Content-Type: application/json\r\n"


class Waits:
    """Takes the place of sleeping and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@asynccontextmanager
async def transport_to(
    url: str, *, waits: Waits | None = None, clock: FixedClock | None = None, max_body: int = 5_000_000
) -> AsyncIterator[Transport]:
    transport = Transport(
        url,
        headers={"Authorization": "Bearer tok-secret"},
        clock=clock or FixedClock(),
        max_body=max_body,
        sleep=waits or Waits(),
        jitter=lambda: 1.0,
    )
    try:
        yield transport
    finally:
        await transport.aclose()


def status(code: int, body: bytes = b"{}", extra: str = "") -> Script:
    return answer(body, f"HTTP/1.1 {code} X\r\n{JSON_HEAD}{extra}")


async def failure(script: Script, method: str = "POST", deadline: float | None = None) -> BillingError:
    async with raw_server(script) as server, transport_to(server.url) as transport:
        with pytest.raises(BillingError) as caught:
            await transport.request(method, "/x", body=b"{}" if method == "POST" else None, deadline=deadline)
    assert "tok-secret" not in f"{caught.value} {caught.value!r}"
    return caught.value
