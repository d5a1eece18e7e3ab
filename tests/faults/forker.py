"""Runs `billtop` commands in forked processes, each a real one that can be killed, without loading Python each time.

`python -m tests.faults.forker` reads lines from its input: a JSON list is a command line, answered with the process id
of the child that carries it out; `end` waits for that child and answers with its exit status, negative for a signal.
Until then the id stays the child's, so that a kill can hit nobody else.
"""

import importlib
import json
import os
import subprocess
import sys

from tui.cli import main

for _name in ("fund", "intents", "outcome", "sending"):
    importlib.import_module(f"tui.cli.{_name}")
importlib.import_module("tui.providers.connect")


class Forker:
    """The other end: starts, kills and awaits one command at a time."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
        )

    def start(self, *arguments: str) -> int:
        """Start a command and return its process id."""
        return int(self._ask(json.dumps(arguments)))

    def end(self) -> int:
        """Wait for the command and return its exit status."""
        return int(self._ask("end"))

    def run(self, *arguments: str) -> int:
        """Carry out a command and return its exit status."""
        self.start(*arguments)
        return self.end()

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


def _carry_out(arguments: list[str]) -> None:
    """Be a process of its own from here on."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    code = 70
    try:
        code = main(arguments)
        sys.stdout.flush()
    finally:
        os._exit(code)


def _serve() -> None:
    child = 0
    for line in sys.stdin:
        if line.strip() == "end":
            answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        else:
            arguments = json.loads(line)
            child = os.fork()
            if child == 0:
                _carry_out(arguments)
            answer = child
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
