"""Activity: every payment link and every charge begun here, and what became of it."""

from textual.pilot import Pilot

from tests.tui.charging import DONE, LOST, NO_FUNDS, charge, say_yes
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, usd
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import line_with, press, screen_text
from tui.app.billing_app import BillingApp
from tui.domain import ConfirmAnswer, ConfirmKind
from tui.providers.errors import NetworkTrouble
from tui.screens.payments.charge import ChargeDialog
from tui.screens.payments.checkout import CheckoutDialog


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
    async with app.run_test(size=(120, 40)) as pilot:
        await make_links(app, pilot, "50")
        row = line_with(app, "$50.00 to the wallet")
    assert "pending" in row
    assert "20 Nov 18:45" in row
    assert "not yet" in row


async def test_open_links_come_first(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await make_links(app, pilot, "50", "25")
        provider.answer = ConfirmAnswer(ConfirmKind.PAID, balance=usd("125.50"))
        app.account_session.check_now("cs_test_2")
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
        await until(pilot, lambda: "Not checking automatically: The token was revoked." in running_text(app))


async def test_without_links_it_says_how_to_make_one(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("6")
        await until(pilot, lambda: "No payment links and no charges yet. f adds funds." in screen_text(app))


async def show_charges(app: BillingApp, pilot: Pilot[int]) -> None:
    """Charge once and go to Activity."""
    await charge(pilot)
    await press(pilot, "escape", "6")
    await until(pilot, lambda: "payable until" in screen_text(app))


async def test_what_may_have_been_charged_comes_before_what_waits(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        await press(pilot, "escape")
        await make_links(app, pilot, "50")
        said = screen_text(app)
        assert "unknown" in line_with(app, "$25.00 from visa ···· 4242")
    assert said.index("$25.00 from visa") < said.index("$50.00 to the wallet")


async def test_a_charge_tells_its_story_and_what_can_be_done(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test() as pilot:
        await show_charges(app, pilot)
        said = running_text(app)
        assert "Unknown: $25.00 to visa ···· 4242. It may have been charged." in said
        assert "Created 18:24:05, sent 18:24:05." in said
        assert "check again, repeat safely, dismiss" in said
        await press(pilot, "enter")
        assert isinstance(app.screen, ChargeDialog)
        for step in ("created           20 Nov 2026 18:24:05", "sent              20 Nov 2026 18:24:05"):
            assert step in screen_text(app)
        assert app.snapshot.intents[0].key in screen_text(app)


async def test_a_decline_shows_its_reason_and_request(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [NO_FUNDS]
    app = make_app()
    async with app.run_test() as pilot:
        await show_charges(app, pilot)
        assert "declined" in line_with(app, "$25.00 from visa")
        said = running_text(app)
    assert "there is not enough money behind the card. Nothing was charged." in said
    assert "declined 18:24:05, request req_7." in said


async def test_c_looks_for_a_charge_and_says_what_it_found_and_x_dismisses_it(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await show_charges(app, pilot)
        await press(pilot, "c")
        await until(pilot, lambda: "which does not prove that it failed." in toasts(app))
        provider.failing = {"transactions": NetworkTrouble(text("No answer."))}
        await press(pilot, "c")
        await until(pilot, lambda: "Could not check $25.00 to the wallet" in toasts(app))
        await press(pilot, "x")
        assert "Dismiss $25.00 to the wallet from visa ···· 4242?" in running_text(app)
        await say_yes(pilot)
        await until(pilot, lambda: "dismissed" in line_with(app, "$25.00 from visa"))
        assert not app.snapshot.unknown
    assert len(provider.charges) == 1


async def test_c_says_when_there_is_nothing_to_look_for(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [DONE]
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await show_charges(app, pilot)
        await press(pilot, "c")
        assert "What became of this payment is known: there is nothing to check." in toasts(app)


async def test_a_charge_of_an_earlier_start_can_be_repeated_from_here(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers = [LOST, DONE]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
    again = make_app()
    async with again.run_test() as pilot:
        await settled(pilot)
        assert "1 unknown" in screen_text(again)
        await press(pilot, "6", "enter", "r")
        await say_yes(pilot)
        await until(pilot, lambda: "Charged $25.00 to visa ···· 4242" in running_text(again))
    assert provider.charges[0] == provider.charges[1]


async def test_a_link_nobody_can_tell_the_end_of_is_dismissed_and_not_forgotten(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.answer = ConfirmAnswer(ConfirmKind.UNCLEAR, text("two orders may be it"))
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await make_links(app, pilot, "50")
        await press(pilot, "c")
        await until(pilot, lambda: "It is not clear whether this was paid: two orders may be it." in running_text(app))
        await press(pilot, "x")
        assert "Whether it was paid is not known" in running_text(app)
        await press(pilot, "enter")
        assert app.snapshot.waiting, "enter says no"
        await press(pilot, "x")
        await say_yes(pilot)
        await until(pilot, lambda: "dismissed" in line_with(app, "$50.00 to the wallet"))
        assert not app.snapshot.waiting
        provider.answer = ConfirmAnswer(ConfirmKind.PAID)
        await press(pilot, "c")
        await until(pilot, lambda: "Paid: $50.00 to the wallet" in toasts(app))
