"""Our journal and the server's books side by side: what was charged twice, lost, or said falsely."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.kills.kinds import Kind, kind_of
from tui.sandbox.checkouts import PAGE
from tui.sandbox.credit_lots import PRICES
from tui.sandbox.harness import RunningSandbox

OPEN = frozenset({"prepared", "sent", "unknown", "processing", "pending"})
_PAID = frozenset({"done", "reconciled", "issuing", "paid"})
_UNPAID = frozenset({"failed", "requires_action", "expired"})
_CHARGES = """
SELECT intent_id, path, CASE keyed WHEN 0 THEN amount ELSE key END, state, sent_at IS NOT NULL,
    path || ' ' || CAST(body AS TEXT) FROM intents ORDER BY rowid
"""
_LINKS = "SELECT session_id, :page, session_id, state, 1, session_id FROM checkouts ORDER BY rowid"


@dataclass(frozen=True)
class Row:
    """A payment in our journal: a charge or a payment link.

    `mark` is what the server's books know it by: its key, its session or, where there is neither, the size bought.
    `same` is equal for payments that are the same to the provider.
    """

    id: str
    kind: Kind
    mark: str
    state: str
    sent: bool
    same: str


@dataclass(frozen=True)
class Charge:
    """Money that the server took."""

    kind: Kind
    mark: str


@dataclass
class Findings:
    """How often each kind of payment went wrong in each way, and the particulars."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    particulars: list[str] = field(default_factory=list)

    def add(self, what: str, kind: Kind, particulars: object, times: int = 1) -> None:
        """Note a fault: double, lost or false."""
        if times > 0:
            self.counts[what, kind.name] += times
            self.particulars.append(f"{what}: {kind.name}: {particulars}")


def rows(journal: Path) -> list[Row]:
    """What our journal has: charges oldest first, then links; nothing while there is none."""
    if not journal.exists():
        return []
    with closing(sqlite3.connect(journal)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        found = db.execute(_CHARGES).fetchall() if "intents" in tables else []
        found += db.execute(_LINKS, {"page": PAGE}).fetchall() if "checkouts" in tables else []
    return [Row(name, kind_of(path), mark, state, bool(sent), same) for name, path, mark, state, sent, same in found]


def charges(sandbox: RunningSandbox) -> list[Charge]:
    """What the server charged."""
    return [_charge(each) for each in sandbox.charges()]


def _charge(made: dict[str, Any]) -> Charge:
    kind = kind_of(made["path"])
    if kind.name == "pay":
        return Charge(kind, made["path"].rpartition("/")[2])
    sizes = {f"{cents / 100:.2f}": str(size) for size, cents in PRICES.items()}
    return Charge(kind, made["idempotency_key"] or sizes[made["amount"]])


def compare(written: Sequence[Row], charged: Iterable[Charge], findings: Findings) -> None:
    """Compare the journal after everything was settled with what the server charged."""
    counted = Counter(charged)
    by_mark: defaultdict[tuple[Kind, str], list[Row]] = defaultdict(list)
    for row in written:
        by_mark[row.kind, row.mark].append(row)
    for charge, times in counted.items():
        if (charge.kind, charge.mark) not in by_mark:
            findings.add("lost", charge.kind, f"charged, and in no row: {charge.mark}", times)
    for (kind, mark), ours in by_mark.items():
        _compare(kind, ours, counted[Charge(kind, mark)], findings)


def _compare(kind: Kind, ours: Sequence[Row], times: int, findings: Findings) -> None:
    sent = [row for row in ours if row.sent]
    said_paid = sum(row.state in _PAID for row in sent)
    said_unpaid = sum(row.state in _UNPAID for row in sent)
    # A top-up whose answer was lost stays unknown where the lots may be somebody else's: only all of them tell.
    stuck = [row for row in ours if row.state in OPEN and (kind.keyed or (row.sent and times >= len(sent)))]
    particulars = f"charged {times} times; the journal: {', '.join(f'{row.id} {row.state}' for row in ours)}"
    findings.add("double", kind, particulars, times - len(sent))
    findings.add("false", kind, particulars, said_paid - times)
    findings.add("false", kind, particulars, min(times, len(sent)) - (len(sent) - said_unpaid))
    findings.add("lost", kind, particulars, len(stuck))


def find_duplicates(written: Sequence[Row], findings: Findings) -> None:
    """The same payment must not be created again while an earlier one may have been charged."""
    for number, row in enumerate(written):
        later = [each for each in written[number + 1 :] if (each.kind, each.same) == (row.kind, row.same)]
        if row.sent and row.state in OPEN:
            findings.add("double", row.kind, f"created again while one is {row.state}: {row.same}", len(later))


def not_read_back(written: Iterable[Row], charged: Iterable[Charge], findings: Findings) -> None:
    """A look at the provider must find what was charged, where the table says that reading can tell."""
    marks = {(each.kind, each.mark) for each in charged}
    for row in written:
        if row.kind.keyed and row.kind.read_back and row.state in OPEN and (row.kind, row.mark) in marks:
            findings.add("lost", row.kind, f"charged, and a check does not find it: {row.id} {row.state}")


def check_said(said: dict[str, Any], written: Sequence[Row], charged: Iterable[Charge], findings: Findings) -> None:
    """What a command printed as paid must have been charged by then."""
    items = said.get("items") or [said]
    named = {each.get("session_id") or each.get("intent_id") for each in items if each.get("status") in _PAID}
    marks = {(each.kind, each.mark) for each in charged}
    for row in written:
        if row.id in named and (row.kind, row.mark) not in marks:
            findings.add("false", row.kind, f"a command said paid, and nothing is charged: {row.id} {row.state}")
