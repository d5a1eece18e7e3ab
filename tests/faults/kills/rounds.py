"""The rounds: payments begun, killed at random moments, and settled twenty at a time."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.faults.forker import Forker
from tests.faults.kills.books import OPEN, Findings, Row, find_duplicates
from tests.faults.kills.kinds import KINDS, Command, Kind, NewPayments
from tests.faults.kills.user import User
from tui.sandbox.harness import RunningSandbox, start_sandbox

_OF_A_KIND = 4
"""Payments of each kind that share a journal, of which one may be a race."""
_RACES = len(KINDS) * _OF_A_KIND // 5
_MEASURED = 2
"""Payments of each kind that nobody kills, to learn how long one takes."""
_EXPECTED = frozenset({-signal.SIGKILL, 0, 1, 7, 8})
"""How a payment may end here: killed, done, refused (a coupon redeemed by the other instance), pending, unknown."""


@dataclass
class Result:
    """How many rounds of each kind there were, where the kills met them, and what went wrong."""

    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: Findings = field(default_factory=Findings)


def run(count: int, seed: int, on_settled: Callable[[int], None] = lambda _: None) -> Result:
    """Run `count` rounds against a sandbox of their own; `on_settled` is told how many are left."""
    result = Result()
    with start_sandbox(rows=10, seed=7, rate_limits=False) as sandbox, _forking() as (forker, folder):
        runner = _Runner(sandbox, forker, folder, Random(seed), result)
        runner.measure()
        left = count
        while left > 0:
            runner.run(left)
            left -= len(KINDS) * _OF_A_KIND
            on_settled(max(left, 0))
    return result


@contextmanager
def _forking() -> Iterator[tuple[Forker, Path]]:
    with TemporaryDirectory(prefix="billtop-kills-") as name:
        folders = {f"XDG_{each}_HOME": f"{name}/{each.lower()}" for each in ("CONFIG", "DATA", "CACHE", "STATE")}
        kept = {word: value for word, value in os.environ.items() if not word.startswith("BILLTOP_")}
        yield Forker({**kept, **folders}), Path(name)


@dataclass
class _Runner:
    """Runs the rounds: one server, one user with a journal after the other."""

    sandbox: RunningSandbox
    forker: Forker
    folder: Path
    random: Random
    result: Result

    def __post_init__(self) -> None:
        self._alone_s: dict[str, float] = {}
        self._journals = 0

    def measure(self) -> None:
        """Learn how long each payment takes that nobody kills, however slow this machine is."""
        user = self._user()
        for kind in KINDS:
            seconds = []
            for _ in range(_MEASURED):
                begun = time.monotonic()
                _end(user, user.start(kind.create(self._payments), kind.provider))
                seconds.append(time.monotonic() - begun)
            self._alone_s[kind.name] = min(seconds)

    def run(self, left: int) -> None:
        """Run rounds with a journal of their own, `left` of them at most, and settle them."""
        user = self._user()
        deck = [*KINDS] * _OF_A_KIND
        self.random.shuffle(deck)
        racing = {kind.name: self.random.randrange(_OF_A_KIND) for kind in self.random.sample(KINDS, _RACES)}
        played: Counter[str] = Counter()
        for kind in islice(deck, left):
            self._round(user, kind, racing=racing.get(kind.name) == played[kind.name])
            played[kind.name] += 1
        self.sandbox.clear_faults()
        user.settle()

    def _user(self) -> User:
        """Start over on both sides: what an earlier journal left at the server must not be evidence for the next."""
        self.sandbox.reset()
        self.sandbox.settings(topup_cooldown_seconds=0)
        self._payments = NewPayments(self.sandbox, self.random)
        self._journals += 1
        folder = self.folder / str(self._journals)
        folder.mkdir()
        return User(self.forker, self.sandbox, folder, self.random, self.result.findings)

    def _round(self, user: User, kind: Kind, *, racing: bool) -> None:
        span = self._slow_down(kind)
        before = user.rows()
        command, left = self._race(kind, before) if racing else (kind.create(self._payments), [])
        # Seeing links through does not end before each of them is paid or over.
        self._kill(user, kind, [command] * (1 + racing), span, end_all=command[0] == "checkouts")
        others = {row.id for row in before} - {row.id for row in left}
        touched = [row for row in user.rows() if row.id not in others]
        find_duplicates(touched, self.result.findings)
        self._count(kind, "rounds")
        self._count(kind, "racing", racing)
        self._count(kind, _met(touched))

    def _slow_down(self, kind: Kind) -> float:
        """Slow the server, before or after it commits, for kills to come then; return how long all takes."""
        self.sandbox.clear_faults()
        alone = self._alone_s[kind.name]
        for path in kind.slow:
            late = self.random.random() < 0.5
            self.sandbox.fault(path, method="POST", delay_ms=round(500 * alone), times=None, after_commit=late)
        return alone * (1 + len(kind.slow) / 2)

    def _race(self, kind: Kind, rows: list[Row]) -> tuple[Command, list[Row]]:
        """What two instances do at once: the same payment, with one key where it takes one, or what was left open.

        What was left open and is taken up again is the second value.
        """
        new = kind.create(self._payments)
        ways: list[tuple[Command, list[Row]]] = [(new, [])]
        if kind.named:
            ways.append(((*new, "--idempotency-key", f"order-{new[1]}"), []))
        left = [row for row in rows if row.kind == kind and row.state in OPEN]
        repeatable = [row for row in left if kind.keyed or not row.sent]
        if left and kind.name == "pay":
            ways.append((("checkouts", "--resume", "--json"), left))
        elif repeatable:
            row = self.random.choice(repeatable)
            ways.append((("intents", "--repeat", row.id, "--yes", "--json"), [row]))
        return self.random.choice(ways)

    def _kill(self, user: User, kind: Kind, commands: list[Command], span: float, *, end_all: bool) -> None:
        """Start the commands, kill the first and perhaps the second, and pay a link meanwhile."""
        pids: dict[int, int] = {}

        def start(number: int) -> None:
            pids[number] = user.start(commands[number], kind.provider)

        def kill(number: int) -> None:
            os.kill(pids[number], signal.SIGKILL)

        events: list[tuple[float, Callable[[], None]]] = []
        for number in range(len(commands)):
            begins = self.random.uniform(0, span / 2) if number else 0.0
            events.append((begins, partial(start, number)))
            if number == 0 or end_all or self.random.random() < 0.5:
                events.append((begins + self.random.triangular(0, 1.1 * span, 0.7 * span), partial(kill, number)))
        if kind.name == "pay":
            events.append((self.random.uniform(0, 1.5 * span), partial(self._pay_a_link, user)))
        begun = time.monotonic()
        for at, happen in sorted(events, key=lambda event: event[0]):
            time.sleep(max(begun + at - time.monotonic(), 0))  # The moment of the kill: the fault itself.
            happen()
        for pid in pids.values():
            _end(user, pid)

    def _pay_a_link(self, user: User) -> None:
        """Pay the newest link that is open: only what is in the journal was ever shown."""
        links = [row for row in user.rows() if row.kind.name == "pay" and row.state in OPEN]
        if links:
            self.sandbox.pay(links[-1].id)

    def _count(self, kind: Kind, what: str, times: int = 1) -> None:
        self.result.met[what, kind.name] += times


def _end(user: User, pid: int) -> None:
    code = user.end(pid)
    assert code in _EXPECTED, f"a command ended with {code}"


def _met(touched: list[Row]) -> str:
    """Where a kill met its payment: before anything was written, while it was open, or after it was settled."""
    if not touched:
        return "before"
    return "in flight" if any(row.state in OPEN for row in touched) else "after"
