"""Serving a sandbox: on loopback only, until a signal or the end of standard input."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tui.sandbox.app import create_app
from tui.sandbox.contract import CONTROL_PREFIX, OLOSTEP_PREFIX, PREFIX, PRODUCT_FACTORY_PREFIX, STRIPE_PREFIX
from tui.sandbox.product_factory import people
from tui.sandbox.settings import SettingsChange
from tui.sandbox.world import World

HOST = "127.0.0.1"
ROWS = 2600


class _Protocol(H11Protocol):
    """Puts the connection into every request's state, so that an ordered fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """Announces itself on standard output once it listens, and leaves signals to `run`."""

    def __init__(self, config: uvicorn.Config, announcement: str) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(self._announcement + "\n")
        sys.stdout.flush()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: uvicorn would end the process by the signal before the state is closed."""
        yield


def run(
    *,
    port: int = 0,
    rows: int = ROWS,
    seed: int = 1,
    state: Path | None = None,
    latency_ms: int = 0,
    url_length: int | None = None,
    exit_with_stdin: bool = False,
    clock_at: datetime | None = None,
    rate_limits: bool = True,
) -> int:
    """Serve until SIGTERM, SIGINT or, with `exit_with_stdin`, the end of standard input; return the exit status.

    The first line on standard output, written once the server listens, is one JSON object: `modelslab` and
    `olostep` with `base_url` and `token`, `stripe` with `base_url`, `product_factory` with `base_url`,
    `token` and `admin_token` (values of session cookies), and `control`, the address of the control surface.

    Args:
        port: The port on 127.0.0.1; 0 takes a free one.
        rows: Rows of wallet history in a new account.
        seed: Makes the account reproducible.
        state: SQLite file that survives; a temporary one, removed at the end, when None.
        latency_ms: Milliseconds every answer is held back.
        url_length: Characters of a checkout URL; 433 unless the file says otherwise.
        exit_with_stdin: End when standard input does, so that a child ends with its parent.
        clock_at: What the sandbox's clock shows at first (aware); real time when None.
        rate_limits: Whether the documented limits refuse calls.

    Raises:
        OSError: The port is taken, or the state file cannot be made.
        sqlite3.DatabaseError: The state file is no sandbox's.

    """
    with _state_file(state) as path, _listening(port) as listener:
        settings = SettingsChange(url_length=url_length, rate_limits=None if rate_limits else False)
        world = World(path, rows=rows, seed=seed, clock_at=clock_at, settings=settings)
        world.latency_ms = latency_ms
        config = uvicorn.Config(
            create_app(world),
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = _Server(config, json.dumps(_announcement(world, listener.getsockname()[1])))
        asyncio.run(_serve(server, listener, exit_with_stdin))
        world.database.close()
    return 0


@contextmanager
def _state_file(state: Path | None) -> Iterator[Path]:
    if state is not None:
        yield state
        return
    folder = Path(tempfile.mkdtemp(prefix="billtop-sandbox-"))
    try:
        yield folder / "state.sqlite"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # The protocol is named because asyncio switches Nagle's delay off only then: 40 ms for every answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        yield listener


def _announcement(world: World, port: int) -> dict[str, object]:
    origin = f"http://{HOST}:{port}"
    return {
        "modelslab": {"base_url": origin + PREFIX, "token": world.token},
        "olostep": {"base_url": origin + OLOSTEP_PREFIX, "token": world.olostep_token},
        "stripe": {"base_url": origin + STRIPE_PREFIX},
        "product_factory": {
            "base_url": origin + PRODUCT_FACTORY_PREFIX,
            "token": people.announced(world, "user"),
            "admin_token": people.announced(world, "admin"),
        },
        "control": origin + CONTROL_PREFIX,
    }


async def _serve(server: _Server, listener: socket.socket, exit_with_stdin: bool) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    if exit_with_stdin:
        threading.Thread(target=_when_stdin_ends, args=(loop, stop), daemon=True).start()
    await server.serve([listener])


def _when_stdin_ends(loop: asyncio.AbstractEventLoop, stop: object) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    if callable(stop):
        loop.call_soon_threadsafe(stop)


def main() -> int:
    """Serve as the command line asks; `billtop sandbox` offers the same with fewer switches."""
    parser = argparse.ArgumentParser(prog="python -m tui.sandbox.server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--latency", type=int, default=0, dest="latency_ms", help="milliseconds")
    parser.add_argument("--url-length", type=int)
    parser.add_argument("--clock", type=datetime.fromisoformat, dest="clock_at", help="aware ISO 8601 time")
    parser.add_argument("--no-rate-limits", action="store_false", dest="rate_limits")
    parser.add_argument("--exit-with-stdin", action="store_true")
    options = parser.parse_args()
    try:
        return run(**vars(options))
    except OSError as error:
        sys.stderr.write(f"cannot serve on port {options.port}: {error.strerror}\n")
    except ValueError as error:
        sys.stderr.write(f"these options cannot be used: {str(error).splitlines()[-1].strip()}\n")
    except sqlite3.Error as error:
        sys.stderr.write(f"{options.state} is no state file of the sandbox: {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
