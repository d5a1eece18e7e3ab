"""What the keys of the ledger do beyond moving: sorting, days, copying, completing, exporting, named filters."""

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import lark
import pytest

from tests.conftest import NOW
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, transactions, usd
from tests.tui.looking import running_text, until
from tests.tui.reading import at_rest, line_with, press, screen_lines, screen_text, type_text
from tui.app.billing_app import BillingApp
from tui.domain import Transaction
from tui.screens.ledger.view import LedgerView

Loaded = Callable[[BillingApp, object], Awaitable[None]]


def shown_rows(app: BillingApp) -> list[str]:
    """The rows on the screen: every one has a sign and a word for its direction."""
    return [line for line in screen_lines(app) if " debit " in line or " credit " in line]


async def test_sorted_by_amount_and_turned_round(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.rows = tuple(transactions(1)[0]._replace(id=f"t{cents}", amount=usd(f"{cents}.10")) for cents in range(30))
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "m")
        line_with(app, "amount ↓")
        assert "−29.10" in shown_rows(app)[0]
        await press(pilot, "m")
        line_with(app, "amount ↑")
        assert "−0.10" in shown_rows(app)[0]
        await press(pilot, "t")
        line_with(app, "time ↓")


async def test_a_day_is_gone_to(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    first = transactions(1)[0]
    provider.rows = tuple(first._replace(id=f"t{back:04}", at=NOW - timedelta(days=back)) for back in range(400))
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "g")
        await type_text(pilot, "nosuchday")
        await press(pilot, "enter")
        line_with(app, "“nosuchday” is no day.")
        await press(pilot, *["backspace"] * 9)
        await type_text(pilot, "300d")
        await press(pilot, "enter")
        line_with(app, "22 Jan")  # what is two days older is seen too
        await press(pilot, "enter")
        line_with(app, "t0300")


async def test_the_id_and_the_whole_row_are_copied(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    row = provider.rows[7]
    provider.rows = (row,)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "y")
        assert app.clipboard == row.id
        await press(pilot, "Y")
        fields = app.clipboard.split("\t")
        assert (fields[0], fields[3], fields[-1]) == (row.id, "50.00", str(row.reference))


async def test_tab_completes_keys_and_values_that_exist(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "use")
        await until(pilot, lambda: "tab usecase:" in screen_text(app))
        await press(pilot, "tab")
        await until(pilot, lambda: "training" in line_with(app, "tab "))
        await type_text(pilot, "tr")
        await until(pilot, lambda: "tab training 24" in screen_text(app))
        await press(pilot, "tab")
        line_with(app, "/ usecase:training")
        line_with(app, "of 120 ·")
        assert all("training" in row for row in shown_rows(app))


async def test_what_is_shown_is_exported(
    make_app: MakeApp, loaded: Loaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.chdir(folder)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "type:credit")
        await press(pilot, "enter", "e")
        line_with(app, "Export 3 transactions, matching “type:credit”")
        await press(pilot, "down", "enter")
        await until(pilot, lambda: "Exported 3 transactions" in screen_text(app))
        (file,) = folder.iterdir()
        assert file.name == "billtop-work-2026-11-20.jsonl"
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        assert [row["direction"] for row in rows] == ["credit"] * 3
        await press(pilot, "enter")
        await until(pilot, lambda: "Not exported." in screen_text(app))
        assert "is there already. Give another name." in " ".join(screen_text(app).split())
        await press(pilot, "escape", "e")
        line_with(app, "billtop-work-2026-11-20.csv")
        await press(pilot, "down")
        line_with(app, "billtop-work-2026-11-20-2.jsonl")
        await press(pilot, "tab", "question_mark")
        said = running_text(app)
        assert "↑ a row up ↓ a row down" in said  # a list of Textual's own, told as ours are
        await press(pilot, "escape", "escape", "question_mark")
        assert "↑, k a row up ↓, j a row down" in running_text(app)


async def test_a_filter_is_kept_used_and_deleted(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "type:credit")
        await press(pilot, "enter", "s")
        await type_text(pilot, "came in")
        await press(pilot, "enter")
        await until(pilot, lambda: "Kept as “came in”." in screen_text(app))
        await press(pilot, "escape", "escape", "escape")
        line_with(app, "120 transactions")
        await press(pilot, "s")
        await until(pilot, lambda: "came in   type:credit" in screen_text(app))
        await press(pilot, "enter")
        line_with(app, "3 of 120")
        await press(pilot, "slash", "ctrl+u")
        await type_text(pilot, "type:debit")
        await press(pilot, "enter", "s")
        await type_text(pilot, "came in")
        await press(pilot, "enter")
        await until(pilot, lambda: "Kept as “came in”, in place of “type:credit”." in screen_text(app))
        assert "came in   type:debit" in screen_text(app)
        await press(pilot, "tab", "d")
        line_with(app, "Delete the filter “came in”?")
        await press(pilot, "right", "enter")
        await until(pilot, lambda: "“came in” is deleted." in screen_text(app))
        await press(pilot, "question_mark")
        line_with(app, "No filter is kept yet.")


async def test_only_the_last_of_many_queries_is_shown(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    rows: tuple[Transaction, ...] = transactions(400)
    provider.rows = rows
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        view = app.screen.query_one(LedgerView)
        # All of it before the first answer can come: nothing is awaited in between.
        for query in ("type:credit", "usecase:image", "status:failed", "usecase:training"):
            view.search_for(query)
        wanted = sum(row.usecase == "training" for row in rows)
        await until(pilot, lambda: f"{wanted} of 400" in screen_text(app))
        await at_rest(pilot)
        line_with(app, f"{wanted} of 400")
        assert all("training" in row for row in shown_rows(app))


async def test_a_key_of_a_query_is_parsed_once_and_a_move_of_the_cursor_not_at_all(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filtering, completing, counting each offer and naming what is wrong all go by the query that was parsed."""
    parsed: list[str] = []
    parse = lark.Lark.parse

    def noted(parser: lark.Lark, text: str) -> lark.ParseTree:
        parsed.append(text)
        return parse(parser, text)

    monkeypatch.setattr(lark.Lark, "parse", noted)
    provider.rows = transactions(30)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "type:debit status:s")
        parsed.clear()
        await press(pilot, "u")
        line_with(app, "success")
        await press(pilot, "left", "right")
        assert parsed == ["type:debit status:su"]


@pytest.mark.flaky(reruns=2)  # a clock, on a machine that others use too
def test_the_first_key_of_a_query_leaves_the_loop_free() -> None:
    """The parser library is imported and its parser built in a thread, before or while the first key is typed."""
    child = [sys.executable, "-m", "tests.tui.first_key_child"]
    done = subprocess.run(child, capture_output=True, text=True, timeout=120, check=True)
    told = json.loads(done.stdout)
    assert told["threads"] == ["another"]
    _, first, second = told["lags_ms"]
    # What a key costs besides, drawing, the second one shows.
    assert first < second + 16, told
