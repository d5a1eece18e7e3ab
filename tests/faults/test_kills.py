"""Every kind of payment killed at random moments, with two instances racing now and then: a small run of the command.

`python -m tests.faults.kills --count 1000` is the long one.
"""

from tests.faults.kills.__main__ import table
from tests.faults.kills.rounds import run

ROUNDS = 60


def test_nothing_is_charged_twice_or_lost_or_said_falsely() -> None:
    result = run(ROUNDS, seed=12)
    assert not result.findings.particulars, table(result)
    # The kills were not all too early or too late to mean anything.
    assert sum(times for (what, _), times in result.met.items() if what == "in flight") > ROUNDS // 10
