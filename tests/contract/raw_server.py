"""A server on loopback that answers with exact bytes, and does on the wire what proxies and broken servers do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Script = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """What arrived, and where to reach it."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def answer(body: bytes, head: str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n") -> Script:
    """Answer every request with these bytes and their true length."""

    async def script(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return script


def exactly(sent: bytes) -> Script:
    """Send exactly these bytes, then close."""

    async def script(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    return script


@asynccontextmanager
async def raw_server(*scripts: Script) -> AsyncIterator[RawServer]:
    """Serve on a free port; the first request gets the first script, the last script serves all others."""
    served = RawServer()
    writers: list[asyncio.StreamWriter] = []
    running: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            running.add(task)
        writers.append(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                served.heads.append(head)
                await scripts[min(len(served.heads), len(scripts)) - 1](head, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)
        await server.wait_closed()
