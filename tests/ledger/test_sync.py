"""Reading a ledger into its file: complete, resumable, and right whatever happens between two pages."""

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import NOW, FixedClock
from tests.ledger.rows import history, newest, row
from tests.ledger.server import Server
from tui.domain import SafeText, TransactionPage, TransactionStatus
from tui.ledger.store.store import LedgerError, LedgerStore
from tui.ledger.sync.progress import SyncProgress, SyncState
from tui.ledger.sync.sync import LedgerSync
from tui.ledger.sync.verified_prefix import VerifiedPrefix
from tui.providers.base import HasLedger, TransactionQuery
from tui.providers.errors import NetworkTrouble, RateLimited


class Minutes:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LedgerStore]:
    opened = LedgerStore(tmp_path / "ledger.sqlite3", "fp", UTC)
    yield opened
    opened.close()


async def sync(server: HasLedger, store: LedgerStore, told: list[SyncProgress] | None = None) -> SyncProgress:
    time = Minutes()
    heard = told if told is not None else []
    return await LedgerSync(server, store, FixedClock(), heard.append, time.sleep, time.now).run()


def holds(store: LedgerStore, server: Server) -> bool:
    return {row.id: row for row in newest(store, 10_000)} == {row.id: row for row in server.rows}


@pytest.mark.parametrize("many", [0, 1, 20, 21, 400])
@pytest.mark.parametrize(("counts", "gives"), [(True, 20), (True, 7), (False, 20), (False, 7)])
async def test_everything_is_read_once(store: LedgerStore, many: int, counts: bool, gives: int) -> None:
    server = Server(history(many), counts=counts, gives=gives)
    done = await sync(server, store)
    assert holds(store, server)
    assert (done.state, done.rows, done.changed) == (SyncState.DONE, many, many)
    assert store.complete
    before = len(server.offsets)
    again = await sync(server, store)
    assert again.changed == 0
    # The newest page, and in turn one of those behind it.
    assert len(server.offsets) == before + (2 if many > server.page_size else 1)


def rows_arrive(server: Server, number: int) -> None:
    """Some rows between any two pages, now and then more than a page has."""
    for each in range((3, 0, 1, 25, 7)[number % 5] if number < 60 else 0):
        server.rows.insert(0, row(f"new-{number}-{each}", at=NOW + timedelta(seconds=number)))


def statuses_change(server: Server, number: int) -> None:
    """Pending rows arrive between any two pages, and each is settled some pages later."""
    if number < 40:
        server.rows.insert(0, row(f"new-{number}", at=NOW + timedelta(seconds=number), status="pending"))
    for index, each in enumerate(server.rows):
        if each.status == "pending" and number - int(each.id[4:]) > 6:
            server.rows[index] = each._replace(status=TransactionStatus("success"))


@pytest.mark.parametrize("meanwhile", [rows_arrive, statuses_change])
@pytest.mark.parametrize("counts", [True, False])
async def test_what_happens_between_two_pages_is_neither_lost_nor_repeated(
    store: LedgerStore, meanwhile: Callable[[Server, int], None], counts: bool
) -> None:
    server = Server(history(400), counts=counts, meanwhile=meanwhile)
    await sync(server, store)
    await sync(server, store)
    assert holds(store, server)


@pytest.mark.parametrize("seed", range(12))
async def test_any_course_of_events_ends_with_the_servers_set(store: LedgerStore, seed: int) -> None:
    """Rows arrive and vanish, syncs are given up halfway; the last one, undisturbed, puts everything right."""
    rng = random.Random(seed)
    names = count()

    def anything(server: Server, number: int) -> None:
        for _ in range(rng.choice((0, 0, 1, 3, 25))):
            server.rows.insert(0, row(f"new-{next(names)}", at=NOW + timedelta(seconds=1)))
        if rng.random() < 0.3 and server.rows:
            del server.rows[rng.randrange(len(server.rows))]

    server = Server(history(rng.choice((0, 5, 300))), gives=rng.choice((20, 7)), meanwhile=anything)
    for _ in range(2):
        giving_up = asyncio.ensure_future(sync(server, store))
        for _ in range(rng.randrange(150)):
            await asyncio.sleep(0)
        giving_up.cancel()
        await asyncio.gather(giving_up, return_exceptions=True)
        anything(server, 0)
    server.meanwhile = lambda server, number: None
    await sync(server, store)
    assert newest(store, 10_000) == tuple(server.rows)


