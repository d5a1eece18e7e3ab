"""Activity: every payment link made here and what became of it."""

from textual.pilot import Pilot

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, usd
from tests.tui.looking import running_text, settled, until
from tests.tui.reading import line_with, screen_text
from tui.app import BillingApp
from tui.domain import ConfirmAnswer, ConfirmKind
from tui.screens.dialogs.checkout import CheckoutDialog


async def make_links(app: BillingApp, pilot: Pilot[int], *amounts: str) -> None:
    """Make a link for each amount and leave it waiting, then go to Activity."""
    await settled(pilot)
    for amount in amounts:
        await pilot.press("f", *amount, "enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        await pilot.press("escape")
        await pilot.pause()
    await pilot.press("6")
    await until(pilot, lambda: "payable until" in screen_text(app))


async def test_a_row_tells_what_state_and_until_when(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await make_links(app, pilot, "50")
        row = line_with(app, "$50.00 to the wallet")
    assert "waiting" in row
    assert "20 Nov 18:45" in row
    assert "not yet" in row


async def test_open_links_come_first(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await make_links(app, pilot, "50", "25")
        provider.answer = ConfirmAnswer(ConfirmKind.PAID, balance=usd("125.50"))
        app.feed.check_now("cs_test_2")
        await until(pilot, lambda: "paid" in line_with(app, "$25.00 to the wallet"))
        said = screen_text(app)
    assert said.index("$50.00 to the wallet") < said.index("$25.00 to the wallet")


async def test_c_looks_at_once(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await make_links(app, pilot, "50")
        provider.answer = ConfirmAnswer(ConfirmKind.EXPIRED)
        await pilot.press("c")
        await until(pilot, lambda: "expired" in line_with(app, "18:45"))
        assert "Nothing was charged." in running_text(app)


async def test_r_looks_at_every_waiting_link(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await make_links(app, pilot, "50", "25")
        provider.answer = ConfirmAnswer(ConfirmKind.PAID)
        await pilot.press("r")
        await until(pilot, lambda: not app.snapshot.waiting)


async def test_enter_shows_the_checkout(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await make_links(app, pilot, "50")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))


async def test_a_paused_watch_is_told(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await make_links(app, pilot, "50")
        provider.answer = ConfirmAnswer(ConfirmKind.AUTH, text("The token was revoked"))
        await pilot.press("c")
        await until(pilot, lambda: "Not looking by itself: The token was revoked." in running_text(app))


async def test_without_links_it_says_how_to_make_one(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("6")
        await until(pilot, lambda: "No payment links yet. f adds funds by one." in screen_text(app))
