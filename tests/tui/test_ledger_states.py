"""The ledger while it is read, half read, kept from before, or not to be kept: each said in words."""

import asyncio
from concurrent.futures import Future
from pathlib import Path

from tests.conftest import FixedClock
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource, transactions
from tests.tui.looking import settled, until
from tests.tui.reading import at_rest, line_with, press, screen_text, type_text
from tui.account.ledger_cache import Preloaded, begin, recent
from tui.app.billing_app import BillingApp
from tui.domain import SafeText, TransactionPage
from tui.providers.base import TransactionQuery
from tui.providers.errors import RateLimited, ServerTrouble


class SlowLedger(FakeProvider):
    """A provider whose older pages wait for `more`, or fail."""

    def __init__(self) -> None:
        super().__init__()
        self.more = asyncio.Event()
        self.broken = False
        self.calls = 0

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        self.calls += 1
        if query.offset:
            await self.more.wait()
            if self.broken:
                raise ServerTrouble(SafeText("The server is down."), request_id=SafeText("req_5"))
        return await super().transactions(query)


def text_of(app: BillingApp) -> str:
    return " ".join(screen_text(app).split())


async def test_the_first_page_is_there_while_older_ones_are_read(make_app: MakeApp) -> None:
    provider = SlowLedger()
    app = make_app(source=FakeSource(provider))
    async with app.run_test() as pilot:
        await press(pilot, "2")
        await until(pilot, lambda: "newest 50 of 120 · in 100.00" in screen_text(app))
        assert "████░░░░░░ Reading: 50 of 120" in screen_text(app)
        await press(pilot, "slash")
        await type_text(pilot, "type:credit")
        await until(pilot, lambda: "2 of the newest 50, 120 in all" in screen_text(app))
        await press(pilot, "enter", "e")
        assert "Older transactions have not all been read: those will be missing." in text_of(app)
        await press(pilot, "escape")
        provider.more.set()
        await until(pilot, lambda: "3 of 120" in screen_text(app))
        await settled(pilot)
        assert "Reading" not in screen_text(app)


async def test_reading_that_stopped_says_why_and_goes_on_by_r(make_app: MakeApp) -> None:
    provider = SlowLedger()
    provider.more.set()
    provider.broken = True
    app = make_app(source=FakeSource(provider))
    async with app.run_test() as pilot:
        await press(pilot, "2")
        await until(pilot, lambda: "Stopped at 50 of 120 read." in text_of(app))
        assert "The server is down. The provider has trouble: try again in a minute. Request req_5." in text_of(app)
        provider.broken = False
        await press(pilot, "r")
        await settled(pilot)
        line_with(app, "120 transactions")


async def test_a_provider_that_lets_nobody_read_yet_says_so(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.failing["transactions"] = RateLimited(SafeText("Too Many Attempts."))
    app = make_app()
    async with app.run_test() as pilot:
        await press(pilot, "2")
        await until(pilot, lambda: "The provider lets us read on in about 30 s" in text_of(app))
        assert "Reading goes on by itself." in text_of(app)


async def test_what_was_read_before_is_there_before_the_provider_answers(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    first = FakeSource(provider)
    first.fingerprint = provider.account.fingerprint
    app = make_app(source=first)
    async with app.run_test() as pilot:
        await settled(pilot)
    again = FakeSource(provider, error=ServerTrouble(SafeText("The server is down.")))
    again.fingerprint = provider.account.fingerprint
    app = make_app(source=again)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.snapshot.connect_error is not None)
        rows = app.snapshot.ledger.value
        assert rows is not None
        assert rows.held == 120
        assert rows.all_here


async def test_a_copy_found_damaged_at_the_start_or_deleted_meanwhile_is_read_anew(
    make_app: MakeApp, provider: FakeProvider, tmp_path: Path, clock: FixedClock
) -> None:
    source = FakeSource(provider)
    source.fingerprint = provider.account.fingerprint
    async with make_app(source=source).run_test() as pilot:
        await settled(pilot)
    path = tmp_path / f"{provider.account.fingerprint}.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(whole[:20_000] + b"\xff" * (len(whole) - 20_000))
    begun: Future[Preloaded] = Future()
    begun.set_result(begin(path, provider.account.fingerprint, recent(clock)))
    assert begun.result().facts is None
    app = make_app(source=source, begun=begun)
    async with app.run_test() as pilot:
        await press(pilot, "2")
        await settled(pilot)
        await at_rest(pilot)
        line_with(app, "120 transactions")
        assert "kept until billtop ends" not in text_of(app)
        path.unlink()
        await press(pilot, "r")
        await settled(pilot)
        await at_rest(pilot)
        line_with(app, "120 transactions")
        assert path.exists()


async def test_a_copy_that_cannot_be_kept_is_read_all_the_same(
    make_app: MakeApp, provider: FakeProvider, tmp_path: Path, clock: FixedClock
) -> None:
    (tmp_path / f"{provider.account.fingerprint}.sqlite3").mkdir()
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "2", "slash")
        await type_text(pilot, "type:credit")
        await at_rest(pilot)
        line_with(app, "3 of 120")
        assert "What is read now is kept until billtop ends." in text_of(app)


async def test_rows_that_arrive_are_counted_and_added_up(make_app: MakeApp, provider: FakeProvider) -> None:
    rows = transactions(121)
    provider.rows = rows[1:]
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "2")
        line_with(app, "120 transactions")
        provider.rows = rows
        await press(pilot, "r")
        await until(pilot, lambda: "121 transactions" in screen_text(app))
        moved = sum(row.amount.amount for row in rows if row.status.moved_money and row.direction == "debit")
        line_with(app, f"out {moved} USD")
