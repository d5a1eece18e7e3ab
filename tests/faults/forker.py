"""Runs `billtop` commands in forked processes, each a real one that can be killed, without loading Python each time.

`python -m tests.faults.forker` reads lines from its input: a JSON object starts a command line and is answered with the
process id of the child that carries it out; a number waits for that child and is answered with its exit status,
negative for a signal. Until then the id stays the child's, so that a kill can hit nobody else.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.faults import dashboard_child
from tui.cli import main

_PRELOADED = (
    *(f"tui.cli.{name}" for name in ("checkouts", "fund", "intents", "parser", "pay", "sending", "top_up")),
    *(f"tui.providers.{name}.client" for name in ("modelslab", "olostep")),
    *("tui.config.logs", "tui.providers.connect"),
    # What httpx loads with its first request.
    *("anyio._backends._asyncio", "httpcore"),
)
for _name in _PRELOADED:
    importlib.import_module(_name)


class Forker:
    """The other end: starts, kills and awaits commands."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
        )
        self._started = 0

    def start(self, *arguments: str, environ: Mapping[str, str] | None = None, out: Path | None = None) -> int:
        """Start a command and return its process id; what it prints goes to the file `out`.

        `payments` in place of a command is what the dashboard does: see `dashboard_child`.
        """
        order = {"arguments": arguments, "environ": dict(environ or {}), "out": str(out or os.devnull)}
        self._started = int(self._ask(json.dumps(order)))
        return self._started

    def end(self, pid: int | None = None) -> int:
        """Wait for a command, by default the last one started, and return its exit status."""
        return int(self._ask(str(pid or self._started)))

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None, out: Path | None = None) -> int:
        """Carry out a command and return its exit status."""
        return self.end(self.start(*arguments, environ=environ, out=out))

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate()

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process that forks has ended"
        return answer


def _carry_out(arguments: list[str], environ: Mapping[str, str], out: str) -> None:
    """Be a process of its own from here on."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
    os.dup2(null, 2)
    os.environ.update(environ)
    code = 70
    try:
        code = dashboard_child.main(arguments[1:]) if arguments[0] == "desk" else main(arguments)
        sys.stdout.flush()
    finally:
        os._exit(code)


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if isinstance(order, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(order, 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _carry_out(**order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
