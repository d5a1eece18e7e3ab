"""Twenty accounts of which half are broken, refreshed: a few rounds of what `tests.faults.soak` does for minutes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import Record
from tests.faults.soak import MOST, Sample, slopes

row = pytest.mark.row


@row("B2", injected="20 accounts, 10 of them broken in ten ways, refreshed eight times")
def test_what_broken_accounts_answer_is_let_go(tmp_path: Path, record: Record) -> None:
    command = [sys.executable, "-m", "tests.faults.soaking_child", str(tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=240, check=True)
    first, then = json.loads(done.stdout)
    grown = {name: then[name] - value for name, value in first.items()}
    # Kept answers were 70 MB a round and more, kept tracebacks some thousand things.
    assert grown["kept"] < 300, grown
    assert grown["megabytes"] < 60, grown
    assert grown["descriptors"] < 60, grown
    assert grown["threads"] < 12, grown
    assert then["most megabytes"] < 450, then
    record("Memory, descriptors and threads stay level.")


@pytest.mark.parametrize(("leak", "told"), [(0.0, False), (0.5, True)])
def test_a_slope_is_not_tilted_by_single_moments(leak: float, told: bool) -> None:
    samples = [Sample(at, 150 + leak * at + 40 * (at % 7 == 0), 280 + 20 * (at % 5 == 0), 27) for at in range(200)]
    grown = slopes(samples)
    assert (grown.megabytes > MOST.megabytes) is told
    assert (grown.descriptors, grown.threads) == (0, 0)
