"""Runs `billtop` commands in forked processes, each a real one that can be killed, without loading Python each time.

A command takes half a second of a processor, nearly all of it to import; tests start a thousand. One process for all of
them has imported what they need, and forks. `python -m tests.faults.forker FD` is that process: on the socket it is
given, a JSON object with four descriptors starts a command line and is answered with the process id of the child that
carries it out; a number waits for that child and is answered with its exit status, negative for a signal. Until then
the id stays the child's, so that a kill can hit nobody else.
"""

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import IO, Self

from tests.faults import dashboard_child
from tui.cli import main

_PRELOADED = (
    *(f"tui.cli.{name}" for name in ("accounts", "checkouts", "ensure_funded", "export", "fund", "intents", "invoice")),
    *(f"tui.cli.{name}" for name in ("lists", "login", "overview", "parser", "pay", "sending", "top_up")),
    *("tui.cli.synced", "tui.cli.transactions", "tui.ledger.query.grammar", "tui.ledger.sync"),
    *(f"tui.providers.{name}.client" for name in ("modelslab", "olostep", "product_factory")),
    *("tui.config.logs", "tui.providers.connect"),
    # What httpx loads with its first request.
    *("anyio._backends._asyncio", "httpcore"),
)
_FDS = 4
"""Standard input, output and errors, and a pipe that is closed when the child ends."""


class Forker:
    """Starts, kills and awaits commands that have `environ`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)
        self._started = 0

    def start(self, *arguments: str, environ: Mapping[str, str] | None = None, out: Path | None = None) -> int:
        """Start a command and return its process id; what it prints goes to the file `out`.

        `desk` in place of a command is what the dashboard does: see `dashboard_child`.
        """
        null = os.open(os.devnull, os.O_RDWR)
        file = os.open(out or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._started = _server().start(arguments, {**self._environ, **(environ or {})}, (null, file, null, null))
        finally:
            os.close(null)
            os.close(file)
        return self._started

    def end(self, pid: int | None = None) -> int:
        """Wait for a command, by default the last one started, and return its exit status."""
        return _server().status(pid or self._started)

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None, out: Path | None = None) -> int:
        """Carry out a command and return its exit status."""
        return self.end(self.start(*arguments, environ=environ, out=out))


class Command:
    """A command with pipes, and what of `subprocess.Popen` is needed of it; a failing test does not wait for it."""

    def __init__(self, arguments: tuple[str, ...], environ: Mapping[str, str], stdin: str | None) -> None:
        taken, given = os.pipe()
        ends = [os.pipe() for _ in range(3)]
        try:
            self.pid = _server().start(arguments, environ, (taken, *(end for _, end in ends)))
        finally:
            for fd in (taken, *(end for _, end in ends)):
                os.close(fd)
        with open(given, "w", encoding="utf-8") as typed:
            typed.write(stdin or "")
        self.stdout: IO[str] = open(ends[0][0], encoding="utf-8")  # noqa: SIM115 - closed with the command
        self.stderr: IO[str] = open(ends[1][0], encoding="utf-8")  # noqa: SIM115
        self._life = ends[2][0]
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit status."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("billtop", timeout or 0)
        return code

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Read what it still prints, and wait for its end."""
        got = ["", ""]

        def read(number: int, stream: IO[str]) -> None:
            got[number] = stream.read()

        ends = time.monotonic() + timeout
        readers = [
            Thread(target=read, args=each, daemon=True)
            for each in enumerate((self.stdout, self.stderr))
            if not each[1].closed
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(max(ends - time.monotonic(), 0))
        self.wait(max(ends - time.monotonic(), 0))
        return got[0], got[1]

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self.kill()
        self.stdout.close()
        self.stderr.close()
        self.wait()
        os.close(self._life)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._life], [], [], timeout)[0]:
            self.returncode = _server().status(self.pid)
        return self.returncode


class _Server:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._turn = Lock()
        with theirs:
            command = [sys.executable, "-m", "tests.faults.forker", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )

    def start(self, arguments: tuple[str, ...], environ: Mapping[str, str], fds: tuple[int, ...]) -> int:
        """Start a command with these descriptors; return its process id."""
        order = {"arguments": arguments, "environ": dict(environ), "folder": os.getcwd()}
        return self._ask(json.dumps(order), fds)

    def status(self, pid: int) -> int:
        """Wait for a command and return its exit status."""
        return self._ask(str(pid), ())

    def close(self) -> None:
        """End the process that forks."""
        self._socket.close()
        self._process.wait()

    def _ask(self, line: str, fds: tuple[int, ...]) -> int:
        with self._turn:
            sent = f"{line}\n".encode()
            self._socket.sendall(sent[socket.send_fds(self._socket, [sent], fds) :])
            answer = self._socket.recv(100)
        assert answer, "the process that forks has ended"
        return int(answer)


@cache
def _server() -> _Server:
    server = _Server()
    atexit.register(server.close)
    return server


def _serve(control: socket.socket) -> int:
    """Fork until the tests have ended; return the exit status of this process, or of the child it has become."""
    while True:
        line, fds, _, _ = socket.recv_fds(control, 1 << 16, _FDS)
        while line and not line.endswith(b"\n"):
            line += control.recv(1 << 16)
        if not line:
            return 0
        order = json.loads(line)
        if isinstance(order, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(order, 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                control.close()
                return _carry_out(order["arguments"], order["environ"], order["folder"], fds)
        for fd in fds:
            os.close(fd)
        control.sendall(f"{answer}\n".encode())


def _carry_out(arguments: list[str], environ: Mapping[str, str], folder: str, fds: list[int]) -> int:
    """Be a process of its own from here on; the last descriptor stays open until it ends."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        os.dup2(fds[number], number)
        os.close(fds[number])
        # As Python opens them; it asked whether they are files and terminals when it started.
        errors, buffering = ("backslashreplace", 1) if name == "stderr" else ("strict", -1)
        stream = open(number, mode, buffering, "utf-8", errors, closefd=False)  # noqa: SIM115 - open to the end
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    return dashboard_child.main(arguments[1:]) if arguments[:1] == ["desk"] else main(arguments)


if __name__ == "__main__":
    for _name in _PRELOADED:
        importlib.import_module(_name)
    gc.freeze()
    _code = _serve(socket.socket(fileno=int(sys.argv[1])))
    # Taking down all that was imported would cost a child as much as being forked.
    sys.stdout.flush()
    os._exit(_code)
