"""The ledger file: exact, private, thrown away when it cannot be used; its SQL means what the query means in Python."""

import resource
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from decimal import Decimal
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.ledger.matching import matches
from tests.ledger.rows import history, ledgers, newest, row
from tui.domain import SafeText, Transaction
from tui.ledger.query.query import Query, parse
from tui.ledger.results.result import NEWEST_FIRST, Selection, SortBy, SortOrder
from tui.ledger.results.totals import totals
from tui.ledger.store.rows import day_number, joined, split, to_micros
from tui.ledger.store.store import CHANGES, LedgerError, LedgerStore, StoreChange

_FILES = count()


def a_store(folder: Path) -> LedgerStore:
    return LedgerStore(folder / f"{next(_FILES)}.sqlite3", "fp", UTC)


def asked(text: str) -> Query:
    understood = parse(text, NOW, UTC)
    assert understood.error is None, understood.error
    return understood


_TEXTS = "i|image|IMAGE_G|é|Éclair|ss|straße|i\u0307|100%|%|_|\\|a b|a,b|a..b|pi_3|PI 3QX|re_3qx|é_1|É_1|txn 1|PI 1|1|e"
_values = st.sampled_from(_TEXTS.split("|"))
_terms = st.one_of(
    st.builds('{}:"{}"'.format, st.sampled_from(("usecase", "source", "status", "id")), _values),
    _values.map('"{}"'.format),
    st.sampled_from(("type:debit", "type:credit,debit", "status:failed,success", "status:past_due usecase:image,llm")),
    st.builds(
        "amount:{}{}".format, st.sampled_from(("", ">", ">=", "<", "<=")), st.sampled_from(("0", "1", "5", "12.34"))
    ),
    st.sampled_from(("amount:0.01..5", "amount:..4.999999999999,123456789012.5", "amount:1..")),
    st.sampled_from(("since:30d", "until:2026-11-01", "on:2026-11-17", "month:2026-11,2026-10", "on:..2026-11-10")),
    st.sampled_from(("since:2026-11-01T12:30", "until:240h", "on:2026-10-20..")),
)
_queries = st.lists(st.builds("{}{}".format, st.sampled_from(("", "-")), _terms), max_size=3).map(" ".join)


def changes(store: LedgerStore) -> int:
    return int(store.connection.execute(CHANGES).fetchone()[0])


def test_changes_of_rows_are_counted_and_nothing_else(tmp_path: Path) -> None:
    store, rows = a_store(tmp_path), history(3)
    assert changes(store) == 0
    store.add(rows)
    told = [changes(store)]
    store.add(rows)
    store.set_meta("total", "3")
    assert changes(store) == told[0]
    store.add([rows[0]._replace(reference=SafeText("another"))])
    told.append(changes(store))
    with store.transaction() as db:
        store.remove(db, [int(db.execute("SELECT min(key) FROM tx").fetchone()[0])])
    told.append(changes(store))
    assert told == sorted(set(told))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ledgers, texts=st.lists(_queries, min_size=1, max_size=6))
def test_sql_finds_and_adds_up_what_python_does(tmp_path: Path, rows: list[Transaction], texts: list[str]) -> None:
    store = a_store(tmp_path)
    store.add(rows)
    for text in texts:
        query = asked(text)
        wanted = [each for each in rows if matches(query, each)]
        selection = Selection(query, NEWEST_FIRST)
        told = selection.build(store.connection)
        found = selection.rows(store.connection, 0, len(rows) + 1)
        assert sorted(found, key=by_id) == sorted(wanted, key=by_id), text
        assert found == selection.first(store.connection, len(rows) + 1)
        assert told == selection.totals(store.connection)
        expected = totals(wanted)
        assert told.count == expected.count
        assert set(told.sums) == set(expected.sums) or not wanted
    store.close()


def by_id(each: Transaction) -> str:
    return each.id


@pytest.mark.parametrize("by", SortBy)
@pytest.mark.parametrize("descending", [True, False])
def test_rows_stand_in_order_and_a_moment_among_them(tmp_path: Path, by: SortBy, descending: bool) -> None:
    store = a_store(tmp_path)
    rows = [*history(300), row("timeless", at=None)]
    store.add(rows)
    selection = Selection(asked(""), SortOrder(by, descending))
    selection.build(store.connection)
    found = selection.rows(store.connection, 0, 1000)
    assert len(found) == len(rows)
    if by is SortBy.AMOUNT:
        amounts = [each.amount.amount for each in found]
        assert amounts == sorted(amounts, reverse=descending)
        return
    assert found == tuple(rows if descending else rows[::-1])
    moment = rows[100].at
    assert moment is not None
    place = selection.position_of(store.connection, moment)
    assert found[place] == rows[100]
    assert selection.rows(store.connection, place, 3) == found[place : place + 3]


