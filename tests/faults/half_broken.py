"""A provider of which every second account is broken, in a process of its own: `python -m tests.faults.half_broken`.

It prints its port. The account is the first part of the path: even numbers answer as ModelsLab does, odd ones break in
turn in each of the ways of `BROKEN`.
"""

import asyncio
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_MEGABYTE = 1_000_000
_ROWS = [
    {
        "id": 5000 - number,
        "source": "stripe",
        "transaction_id": f"pi_{number}",
        "type": "debit" if number % 9 else "credit",
        "amount": 0.25 + number / 100,
        "status": "success",
        "usecase": "chat",
        "created_at": f"2026-11-{1 + (200 - number) % 19:02}T10:{number % 60:02}:00Z",
    }
    for number in range(200)
]
_GOOD: dict[str, dict[str, object]] = {
    "/wallet/balance": {"balance": 75.5, "currency": "USD"},
    "/wallet/transactions": {"items": _ROWS, "total": len(_ROWS)},
    "/subscriptions/plans": {"items": [{"id": 1, "name": "Basic", "period": "month", "price": 27}]},
    "/subscriptions": {"items": [{"id": 7, "plan_id": 1, "status": "active", "price": 27}]},
    "/billing/invoices": {"items": [{"id": "in_1", "number": "A-1", "amount": 27, "status": "paid"}]},
    "/billing/payment-methods": {"items": [{"id": "pm_1", "brand": "visa", "last4": "4242"}]},
    "/billing/info": {"name": "Ada", "email": "ada@example.com"},
    "/billing/overview": {"wallet_balance": 75.5},
}


def _answer(status: int, body: bytes, extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _good(path: str) -> bytes:
    body = {"data": _GOOD.get(path, {}), "error": None, "meta": {"request_id": "req"}}
    return _answer(200, json.dumps(body).encode())


_CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
_NO_LENGTH = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
_PACKED = gzip.compress(b" " * 100 * _MEGABYTE)
_GZIP = "Content-Encoding: gzip\r\n"
_WIDE = json.dumps({"data": {"nothing": [{"name": "x" * 90, "value": 1.25} for _ in range(30_000)]}}).encode()

BROKEN: dict[str, bytes | None] = {
    "refused": None,
    "500 with 4 MB of words": _answer(500, json.dumps({"message": "m" * 4 * _MEGABYTE}).encode()),
    "garbage": _answer(200, b"\x00\xff" * 2 * _MEGABYTE),
    "7 MB that say so": _answer(200, b" " * 7 * _MEGABYTE),
    "7 MB in chunks": _NO_LENGTH + _CHUNK * 107 + b"0\r\n\r\n",
    "100 MB in gzip": _answer(200, _PACKED, _GZIP),
    "100 MB in gzip twice": _answer(200, gzip.compress(_PACKED), "Content-Encoding: gzip, gzip\r\n"),
    "4 MB of data of another kind": _answer(200, _WIDE),
    "cut off": _answer(200, b'{"data": ')[:-3],
    "hangs": b"",
}
"""What every request of a broken account is answered with; nothing at all for `hangs`, no server for `refused`."""


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            target = head.split(b" ", 2)[1].decode().partition("?")[0]
            number, _, rest = target.lstrip("/").partition("/")
            answer = list(BROKEN.values())[int(number) // 2 % len(BROKEN)] if int(number) % 2 else _good(f"/{rest}")
            if not answer:
                await reader.read()
                return
            writer.write(answer)
            await writer.drain()
            if answer is BROKEN["cut off"]:
                return
    except (asyncio.IncompleteReadError, OSError):
        pass  # the client left, which it may
    finally:
        writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)  # until whoever started this is gone


@contextmanager
def half_broken() -> Iterator[str]:
    """Serve in another process, whose memory is nobody's concern; gives the address without the account's number."""
    command = [sys.executable, "-m", "tests.faults.half_broken"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def address(base: str, number: int) -> str:
    """The base URL of an account."""
    refused = number % 2 and number // 2 % len(BROKEN) == list(BROKEN).index("refused")
    return "http://127.0.0.1:9" if refused else f"{base}/{number}"


if __name__ == "__main__":
    asyncio.run(_main())
