"""The ledger as somebody uses it: filtering, reading on, looking closer, while new rows arrive."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from threading import Event

import pytest

from tests.conftest import NOW, FixedClock
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, transactions, usd
from tests.tui.looking import until
from tests.tui.reading import at_rest, line_with, press, screen_lines, screen_text, type_text
from tui.account.state import Snapshot
from tui.app.billing_app import BillingApp
from tui.domain import CREDIT, DEBIT, SafeText, Transaction, TransactionStatus
from tui.providers.errors import ServerTrouble
from tui.screens.ledger.view import LedgerView

Loaded = Callable[[BillingApp, object], Awaitable[None]]

ROW = Transaction(
    "txn_1",
    NOW - timedelta(hours=1),
    DEBIT,
    usd("1.20"),
    TransactionStatus("success"),
    text("training"),
    text("wallet"),
)
TOP_UP = Transaction(
    "txn_2", NOW, CREDIT, usd("25.00"), TransactionStatus("success"), text("funding"), text("stripe"), text("pi_3Q")
)
FAILED = ROW._replace(id="txn_3", amount=usd("4.00"), status=TransactionStatus("failed"))


def body(app: BillingApp) -> list[str]:
    """The rows of the table that are on the screen."""
    lines = screen_lines(app)
    header = next(index for index, line in enumerate(lines) if "type" in line and "amount" in line)
    return [line.rstrip("▁▂▃▄▅▆▇█ ") for line in lines[header + 1 : -1] if line.strip()]


def version(app: BillingApp) -> int:
    """The state of the local copy: views look through it again when there is another one."""
    rows = app.snapshot.ledger.value
    assert rows is not None
    return rows.version


async def read_again(app: BillingApp, pilot: object, loaded: Loaded) -> None:
    app.account_session.refresh(Snapshot.ledger)
    await loaded(app, pilot)


async def test_the_border_counts_and_sums_what_moved(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.rows = (TOP_UP, ROW, FAILED)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        line_with(app, "3 transactions · in 25.00 · out 1.20 USD")
        assert next(row for row in body(app) if "−1.20" in row).split()[-5:] == [
            "debit",
            "−1.20",
            "success",
            "training",
            "wallet",
        ]
        assert "+25.00" in body(app)[0]
        assert "credit" in body(app)[0]


async def test_amounts_line_up_on_the_point(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    amounts = ("1.20", "1148.31", "0.0035", "12")
    provider.rows = tuple(ROW._replace(id=f"txn_{amount}", amount=usd(amount)) for amount in amounts)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        shown = body(app)
        assert [word for row in shown for word in row.split() if word.startswith("−")] == [
            "−1.20",
            "−1,148.31",
            "−0.0035",
            "−12.00",
        ]
        assert len({row.index(".") for row in shown}) == 1


async def test_the_end_is_one_key_away(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.rows = transactions(1200)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "end")
        assert "›" in body(app)[-1]
        await press(pilot, "enter")
        line_with(app, "txn_8801")
        await press(pilot, "escape", "home", "enter")
        line_with(app, "txn_10000")


def hold_up(app: BillingApp) -> Event:
    """Keep the threads that find all rows busy, as by very many rows, until the event is set."""
    gate = Event()
    for window in app.account_session.ledger.search._windows:
        window.full_scan.submit(lambda db: gate.wait())
    return gate


async def test_the_end_of_a_result_that_is_still_being_counted_is_its_real_end(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = transactions(1200)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        gate = hold_up(app)
        app.screen.query_one(LedgerView).search_for("-nothing")
        await until(pilot, lambda: "counting…" in screen_text(app))
        assert "›" in body(app)[0]
        await pilot.press("end")
        gate.set()
        await at_rest(pilot)
        line_with(app, "1,200 of 1,200")
        assert "›" in body(app)[-1]
        await press(pilot, "enter")
        line_with(app, "txn_8801")


async def test_the_whole_ledger_is_counted_before_each_row_has_its_place(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = transactions(1200)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        gate = hold_up(app)
        await pilot.press("t")
        await until(pilot, lambda: "time ↑" in screen_text(app) and "1,200 transactions" in screen_text(app))
        assert "›" in body(app)[0]
        await pilot.press("end")
        gate.set()
        await at_rest(pilot)
        assert "›" in body(app)[-1]
        await press(pilot, "enter")
        line_with(app, "txn_10000")


async def test_typing_filters_at_once_and_esc_clears_then_closes(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = (TOP_UP, ROW, FAILED)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "st")
        assert len(body(app)) == 1
        assert "funding" in body(app)[0]
        await press(pilot, "escape")
        line_with(app, "/ type:debit")
        line_with(app, "3 transactions")
        await press(pilot, "escape")
        assert not any(line.lstrip().startswith("/ type:") for line in screen_lines(app))
        assert app.focused is not None
        assert app.focused.id == "ledger-table"


async def test_a_letter_typed_into_the_query_is_a_letter(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "qfry1")
        assert app.is_running
        line_with(app, "/ qfry1")
        line_with(app, "Nothing matches “qfry1”. esc clears the filter.")


async def test_esc_among_the_rows_clears_the_query_too(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = (TOP_UP, ROW, FAILED)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "failed")
        await press(pilot, "enter")
        line_with(app, "1 of 3")
        await press(pilot, "escape", "escape")
        line_with(app, "3 transactions")


async def test_a_wrong_word_is_named_and_the_rows_stay(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = (TOP_UP, ROW, FAILED)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "training price:5")
        line_with(app, "unknown word “price:”, use type:, status:, usecase:, source:, amount:,")
        query, mark = line_with(app, "/ training price:5"), line_with(app, "▔")
        assert mark.index("▔") == query.index("price:5")
        assert mark.count("▔") == len("price:5")
        await press(pilot, *["backspace"] * len(" price:5"))
        assert "unknown word" not in screen_text(app)
        line_with(app, "2 of 3")


async def test_a_row_in_full_in_a_dialog(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.rows = (TOP_UP, FAILED)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "enter")
        line_with(app, "+25.00 USD  credit")
        line_with(app, "20 Nov 2026 18:24:05")
        for words in ("funding", "stripe", "txn_2", "pi_3Q"):
            line_with(app, words)
        await press(pilot, "Y")
        assert app.clipboard.split("\t") == (
            ["txn_2", "2026-11-20T18:24:05Z", "credit", "25.00", "USD", "success", "funding", "stripe", "pi_3Q"]
        )
        await press(pilot, "y")
        assert app.clipboard == "txn_2"
        await press(pilot, "escape", "down", "enter")
        line_with(app, "−4.00 USD  debit  no money moved")


async def test_a_wide_terminal_shows_the_row_beside_the_table(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = (TOP_UP, FAILED)
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        line_with(app, "+25.00 USD  credit")
        await press(pilot, "down")
        line_with(app, "no money moved")
        await press(pilot, "enter")
        assert "no money moved" not in screen_text(app)
        await press(pilot, "enter")
        line_with(app, "no money moved")


async def test_new_rows_do_not_move_what_is_being_read(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "pagedown", "down", "down")
        before = body(app)
        arrived = [ROW._replace(id=f"txn_new_{index}", at=NOW) for index in range(3)]
        provider.rows = (*arrived, *provider.rows)
        await read_again(app, pilot, loaded)
        assert app.snapshot.ledger.value is not None
        assert app.snapshot.ledger.value.items[0].id.startswith("txn_new")
        assert body(app) == before


async def test_at_the_top_new_rows_come_into_view_and_the_cursor_keeps_its_row(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = (ROW,)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        provider.rows = (TOP_UP, ROW)
        await read_again(app, pilot, loaded)
        first, second = body(app)
        assert "funding" in first
        assert second.lstrip().startswith("›")
        assert "training" in second


async def test_a_filter_stays_when_rows_arrive(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.rows = (ROW,)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "type:debit")
        provider.rows = (TOP_UP, ROW._replace(id="txn_9"), ROW)
        await read_again(app, pilot, loaded)
        line_with(app, "2 of 3")


async def test_an_empty_ledger_says_how_to_begin(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.rows = ()
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        line_with(app, "No transactions yet. f adds funds.")
        provider.rows = (ROW,)
        await read_again(app, pilot, loaded)
        line_with(app, "1 transaction ")
        assert app.focused is not None


async def test_a_failed_read_says_why_what_to_do_and_how_old_the_rows_are(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider, clock: FixedClock
) -> None:
    trouble = ServerTrouble(SafeText("The server is down."), request_id=SafeText("req_77"))
    provider.failing["transactions"] = trouble
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        line_with(app, "Could not read transactions")
        line_with(app, "The server is down.")
        del provider.failing["transactions"]
        await press(pilot, "r")
        await loaded(app, pilot)
        line_with(app, "120 transactions")
        provider.failing["transactions"] = trouble
        clock.advance(timedelta(minutes=5))
        await press(pilot, "r")
        await loaded(app, pilot)
        line_with(app, "Transactions as of 18:24:05.")
        line_with(app, "120 transactions")


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
async def test_no_width_cuts_an_amount(make_app: MakeApp, loaded: Loaded, provider: FakeProvider, width: int) -> None:
    provider.rows = (ROW._replace(amount=usd("123456.7891")), *transactions(20))
    app = make_app()
    async with app.run_test(size=(width, 24)) as pilot:
        await loaded(app, pilot)
        await press(pilot, "2")
        assert any("−123,456.7891" in row for row in body(app))
        assert all(len(line) <= width for line in screen_lines(app))


async def test_a_query_of_today_means_the_next_day_after_midnight(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider, clock: FixedClock
) -> None:
    provider.rows = (TOP_UP, ROW)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "on:today")
        line_with(app, "2 of 2")
        clock.advance(timedelta(days=1))
        await read_again(app, pilot, loaded)
        await at_rest(pilot)
        line_with(app, "0 of 2")


async def test_a_ledger_that_did_not_change_is_not_looked_through_again(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.rows = (TOP_UP, ROW)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        told = version(app)
        await read_again(app, pilot, loaded)
        provider.failing["transactions"] = ServerTrouble(text("The server is down."))
        await read_again(app, pilot, loaded)
        assert version(app) == told
        provider.failing.clear()
        provider.rows = (TOP_UP, ROW._replace(status=TransactionStatus("failed")))
        await read_again(app, pilot, loaded)
        assert version(app) > told