_INDEXED = "tx_by_time"


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("", _INDEXED),
        ("since:30d", _INDEXED),
        ("month:2026-03 type:debit", _INDEXED),
        ("on:today -status:failed image", _INDEXED),
        ("type:debit status:failed", _INDEXED),
        ("usecase:image -source:stripe amount:>=5", _INDEXED),
        ('"free text" amount:1..20', "SCAN tx"),
        ("id:7", "SCAN tx"),
        ("-since:30d", _INDEXED),
    ],
)
def test_no_filter_walks_an_index_it_should_not(tmp_path: Path, text: str, uses: str) -> None:
    """The index alone tells of all but texts; looking rows up by it costs more than to walk over them as they lie."""
    store = a_store(tmp_path)
    query = asked(text)
    selection = Selection(query, NEWEST_FIRST)
    selection.build(store.connection)
    plan = explained(store, selection.build_sql, selection.where.parameters)
    assert (_INDEXED in plan) is (uses == _INDEXED), plan
    assert uses != _INDEXED or "image" in text.split() or f"COVERING INDEX {_INDEXED}" in plan, plan
    first = explained(store, selection.first_sql, (*selection.where.parameters, 100))
    assert _INDEXED in first
    assert "TEMP B-TREE FOR ORDER BY" not in first.splitlines()[1]


def explained(store: LedgerStore, sql: str, parameters: tuple[int | str, ...]) -> str:
    plan = store.connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
    return "\n".join(str(step[3]) for step in plan)


@given(st.decimals(-(10**15), 10**15, places=12) | st.decimals(0, 1000, places=2))
def test_an_amount_is_kept_exactly(amount: Decimal) -> None:
    assert joined(*split(amount)) == amount


def test_an_amount_finer_than_any_provider_gives_is_refused() -> None:
    with pytest.raises(ValueError, match="12 decimals"):
        split(Decimal("1e-13"))


def test_a_row_is_brought_up_to_date_with_its_part_of_the_sums(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert store.add([row("1", "2", status="pending"), row("2", "3")]).added == 2
    assert store.add([row("1", "2.50", status="failed"), row("2", "3")]) == StoreChange(0, 1)
    assert row("1", "2.5", status="failed") in newest(store, 2)
    told = Selection(asked(""), NEWEST_FIRST).totals(store.connection)
    assert told == totals([row("1", "2.5", status="failed"), row("2", "3")])


def test_rows_that_found_no_room_come_in_whole_when_there_is_room(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.add([row("1")])
    rows = [row(f"r{number}", usecase="new", reference="x" * 3000) for number in range(40)]
    with no_more_room(store), pytest.raises(LedgerError, match="cannot be used"):
        store.add(rows)
    store.add(rows)
    assert newest(store, 100) == (row("1"), *rows)
    assert store.count() == 41


@contextmanager
def no_more_room(store: LedgerStore) -> Iterator[None]:
    """Let no file grow beyond what the write-ahead log is, as on a full disk: it is met by the commit."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = store.path.with_name(f"{store.path.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_days_are_those_of_the_zone_and_change_with_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    rows = history(200)
    for zone in (UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns")):
        store = LedgerStore(path, "fp", zone)
        store.add(rows)
        held = dict(store.connection.execute("SELECT day, sum(count) FROM rollup GROUP BY day").fetchall())
        days = [day_number(to_micros(each.at), zone) for each in rows if each.at]
        assert held == {day: days.count(day) for day in days}
        store.close()


def test_the_file_is_private_and_in_wal_mode(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path / "ledgers" / "a.sqlite3", "fp", UTC)
    store.add(history(3))
    for part in store.path.parent.iterdir():
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def _of_a_newer_version(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"this is no database, it only looks like a file" * 100),
        lambda path: path.write_bytes(path.read_bytes()[:3000]),
        _of_a_newer_version,
    ],
    ids=["garbage", "cut off", "newer"],
)
def test_a_file_that_cannot_be_used_is_made_anew(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "ledger.sqlite3"
    store = LedgerStore(path, "fp", UTC)
    store.add(history(50))
    store.close()
    spoil(path)
    again = LedgerStore(path, "fp", UTC)
    assert (again.count(), again.complete) == (0, False)
    assert again.add(history(50)).added == 50
    again.close()


def test_damage_found_while_the_file_is_open_is_said_and_gone_with_the_next_opening(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    store = LedgerStore(path, "fp", UTC)
    store.add(history(2000))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:20_000] + b"\xff" * (len(whole) - 20_000))
    with pytest.raises(LedgerError, match="cannot be used"):
        newest(LedgerStore(path, "fp", UTC), 2000)
    again = LedgerStore(path, "fp", UTC)
    assert again.add(history(50)).added == 50
    again.close()


def test_a_file_of_another_account_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    LedgerStore(path, "mine", UTC).add(history(5))
    assert LedgerStore(path, "yours", UTC).count() == 0


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "ledger.sqlite3").symlink_to(victim)
    LedgerStore(tmp_path / "ledger.sqlite3", "fp", UTC).add(history(1))
    assert victim.read_text() == "precious"


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="Nothing of yours is lost"):
        LedgerStore(tmp_path / "file" / "ledger.sqlite3", "fp", UTC)
