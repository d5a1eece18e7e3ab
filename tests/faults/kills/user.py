"""A user of one machine: gives commands, and settles afterwards what was left open."""

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from tests.cli.conftest import account_of
from tests.faults.forker import Forker
from tests.faults.kills import books
from tests.faults.kills.books import Charge, Findings, Row
from tests.faults.kills.kinds import Command
from tui.sandbox.harness import RunningSandbox

_AT_ONCE = 2
"""How many commands run at once while things are settled: of different payments."""
_ISSUED_S = 10
"""After so long on the server's clock the credits of a top-up have been issued."""


class User:
    """Gives commands with a journal in `folder`, and compares it with what the server has charged."""

    def __init__(
        self, forker: Forker, sandbox: RunningSandbox, folder: Path, random: Random, findings: Findings
    ) -> None:
        self._forker, self._sandbox, self._random, self._findings = forker, sandbox, random, findings
        self._folder = folder
        self._printed = (folder / f"{number}.json" for number in count())
        self._outs: dict[int, Path] = {}
        self._accounts: Mapping[str, dict[str, str]] = {
            "modelslab": account_of(sandbox),
            "olostep": {
                "BILLTOP_PROVIDER": "olostep",
                "BILLTOP_BASE_URL": sandbox.olostep_url,
                "BILLTOP_TOKEN": sandbox.olostep_token,
            },
        }

    def start(self, command: Command, provider: str) -> int:
        """Start a command and return its process id."""
        environ = {**self._accounts[provider], "XDG_DATA_HOME": str(self._folder)}
        out = next(self._printed)
        pid = self._forker.start(*command, environ=environ, out=out)
        self._outs[pid] = out
        return pid

    def end(self, pid: int) -> int:
        """Wait for a command, hold what it said against the server's books, and return its exit status."""
        code = self._forker.end(pid)
        out = self._outs.pop(pid)
        if code >= 0 and out.stat().st_size:
            books.check_said(_read(out), self.rows(), self.charges(), self._findings)
        return code

    def rows(self) -> list[Row]:
        """What the journal has."""
        return books.rows(self._folder / "billtop" / "payments.sqlite3")

    def charges(self) -> list[Charge]:
        """What the server has charged."""
        return books.charges(self._sandbox)

    def settle(self) -> None:
        """Settle what is open as a user would, and compare: list, check, repeat or drop, wait for the links."""
        self._end_links()
        checks = self._offered("check", ("intents", "--check"))
        # The lots of a top-up that was paid appear a few seconds later.
        self._sandbox.advance_clock(_ISSUED_S)
        self._all(checks)
        books.not_read_back(self.rows(), self.charges(), self._findings)
        self._all(self._offered("repeat", ("intents", "--repeat")))
        self._all([("modelslab", ("checkouts", "--resume", "--json"))])
        # What is left are top-ups, which the dashboard would look for once more by now.
        self._sandbox.advance_clock(_ISSUED_S)
        self._all(self._offered("check", ("intents", "--check")))
        books.compare(self.rows(), self.charges(), self._findings)

    def _offered(self, action: str, command: Command) -> list[tuple[str, Command]]:
        """Choose `command` for every payment that offers `action`; one that was never sent may be dropped instead."""
        chosen = []
        for provider in sorted({row.kind.provider for row in self.rows() if row.kind.name != "pay"}):
            for item in self._listed(provider):
                dropped = action == "repeat" and item["status"] == "prepared" and self._random.random() < 0.5
                words = ("intents", "--set-aside") if dropped else command
                if action in item["actions"]:
                    chosen.append((provider, (*words, item["intent_id"], "--yes", "--json")))
        return chosen

    def _listed(self, provider: str) -> list[dict[str, Any]]:
        pid = self.start(("intents", "--json"), provider)
        assert self._forker.end(pid) == 0
        found: list[dict[str, Any]] = _read(self._outs.pop(pid))["items"]
        return found

    def _end_links(self) -> None:
        """Pay some of the links that are still open, late; let the others expire."""
        for row in self.rows():
            if row.kind.name == "pay" and row.state in books.OPEN:
                self._random.choice((self._sandbox.pay, self._sandbox.expire))(row.id)

    def _all(self, commands: list[tuple[str, Command]]) -> None:
        for first in range(0, len(commands), _AT_ONCE):
            pids = [self.start(command, provider) for provider, command in commands[first : first + _AT_ONCE]]
            for pid in pids:
                assert self.end(pid) >= 0


def _read(out: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return said
