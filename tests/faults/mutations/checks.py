"""What must hold whatever an answer says: the columns of the report."""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from tests.faults.mutations.paying import PROVING
from tests.faults.mutations.proxy import Exchange
from tests.faults.mutations.scenarios import Scenario
from tests.faults.mutations.stage import HURRY, Ran, Stage

CODES = frozenset(range(11))
"""The exit codes of the contract."""
SECONDS = 2.0
"""How much longer than twice its time with true answers a scenario may take."""
ASKED_TO_WAIT = 40.0 / HURRY
"""How much longer still where the answer asks to wait: a ledger is tried ten times, each three times, 1 s apart."""
MEGABYTES = 80
"""How much more memory than before it may need at its peak."""
_RAW = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]|\r(?!\n)"
)
_SECRET = re.compile(r"(?:pi|seti|sk|rk)_\w*_secret_\w+")
_BOOKS = frozenset({"GET /wallet/transactions", "GET /admin/credits/transactions"})
"""What lists everything that was booked."""
_TRACE = ("Traceback (most recent", 'File "/', "Something unexpected", "starts again by itself")
"""Tracebacks, and the words for a fault of billtop's own."""


class Fault(StrEnum):
    """What may be wrong with a run."""

    EXIT_CODE = "wrong exit code"
    DOCUMENT = "not one document"
    TRACEBACK = "traceback"
    SECRET = "secret"
    ESCAPE = "escape"
    SLOW = "too slow"
    MEMORY = "memory"
    DEAD = "dashboard dead"
    FALSE_DONE = "false done"
    DOUBLE = "double charge"


class Cost(NamedTuple):
    """What a run took."""

    seconds: float
    megabytes: float
    asked_to_wait: float
    """What of the seconds the server asked for."""


class Result(NamedTuple):
    """What came of one mutation."""

    id: str
    met: bool
    """Whether there was such an answer to change."""
    faults: dict[Fault, str]
    """Each with what was seen."""
    lost: bool
    """Whether a payment that the answer proves was not said to be done; no fault, but worth knowing."""


def judge(scenario: Scenario, stage: Stage, ran: Ran, cost: Cost, usual: float) -> tuple[dict[Fault, str], bool]:
    """Say what is wrong with a run, and whether a proven payment was not recognised."""
    faults: dict[Fault, str] = {}
    shown = ran.out + ran.err
    if ran.crash:
        faults[Fault.TRACEBACK if ran.code is not None else Fault.DEAD] = ran.crash
    elif stage.broken.seen:
        faults[Fault.TRACEBACK] = stage.broken.seen[0]
    elif ran.code is not None and ran.code not in CODES:
        faults[Fault.EXIT_CODE] = f"exit code {ran.code}"
    if ran.json and not ran.crash and not _one_document(ran.out):
        faults[Fault.DOCUMENT] = ran.out[:200] or "stdout is empty"
    for fault, seen in _in_text(stage, shown, stage.log()):
        faults.setdefault(fault, seen)
    if cost.seconds > 2 * usual + SECONDS + cost.asked_to_wait:
        faults[Fault.SLOW] = f"{cost.seconds:.1f} s, usually {usual:.1f} s"
    if cost.megabytes > MEGABYTES:
        faults[Fault.MEMORY] = f"{cost.megabytes:.0f} MB more"
    proven = _proven(scenario, stage, ran)
    if ran.done and not proven:
        faults[Fault.FALSE_DONE] = shown.strip()[:300]
    if stage.charged() > scenario.charges:
        faults[Fault.DOUBLE] = f"{stage.charged()} charges"
    sent = [each.endpoint for each in stage.exchanges if each.endpoint in PROVING and each.endpoint.startswith("POST")]
    if scenario.sent_once and len(sent) > 1:
        faults[Fault.DOUBLE] = f"sent {len(sent)} times"
    return faults, scenario.comes_to_done and ran.says is not None and proven and not ran.done


def _proven(scenario: Scenario, stage: Stage, ran: Ran) -> bool:
    """Whether done may be said: the answer to the call says so, or reading found what was really booked."""
    if ran.says is None:
        return not ran.done
    asked = [each for each in stage.exchanges if each.endpoint in PROVING]
    if any(ran.says(each.answer) for each in asked or stage.exchanges):
        return True
    if scenario.charges == 0:
        return ran.looked_up and _read_later(stage.exchanges)
    return stage.charged() == 1 and (ran.looked_up or _read_later(stage.exchanges))


def _read_later(exchanges: list[Exchange]) -> bool:
    """Whether a true list of what was booked was read after the call."""
    for each in reversed(exchanges):
        if each.endpoint in PROVING:
            return False
        if each.endpoint in _BOOKS and not each.changed:
            return True
    return False


def _one_document(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _in_text(stage: Stage, shown: str, log: str) -> Iterator[tuple[Fault, str]]:
    if any(words in shown for words in _TRACE):
        yield Fault.TRACEBACK, shown[:300]
    for where, text in (("output", shown), ("log", log)):
        found = [secret for secret in stage.secrets if secret in text] or _SECRET.findall(text)
        if found:
            yield Fault.SECRET, f"{found[0][:12]}… in the {where}"
    raw = _RAW.search(shown)
    if raw is not None:
        yield Fault.ESCAPE, repr(shown[max(raw.start() - 40, 0) : raw.end() + 20])
