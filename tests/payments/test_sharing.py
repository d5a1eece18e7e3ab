"""Another process that opens and closes the journal takes nothing away from one that has it open."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

from tests.payments.scripted import PAID, START, ScriptedProvider, session
from tui.domain import CheckoutState
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.outcome import settle
from tui.payments.intents.journal import IntentJournal

_LOOK = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT state FROM checkouts').fetchone())"


def seen_by_another(path: Path) -> str:
    """The state of the one session, as a process reads it that then closes the journal."""
    looked = subprocess.run([sys.executable, "-c", _LOOK, str(path)], stdout=subprocess.PIPE, check=True, timeout=60)
    return looked.stdout.decode().strip()


def test_what_is_written_after_another_process_left_is_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "payments.sqlite3"
    provider = ScriptedProvider()
    begun = session(provider)
    with closing(CheckoutJournal(path)) as checkouts, closing(IntentJournal(path)):
        checkouts.add(begun)
        assert seen_by_another(path) == CheckoutState.PENDING
        checkouts.save(settle(begun, PAID, START, over=False, jitter=Random(1)))
        assert seen_by_another(path) == CheckoutState.PAID


def test_opening_it_again_and_closing_that_takes_nothing_either(tmp_path: Path) -> None:
    path = tmp_path / "payments.sqlite3"
    provider = ScriptedProvider()
    begun = session(provider)
    with closing(CheckoutJournal(path)) as checkouts:
        checkouts.add(begun)
        CheckoutJournal(path).close()
        assert seen_by_another(path) == CheckoutState.PENDING
        checkouts.save(settle(begun, PAID, START, over=False, jitter=Random(1)))
        assert seen_by_another(path) == CheckoutState.PAID
