"""A window on a result: any stretch of it, its sums, and never an older answer in the place of a newer one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.ledger.matching import matches
from tests.ledger.rows import history, row
from tui.ledger.query.query import EVERYTHING, Query, parse
from tui.ledger.results.result import SortBy, SortOrder
from tui.ledger.results.totals import totals
from tui.ledger.results.window import LedgerWindow, Superseded
from tui.ledger.store.store import LedgerError, LedgerStore

ROWS = history(3000)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> LedgerStore:
    made = LedgerStore(tmp_path_factory.mktemp("window") / "ledger.sqlite3", "fp", UTC)
    made.add(ROWS)
    return made


@pytest.fixture
async def window(store: LedgerStore) -> AsyncIterator[LedgerWindow]:
    opened = LedgerWindow(store)
    yield opened
    await opened.close()


def asked(text: str) -> Query:
    query = parse(text, NOW, UTC)
    assert query.error is None
    return query


async def test_any_stretch_of_a_result_and_what_all_of_it_comes_to(window: LedgerWindow) -> None:
    query = asked("usecase:image amount:>=0.50")
    wanted = tuple(each for each in ROWS if matches(query, each))
    view = window.open(query)
    assert await view.first(40) == wanted[:40]
    assert await view.totals() == totals(wanted)
    assert await view.rows(len(wanted) // 2, 50) == wanted[len(wanted) // 2 :][:50]
    assert await view.rows(len(wanted) - 5, 50) == wanted[-5:]
    assert await view.rows(len(wanted), 50) == ()
    day = ROWS[1000].at
    assert day is not None
    place = await view.position_of(day)
    assert wanted[place - 1].at > day >= wanted[place].at  # type: ignore[operator]  # every row has a time


async def test_only_the_newest_of_many_queries_is_answered(window: LedgerWindow) -> None:
    """As somebody types: each letter asks anew before the last was answered."""
    typed = ["", "i", "im", "image", "image -failed", "llm"]
    views = [window.open(asked(text)) for text in typed]
    answers = await asyncio.gather(*(view.totals() for view in views), return_exceptions=True)
    assert all(isinstance(each, Superseded) for each in answers[:-1])
    wanted = [each for each in ROWS if matches(asked("llm"), each)]
    assert answers[-1] == totals(wanted)
    assert await views[-1].rows(0, 10) == tuple(wanted[:10])
    with pytest.raises(Superseded):
        await views[0].rows(0, 10)


async def test_giving_up_waiting_does_not_give_up_the_answer(window: LedgerWindow) -> None:
    view = window.open(asked("amount:>=1"))
    waiting = asyncio.ensure_future(view.rows(0, 5))
    await asyncio.sleep(0)
    waiting.cancel()
    wanted = [each for each in ROWS if matches(asked("amount:>=1"), each)]
    assert await view.rows(0, 5) == tuple(wanted[:5])


async def test_a_result_stays_as_it_was_found(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path / "ledger.sqlite3", "fp", UTC)
    store.add(ROWS[:100])
    window = LedgerWindow(store)
    view = window.open(EVERYTHING, SortOrder(SortBy.AMOUNT))
    before = await view.rows(0, 100)
    store.add([row("new", "1000", at=NOW)])
    assert await view.rows(0, 100) == before
    assert (await window.open(EVERYTHING, SortOrder(SortBy.AMOUNT)).rows(0, 1))[0].id == "new"
    await window.close()
    store.close()


async def test_a_file_that_breaks_while_it_is_open_is_said_in_words(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path / "ledger.sqlite3", "fp", UTC)
    window = LedgerWindow(store)
    store.connection.execute("DROP TABLE tx")
    with pytest.raises(LedgerError, match="cannot be used"):
        await window.open(asked("amount:1")).totals()
    await window.close()
