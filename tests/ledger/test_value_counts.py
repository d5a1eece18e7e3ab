"""How many rows each value offered would find: those that the whole query finds once it is taken."""

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from tests.conftest import NOW, FixedClock
from tests.ledger.matching import matches
from tests.ledger.rows import history, row
from tui.account.ledger_queries import LedgerQueries
from tui.ledger.query.query import parse
from tui.ledger.store.store import LedgerStore

ROWS = (
    row("n1", usecase="image", status="Past due"),
    row("n2", at=None, usecase="text, to speech"),
    row("n3", at=NOW - timedelta(days=40), usecase="Straße", unit="EUR"),
    *history(400),
)


@pytest.fixture
async def search(tmp_path: Path) -> AsyncIterator[LedgerQueries]:
    store = LedgerStore(tmp_path / "ledger.sqlite3", "fp", UTC)
    store.add(ROWS)
    opened = LedgerQueries(store, FixedClock(), UTC)
    yield opened
    await opened.close()
    store.close()


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("usecase:", ""),
        ("usecase:im", " type:debit"),
        ("type:credit -status:failed usecase:", ""),
        ("status:", " since:2d usecase:image"),
        ("-usecase:llm type:", ""),
        ("since:3d source:", ""),
        ("month:", " usecase:image,text"),
    ],
)
async def test_each_value_tells_how_many_rows_it_would_find(search: LedgerQueries, before: str, behind: str) -> None:
    found = await search.complete(parse(before + behind, NOW, UTC), len(before))
    assert found is not None
    assert found.counted
    for option, count in found.counted:
        query = parse(before[: found.start] + option + behind, NOW, UTC)
        assert query.error is None
        assert count == sum(matches(query, each) for each in ROWS), option


async def test_those_that_find_most_come_first_and_nothing_is_told_where_every_row_would_be_looked_at(
    search: LedgerQueries,
) -> None:
    status = await search.complete(parse("usecase:image status:", NOW, UTC), 21)
    assert status is not None
    assert status.counted == (("success", 126), ("failed", 8), ('"Past due"', 1))
    looked_at = await search.complete(parse("amount:>1 status:", NOW, UTC), 17)
    assert looked_at is not None
    assert looked_at.counted == (("success", None), ("failed", None), ('"Past due"', None))
