"""Rows P1 and P2: `billtop fund` killed at every point and at random ones, and two of it at once.

Real processes, real kills, the real sandbox; the server's own list of charges is what counts.
"""

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

from tests.cli.conftest import Billtop, account_of, finished
from tests.cli.wallet import HELD, charges, until, until_one_ended, until_said, until_struck
from tests.conftest import Sandboxes
from tests.faults.conftest import Record
from tests.faults.forker import Forker
from tui.domain import Intent, IntentState
from tui.payments.intents.journal import IntentJournal
from tui.sandbox.harness import RunningSandbox

row = pytest.mark.row
FUND = "/wallet/fund"
KILLS = 200
MEASURED = 5
"""Payments that nobody kills, to learn how long one takes."""
CARD = ["--card", "default", "--yes", "--json"]
S = IntentState


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=50, seed=7, rate_limits=False)


@pytest.fixture
def billtop(sandbox: RunningSandbox) -> Iterator[Billtop]:
    yield Billtop(account_of(sandbox))
    sandbox.clear_faults()


@pytest.fixture
def journal() -> Path:
    """The journal's file, made already."""
    path = Path(os.environ["XDG_DATA_HOME"]) / "billtop" / "payments.sqlite3"
    IntentJournal(path).close()
    return path


def written(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [state for (state,) in db.execute("SELECT state FROM intents")]


def is_writing(path: Path) -> bool:
    """Whether another process holds the write lock."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


class Held:
    """Lets a payment run up to one point and stay there."""

    def __init__(self, sandbox: RunningSandbox, path: Path, amount: str) -> None:
        self.sandbox, self.path, self.amount = sandbox, path, amount

    def before_the_journal(self) -> Callable[[], None]:
        fault = self.sandbox.fault("/billing/payment-methods", delay_ms=60_000)
        return lambda: until_struck(self.sandbox, fault)

    def written_down(self) -> Callable[[], None]:
        self._stay_while_writing("sent")
        return lambda: until(lambda: written(self.path) == ["prepared"] and is_writing(self.path), "prepared")

    def sent(self) -> Callable[[], None]:
        fault = self.sandbox.fault(FUND, delay_ms=60_000, drop=True)
        return lambda: until_struck(self.sandbox, fault)

    def committed(self) -> Callable[[], None]:
        self.sandbox.fault(FUND, delay_ms=60_000, after_commit=True)
        return lambda: until(lambda: charges(self.sandbox, self.amount), "charged")

    def answered(self) -> Callable[[], None]:
        self._stay_while_writing("done")
        return lambda: until(lambda: charges(self.sandbox, self.amount) and is_writing(self.path), "answered")

    def _stay_while_writing(self, state: str) -> None:
        """Make the write of `state` take for ever, inside SQLite; a kill there leaves the state before it."""
        forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        self._execute(f"CREATE TRIGGER hold BEFORE UPDATE ON intents WHEN NEW.state='{state}' BEGIN {forever}; END")

    def let_go(self) -> None:
        self._execute("DROP TRIGGER IF EXISTS hold")
        self.sandbox.clear_faults()

    def _execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(statement)


POINTS = [
    pytest.param("before_the_journal", "", 0, marks=row("P1", injected="killed before it is written down")),
    pytest.param("written_down", "prepared", 0, marks=row("P1", injected="killed after it is written down, unsent")),
    pytest.param("sent", "unknown", 0, marks=row("P1", injected="killed after sending, before the server commits")),
    pytest.param("committed", "unknown", 1, marks=row("P1", injected="killed after the commit, before the answer")),
    pytest.param("answered", "unknown", 1, marks=row("P1", injected="killed after the answer, before it is noted")),
]


@pytest.mark.parametrize(("point", "found", "charged"), POINTS)
def test_killed_at(
    billtop: Billtop, sandbox: RunningSandbox, journal: Path, record: Record, point: str, found: str, charged: int
) -> None:
    amount = f"40.{10 + [each.values[0] for each in POINTS].index(point)}"
    held = Held(sandbox, journal, amount)
    reached: Callable[[], None] = getattr(held, point)()
    with billtop.start("fund", amount, *CARD) as process:
        reached()
        process.kill()
    held.let_go()
    assert len(charges(sandbox, amount)) == charged

    next_start = items(billtop)
    assert [each["status"] for each in next_start] == ([found] if found else [])
    assert len(charges(sandbox, amount)) == charged, "a start sends nothing by itself"
    if not next_start:
        record("nothing was begun", charges="0")
        return
    (begun,) = next_start
    repeat = ["intents", "--repeat", begun["intent_id"], "--yes", "--json"]
    with billtop.start(*repeat) as first, billtop.start(*repeat) as second:
        codes = {finished(first).code, finished(second).code}
    assert 0 in codes
    assert codes <= {0, 8}
    (settled,) = items(billtop)
    assert settled["status"] == "done"
    (charge,) = charges(sandbox, amount)
    assert charge["idempotency_key"] == begun["idempotency_key"]
    told = f"next start: {found} ({', '.join(begun['actions'])}); repeated by two at once: {settled['status']}"
    record(told, charges=f"{charged}, then 1")


def items(billtop: Billtop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = billtop.run("intents", "--json").json["items"]
    return found


@row("P2", injected="one payment given twice at once, with one key")
def test_one_key_twice_at_once(billtop: Billtop, sandbox: RunningSandbox, record: Record) -> None:
    sandbox.fault(FUND, delay_ms=HELD)
    command = ["fund", "41.10", *CARD, "--idempotency-key", "order-1"]
    with billtop.start(*command) as first, billtop.start(*command) as second:
        waited = until_said("Another", first, second)
        sandbox.clear_faults()
        ran = [finished(first), finished(second)]
    assert [each.code for each in ran] == [0, 0]
    record(waited, charges=len(charges(sandbox, "41.10")))
    assert len(charges(sandbox, "41.10")) == 1


@row("P2", injected="one payment given twice at once, without a key")
def test_twice_at_once(billtop: Billtop, sandbox: RunningSandbox, record: Record) -> None:
    sandbox.fault(FUND, delay_ms=HELD)
    command = ["fund", "41.20", *CARD]
    with billtop.start(*command) as first, billtop.start(*command) as second:
        until_one_ended(first, second)
        sandbox.clear_faults()
        ran = sorted((finished(first), finished(second)), key=lambda each: each.code)
    assert [each.code for each in ran] == [0, 8]
    record(f"the second: {ran[1].json['error']['kind']}, exit code 8", charges=len(charges(sandbox, "41.20")))
    assert len(charges(sandbox, "41.20")) == 1


@row("P2", injected="the journal is locked for longer than 5 s")
def test_a_locked_journal(billtop: Billtop, sandbox: RunningSandbox, journal: Path, record: Record) -> None:
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        ran = billtop.run("fund", "41.30", *CARD)
    assert (ran.code, ran.json["error"]["kind"]) == (1, "journal")
    record(ran.json["error"]["message"].replace(str(journal), "…"), charges=len(charges(sandbox, "41.30")))
    assert charges(sandbox, "41.30") == []


@row("P2", injected="the journal is locked for a moment")
def test_a_journal_that_is_locked_for_a_moment(
    billtop: Billtop, sandbox: RunningSandbox, journal: Path, record: Record
) -> None:
    fault = sandbox.fault(FUND, delay_ms=1)
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        with billtop.start("fund", "41.40", *CARD) as process:
            # It has the file open and waits for its turn to write.
            until(lambda: str(journal) in opened(process.pid), "the journal is opened")
            db.execute("ROLLBACK")
            until_struck(sandbox, fault)
            ran = finished(process)
    assert ran.code == 0
    record("waited, then done", charges=len(charges(sandbox, "41.40")))
    assert len(charges(sandbox, "41.40")) == 1


def opened(pid: int) -> set[str]:
    """The files a process has open."""
    found = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # Closed since it was listed.
            found.add(str(handle.readlink()))
    return found


@pytest.fixture
def forker(billtop: Billtop) -> Forker:
    return Forker({**os.environ, **billtop.environ})


def stored(path: Path) -> list[Intent]:
    journal = IntentJournal(path)
    try:
        with closing(sqlite3.connect(path)) as db:
            (account,) = {account for (account,) in db.execute("SELECT account FROM intents")}
        return list(journal.intents(account, limit=10 * KILLS))
    finally:
        journal.close()


@row("P1", injected=f"killed {KILLS} times at random moments")
def test_random_kills(sandbox: RunningSandbox, journal: Path, forker: Forker, record: Record) -> None:
    """Every payment has an amount of its own, so that the server's list tells which one each charge was for."""
    amounts = iter(f"{50 + number / 100:.2f}" for number in range(2 * KILLS))
    before = len(sandbox.charges())
    random, typical, survived = Random(20261121), 0.0, 0
    for number in range(KILLS):
        if number in {0, KILLS // 2}:
            # The server takes a quarter of the time, however slow this machine is, for kills to come meanwhile: in the
            # first half before it commits, then after it.
            sandbox.clear_faults()
            alone = duration(forker, amounts)
            sandbox.fault(FUND, delay_ms=round(1000 * alone / 3), times=None, after_commit=number > 0)
            typical = alone * 4 / 3
        pid = forker.start("fund", next(amounts), *CARD)
        time.sleep(random.uniform(0, typical))  # The moment of the kill: the fault itself.
        os.kill(pid, signal.SIGKILL)
        survived += forker.end() == 0

    # One more that nobody kills: it outlasts whatever the last kill left under way at the server.
    assert forker.run("fund", next(amounts), *CARD) == 0
    sandbox.clear_faults()
    assert forker.run("intents") == 0
    told = {each.key: each.state for each in stored(journal)}
    for intent in stored(journal):
        if intent.state is S.UNKNOWN:
            assert forker.run("intents", "--check", intent.intent_id) in {0, 8}
    charged = Counter(str(each["idempotency_key"]) for each in sandbox.charges()[before:])
    assert set(charged) <= set(told), "every charge is one that was written down"
    for intent in stored(journal):
        count = charged[intent.key]
        assert count <= 1, intent
        assert intent.state in {S.DONE, S.RECONCILED, S.UNKNOWN, S.PREPARED}, intent
        # Not in the ledger proves nothing, so what was not charged stays unknown; what was charged is known.
        assert count == (1 if intent.state.succeeded else 0), intent

    for intent in stored(journal):
        if not intent.state.succeeded:
            assert forker.run("intents", "--repeat", intent.intent_id, "--yes") == 0
    assert {each.state for each in stored(journal)} <= {S.DONE, S.RECONCILED}
    charged = Counter(str(each["idempotency_key"]) for each in sandbox.charges()[before:])
    assert charged == Counter(told.keys())
    # The kills were not all too early or too late to mean anything.
    killed_in_flight = sum(state is S.UNKNOWN for state in told.values())
    assert survived < KILLS
    assert killed_in_flight > KILLS // 20
    assert len(told) < KILLS
    record(
        "the journal tells of each: never written down, unsent, unknown and not charged, or charged", charges="0 or 1"
    )


def duration(forker: Forker, amounts: Iterator[str]) -> float:
    """Seconds a payment takes that nobody kills."""
    seconds = []
    for _ in range(MEASURED):
        begun = time.monotonic()
        assert forker.run("fund", next(amounts), *CARD) == 0
        seconds.append(time.monotonic() - begun)
    return median(seconds)