def test_rows_of_one_moment_stand_as_the_provider_has_them_whenever_they_were_read(store: LedgerStore) -> None:
    rows = [row(f"r{number}") for number in range(12)]
    chain = VerifiedPrefix(store)
    chain.begin(rows[2:5], complete=False)
    chain.below([rows[8:12]])  # too far down
    chain.below([rows[4:9], rows[8:12]])
    assert newest(store, 20) == tuple(rows[2:])
    chain.doubt_all()
    chain.begin(rows[:5], complete=False)
    chain.below([rows[4:9], rows[8:12]])
    assert newest(store, 20) == tuple(rows)


def test_a_page_with_rows_of_all_kinds_is_taken(store: LedgerStore) -> None:
    """Proven ones, ones that have no place yet, and older ones, of which some had been read too early."""
    rows = [row(f"r{number}") for number in range(9)]
    chain = VerifiedPrefix(store)
    chain.begin(rows[:4], complete=False)
    chain.below([rows[6:8]])  # too far down
    chain.below([[row("new"), *rows[3:9]]])
    assert [each.id for each in newest(store, 20) if each.id != "new"] == [each.id for each in rows]


async def test_a_sync_goes_on_though_many_rows_have_vanished(store: LedgerStore) -> None:
    server = Server(history(2000))
    await LedgerSync(server, store, FixedClock()).run(enough=1500)
    del server.rows[1380:1700]
    await sync(server, store)
    assert holds(store, server)


async def test_a_sync_goes_on_where_it_was_given_up(store: LedgerStore) -> None:
    server = Server(history(400), counts=False)
    await LedgerSync(server, store, FixedClock()).run(enough=200)
    assert 200 <= store.count() < 250
    assert not store.complete
    assert newest(store, 200) == tuple(server.rows[:200])
    asked = len(server.offsets)
    await sync(server, store)
    assert holds(store, server)
    assert min(server.offsets[asked + 1 : -1]) >= 199


async def test_pages_come_several_at_a_time_where_the_provider_counts(store: LedgerStore) -> None:
    server = Server(history(400))
    await sync(server, store)
    assert server.most_at_once == 8
    assert len(server.offsets) <= 23


