"""The real command in processes of its own, against a sandbox that runs for a whole module."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import pytest

from tests.conftest import Sandboxes
from tests.faults.forker import Command
from tui.cli import main
from tui.sandbox.harness import RunningSandbox

ROWS = 450
"""More than two pages of the ledger."""
SECONDS = 120
"""How long a command may take at most."""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program(subprocess.Popen[str]):
    """A Python of its own that runs billtop; a failing test does not wait for it."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self.kill()
        super().__exit__(kind, error, at)


@dataclass
class Billtop:
    """Runs `billtop` with an account in the environment."""

    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, **environ: str) -> Result:
        with self.start(*arguments, **environ) as process:
            return finished(process)

    def start(self, *arguments: str, stdin: str = "", **environ: str) -> Command:
        """Start it, in a process forked from one that has imported most of it; `stdin` is piped in."""
        return Command(arguments, {**os.environ, **self.environ, **environ}, stdin)

    def launch(self, *arguments: str, stdin: str = "") -> Program:
        """Start it as a shell does: for what /proc shows of it, and for starting itself."""
        process = Program(
            [sys.executable, "-m", "tui", *arguments],
            env={**os.environ, **self.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        if process.stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
            process.stdin = None
        return process


def finished(process: "Command | Program") -> Result:
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode is not None
    return Result(process.returncode, out, err)


def account_of(sandbox: RunningSandbox) -> dict[str, str]:
    return {
        "BILLTOP_PROVIDER": "modelslab",
        "BILLTOP_BASE_URL": sandbox.modelslab_url,
        "BILLTOP_TOKEN": sandbox.token,
        "BILLTOP_STRIPE_BASE_URL": sandbox.stripe_url,
    }


Run = Callable[..., Result]
"""Carries out one command line in this process, with `piped` as standard input."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """For commands that need no process of their own."""

    def carry_out(*arguments: str, piped: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
        code = main(arguments)
        return Result(code, *capsys.readouterr())

    return carry_out


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=ROWS, seed=7, rate_limits=False)


@pytest.fixture
def billtop(sandbox: RunningSandbox) -> Iterator[Billtop]:
    yield Billtop(account_of(sandbox))
    sandbox.clear_faults()


@pytest.fixture
def nobody() -> Billtop:
    """billtop without any account."""
    return Billtop()
