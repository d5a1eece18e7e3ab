"""A server whose pages are ready: it costs next to nothing, so that what is measured is the client.

They are the newest of the million rows the other measurements have, as dense as those are.
"""

import asyncio
import json
import sys
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.store import history

_DENSITY = 1_000_000
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


def answers(rows: int) -> list[str]:
    """Each row as ModelsLab writes it, newest first."""
    return [
        json.dumps(
            {
                "id": int(row.id.removeprefix("txn_")),
                "source": row.source,
                "transaction_id": row.reference,
                "type": row.direction,
                "amount": float(row.amount.amount),
                "status": row.status,
                "usecase": row.usecase,
                "created_at": row.at.isoformat() if row.at else None,
            }
        )
        for row in islice(history(_DENSITY), rows)
    ]


def page(rows: list[str], offset: int, limit: int) -> bytes:
    """One page of the ledger, headers and all."""
    items = rows[offset : offset + limit]
    wallet = '{"balance": 75.5, "currency": "USD", "total_credited": 150.0, "amount_used": 74.5}'
    body = f'{{"items": [{", ".join(items)}], "count": {len(items)}, "total": {len(rows)}, "wallet": {wallet}}}'
    whole = f'{{"data": {body}, "error": null, "meta": {{"request_id": "req_{offset}"}}}}'.encode()
    return _HEAD.format(len(whole)).encode() + whole


async def serve(rows: list[str], delay: float) -> None:
    """Answer on a free port, which is printed, each request after `delay` seconds."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := (await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""):
            asked = parse_qs(urlsplit(head.split(b" ", 2)[1].decode()).query)
            await asyncio.sleep(delay)
            writer.write(page(rows, int(asked["offset"][0]), int(asked["limit"][0])))

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(answers(int(sys.argv[1])), float(sys.argv[2])))