async def test_the_rate_limit_is_kept_and_a_refusal_waited_out(store: LedgerStore) -> None:
    class Limited(Server):
        reads_per_minute = 8

    time = Minutes()
    server = Limited(history(400), counts=False)
    server.refusals = [RateLimited(SafeText("Too many."), retry_after=timedelta(seconds=20))]
    told: list[SyncProgress] = []
    await LedgerSync(server, store, FixedClock(), told.append, time.sleep, time.now).run()
    assert holds(store, server)
    # Three quarters of eight calls in any minute.
    assert time.seconds >= (len(server.offsets) // 6 - 1) * 60
    waits = [each for each in told if each.state is SyncState.WAITING]
    assert waits[0].until == NOW + timedelta(seconds=20)


async def test_progress_tells_rows_total_pace_and_time_left(store: LedgerStore) -> None:
    class Limited(Server):
        reads_per_minute = 8

    told: list[SyncProgress] = []
    time = Minutes()
    await LedgerSync(Limited(history(400)), store, FixedClock(), told.append, time.sleep, time.now).run()
    first, last = told[0], told[-1]
    assert (first.rows, first.total, first.part) == (20, 400, 0.05)
    assert first.left is not None
    assert first.left > timedelta(minutes=1)
    assert (last.state, last.rows, last.left, last.part) == (SyncState.DONE, 400, timedelta(0), 1.0)
    assert [each.rows for each in told] == sorted(each.rows for each in told)
    assert first.pace is None
    assert last.pace == round(400 / time.seconds)


async def test_the_pace_and_the_time_left_agree_when_the_rate_limit_holds_a_burst_back(store: LedgerStore) -> None:
    class Limited(Server):
        reads_per_minute = 40

    time, told = Minutes(), list[SyncProgress]()

    def takes_a_while(server: Server, number: int) -> None:
        time.seconds += 0.3

    server = Limited(history(2000), meanwhile=takes_a_while)
    await LedgerSync(server, store, FixedClock(), told.append, time.sleep, time.now).run()
    both = [(each.pace, each.left.total_seconds(), 2000 - each.rows) for each in told if each.pace and each.left]
    assert both
    assert all(pace * left <= rest + left / 2 for pace, left, rest in both)


async def test_an_error_keeps_what_was_read(store: LedgerStore) -> None:
    server = Server(history(400), counts=False)

    def cut_off(server: Server, number: int) -> None:
        if number == 5:
            raise NetworkTrouble(SafeText("No answer."))

    server.meanwhile = cut_off
    with pytest.raises(NetworkTrouble):
        await sync(server, store)
    assert newest(store, 1000) == tuple(server.rows[: store.count()])
    assert store.count() > 60
    await sync(server, store)
    assert holds(store, server)


async def test_two_instances_read_one_ledger(tmp_path: Path) -> None:
    """The second waits for the first, and both have everything."""
    server = Server(history(400))
    stores = [LedgerStore(tmp_path / "ledger.sqlite3", "fp", UTC) for _ in range(2)]
    told: list[SyncProgress] = []
    await asyncio.gather(sync(server, stores[0]), sync(server, stores[1], told))
    assert all(holds(each, server) for each in stores)
    # One read all of it, the other looked whether anything is new.
    assert len(server.offsets) <= 25
    for each in stores:
        each.close()


@pytest.mark.parametrize("told", [lambda count: count + 3, lambda count: count - 3, lambda count: min(count, 60)])
async def test_a_provider_that_miscounts_does_not_have_all_read_each_time(
    store: LedgerStore, told: Callable[[int], int]
) -> None:
    class Miscounting(Server):
        async def transactions(self, query: TransactionQuery) -> TransactionPage:
            return (await super().transactions(query))._replace(total=told(len(self.rows)))

    server = Miscounting(history(100))
    await sync(server, store)
    await sync(server, store)
    asked = len(server.offsets)
    server.rows.insert(0, row("new", at=NOW + timedelta(seconds=1)))
    await sync(server, store)
    assert holds(store, server)
    assert len(server.offsets) == asked + 2


async def test_pending_rows_are_looked_at_again_by_the_next_sync_not_by_the_one_that_read_them(
    store: LedgerStore,
) -> None:
    rows = list(history(400))
    rows[300] = rows[300]._replace(status=TransactionStatus("pending"))
    server = Server(rows)
    await sync(server, store)
    # Pages of twenty rows, one of them shared, one behind the last as that was full, and the newest once more.
    assert sorted(server.offsets) == [0, *range(0, 400, 19)]
    server.rows[300] = rows[300]._replace(status=TransactionStatus("success"))
    await sync(server, store)
    assert holds(store, server)


async def test_a_lock_that_cannot_be_made_is_said_in_words(store: LedgerStore) -> None:
    store.path.with_name(f".{store.path.name}.lock").mkdir()
    with pytest.raises(LedgerError, match="Nothing of yours is lost"):
        await sync(Server(history(20)), store)


@pytest.mark.parametrize("counts", [True, False])
async def test_older_rows_that_change_or_vanish_are_found_in_time(store: LedgerStore, counts: bool) -> None:
    server = Server(history(200), counts=counts)
    await sync(server, store)
    server.rows[150] = server.rows[150]._replace(status=TransactionStatus("refunded"))
    server.rows[90:93] = [row("late", at=server.rows[90].at)] if counts else []
    for _ in range(12):
        await sync(server, store)
    assert holds(store, server)
    del server.rows[160:]
    for _ in range(12):
        await sync(server, store)
    assert holds(store, server)
    asked = len(server.offsets)
    await sync(server, store)
    assert len(server.offsets) == asked + 2


async def test_a_provider_with_an_order_of_its_own_is_not_read_again_and_again(store: LedgerStore) -> None:
    rows = list(history(200))
    rows[50:150] = rows[50:150:2] + rows[51:150:2]
    server = Server(rows, counts=False)
    for _ in range(12):
        await sync(server, store)
    # Once when it is met, once because rows seem to have vanished, and two pages each time.
    assert len(server.offsets) < 2 * 25 + 2 * 12
