"""Pages that are stored together come to what they come to one after the other."""

from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.rows import history, newest
from tui.domain import Transaction, TransactionStatus
from tui.ledger.store.store import LedgerStore
from tui.ledger.sync.verified_prefix import Read, VerifiedPrefix

_FILES = count()
_ROWS = history(60)
_SIZE = 10

_steps = st.lists(st.tuples(st.integers(-6, 16), st.booleans()), min_size=1, max_size=6)
"""How much further down than the one before each page begins, and whether a row both show has changed by then."""


def _pages(rows: list[Transaction], begin: int, steps: list[tuple[int, bool]]) -> list[tuple[Transaction, ...]]:
    at, pages = begin, []
    for step, changed in steps:
        at = min(max(0, at + step), len(rows))
        if changed and at < len(rows):
            rows[at] = rows[at]._replace(status=TransactionStatus("refunded"))
        pages.append(tuple(rows[at : at + _SIZE]))
    return pages


def _begun(folder: Path) -> tuple[LedgerStore, VerifiedPrefix]:
    store = LedgerStore(folder / f"{next(_FILES)}.sqlite3", "fp")
    chain = VerifiedPrefix(store)
    chain.begin(_ROWS[:_SIZE], complete=False)
    return store, chain


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reads=st.lists(_steps, min_size=1, max_size=3))
def test_pages_together_are_what_they_are_one_by_one(tmp_path: Path, reads: list[list[tuple[int, bool]]]) -> None:
    rows = list(_ROWS)
    (store, chain), (other_store, other) = _begun(tmp_path), _begun(tmp_path)
    for steps in reads:
        pages = _pages(rows, chain.depth - 2, steps)
        together = chain.below(pages)
        apart: list[Read] = []
        for page in pages:
            if not apart or apart[-1].overlapping:
                apart += other.below([page])
        assert newest(store, 100) == newest(other_store, 100)
        assert (chain.bottom, chain.rows, chain.unproven) == (other.bottom, other.rows, other.unproven)
        assert VerifiedPrefix(store).unproven == chain.unproven
        assert sum(read.changed for read in together) == sum(read.changed for read in apart)
        assert [(read.linked, read.added, read.overlapping) for read in together] == [
            (read.linked, read.added, read.overlapping) for read in apart
        ]
    store.close()
    other_store.close()
