"""The checkout dialog: the code or why there is none, where the link goes, and what became of the payment."""

import sys
import webbrowser
from datetime import timedelta
from io import BytesIO, TextIOWrapper

import pytest
from textual.pilot import Pilot

from tests.conftest import FixedClock
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import CHECKOUT_URL, FakeProvider, FakeSource, text, usd
from tests.tui.looking import running_text, segments, settled, toasts, until
from tests.tui.reading import screen_lines, screen_text
from tui.app.billing_app import BillingApp
from tui.app.main_screen import MainScreen
from tui.domain import ConfirmAnswer, ConfirmKind
from tui.screens.payments.checkout import CheckoutDialog
from tui.screens.payments.checkout_text import PANEL
from tui.screens.shared.link import LinkTextDialog
from tui.widgets.qr_code import QrCode

LONG_URL = "https://checkout.stripe.com/c/pay/" + "a1B2" * 100
BLOCKS = set("▀▄█")


async def open_checkout(app: BillingApp, pilot: Pilot[int]) -> CheckoutDialog:
    await settled(pilot)
    await pilot.press("f", "5", "0", "enter")
    await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
    await pilot.pause()
    assert isinstance(app.screen, CheckoutDialog)
    return app.screen


def code_rows(app: BillingApp) -> int:
    """Rows with a piece of a code."""
    return sum(len(BLOCKS & set(line)) > 1 for line in screen_lines(app))


def told(app: BillingApp) -> str:
    """The text beside the code, with wrapped lines joined."""
    left = app.size.width - PANEL
    return " ".join(" ".join(line[left:] for line in screen_lines(app)[:-1]).split())


async def answer(app: BillingApp, pilot: Pilot[int], provider: FakeProvider, said: ConfirmAnswer) -> None:
    """The provider answers so at the next look, which is now."""
    provider.answer = said
    looks = provider.looks
    await pilot.press("enter")
    await until(pilot, lambda: provider.looks > looks)


async def test_it_tells_what_is_paid_where_it_leads_and_until_when(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        said = told(app)
        assert code_rows(app) > 10
    assert "Add $50.00 to the wallet of work (ModelsLab, LIVE)" in said
    assert "waiting for payment" in said
    assert "expires in 21:40 (at 18:45)" in said
    assert "next check 18:24:08" in said
    assert "goes to checkout.stripe.com" in said


async def test_it_tells_when_it_looked_and_will_look_again(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        await answer(app, pilot, provider, ConfirmAnswer(ConfirmKind.PENDING))
        await until(pilot, lambda: "checked at 18:24:05, next check 18:24:1" in told(app))


async def test_where_the_code_does_not_fit_it_is_absent_and_the_size_is_told(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.url = LONG_URL
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkout(app, pilot)
        assert code_rows(app) == 0
        said = running_text(app)
        assert "for the code (now 80 x 24): zoom out, or y to copy the link, or o to open it" in said
        assert LONG_URL in screen_text(app).replace("\n", "").replace(" ", "")
        needed = said.split("needs ")[1].split(" for the code")[0]
        columns, rows = map(int, needed.split(" x "))
        await pilot.resize_terminal(columns, rows)
        await pilot.press("z")
        await until(pilot, lambda: code_rows(app) > 30)
        await pilot.resize_terminal(columns, rows - 1)
        await until(pilot, lambda: code_rows(app) == 0)


async def test_where_the_encoding_has_no_half_blocks_it_asks_for_the_room_that_spaces_take(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__stderr__", TextIOWrapper(BytesIO(), encoding="latin-1"))
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        needed = running_text(app).split("needs ")[1].split(" for the code")[0]
        assert CHECKOUT_URL[:60] in screen_text(app)
        columns, rows = (int(number) for number in needed.split(" x "))
        await pilot.resize_terminal(columns, rows)
        await pilot.press("z")
        await pilot.pause()
        painted = "".join(segment.text for segment in segments(app) if segment.style and segment.style.bgcolor)
        assert app.screen.query_one(QrCode).fit is not None
        assert not BLOCKS & set(painted)


async def test_z_shows_the_code_alone_and_esc_brings_the_text_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkout(app, pilot)
        assert "z shows it alone" in running_text(app)
        await pilot.press("z")
        await until(pilot, lambda: code_rows(app) > 10)
        assert "goes to" not in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: "goes to" in screen_text(app))
        assert isinstance(app.screen, CheckoutDialog)


async def test_s_goes_through_the_styles_and_hides_the_code(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        dialog = await open_checkout(app, pilot)
        for _ in range(3):
            await pilot.press("s")
            if dialog.query_one(QrCode).glyphs is None:
                break
        await until(pilot, lambda: "The code is hidden: s shows it." in running_text(app))
        assert code_rows(app) == 0
        await pilot.press("s")
        await until(pilot, lambda: code_rows(app) > 10)


async def test_paid_says_so_with_time_and_balance_and_the_code_goes(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        await answer(app, pilot, provider, ConfirmAnswer(ConfirmKind.PAID, balance=usd("125.50")))
        await until(
            pilot,
            lambda: "Paid: $50.00 to the wallet at 18:24:05. Balance $125.50." in running_text(app),
        )
        assert code_rows(app) == 0
        assert "checkout.stripe.com" not in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))


async def test_expired_says_nothing_was_charged_and_n_makes_a_new_link(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        await answer(app, pilot, provider, ConfirmAnswer(ConfirmKind.EXPIRED))
        await until(pilot, lambda: "Nothing was charged." in running_text(app))
        assert "Expired at 18:45 unpaid" in running_text(app)
        provider.answer = ConfirmAnswer(ConfirmKind.PENDING)
        await pilot.press("n", "n")
        await until(pilot, lambda: "waiting for payment" in running_text(app))
        assert code_rows(app) > 10
    assert len(provider.requests) == 2
    assert provider.requests[0] == provider.requests[1]


async def test_a_declined_payment_says_so_and_can_be_looked_at_again(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        await answer(app, pilot, provider, ConfirmAnswer(ConfirmKind.DECLINED, text("card_declined")))
        await until(pilot, lambda: "Failed at 18:24:05: $50.00 to the wallet." in running_text(app))
        assert "card_declined" in running_text(app)
        await answer(app, pilot, provider, ConfirmAnswer(ConfirmKind.PAID))
        await until(pilot, lambda: "Paid: $50.00 to the wallet" in running_text(app))


async def test_a_refused_token_is_not_told_as_unpaid(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        await answer(app, pilot, provider, ConfirmAnswer(ConfirmKind.AUTH, text("The token was revoked")))
        await until(pilot, lambda: "Not checking automatically: The token was revoked." in told(app))
        assert "waiting for payment" in running_text(app)
        assert code_rows(app) > 10


async def test_no_answer_says_that_the_payment_may_still_arrive(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        trouble = ConfirmAnswer(ConfirmKind.TRANSIENT, text("bad gateway"), request_id=text("req_3"))
        await answer(app, pilot, provider, trouble)
        await until(pilot, lambda: "the payment may still arrive: bad gateway" in told(app))
        assert "req_3" in told(app)
        assert "waiting for payment" in running_text(app)


async def test_the_countdown_follows_the_clock(make_app: MakeApp, clock: FixedClock) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        clock.advance(timedelta(minutes=1, seconds=5))
        await until(pilot, lambda: "expires in 20:35" in running_text(app))
        clock.advance(timedelta(minutes=30))
        await until(pilot, lambda: "expired at 18:45; a late payment counts" in told(app))


async def test_esc_keeps_waiting_and_says_where(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_checkout(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "6 Activity shows it" in toasts(app))
        assert isinstance(app.screen, MainScreen)


async def test_y_copies_the_very_link_and_is_honest_about_tmux(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    app = make_app()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_checkout(app, pilot)
        await pilot.press("y")
        await until(pilot, lambda: "sent to the terminal's clipboard" in toasts(app))
        assert "set-clipboard on" in toasts(app)
        assert app.clipboard == CHECKOUT_URL


async def test_over_ssh_o_shows_the_link_and_opens_nothing(
    make_app: MakeApp, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    provider.url = LONG_URL
    app = make_app(remote=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkout(app, pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, LinkTextDialog))
        assert LONG_URL in screen_text(app).replace("\n", "").replace(" ", "")
        links = {segment.style.link for segment in segments(app) if segment.style and segment.style.link}
        assert links == {LONG_URL}
        await pilot.press("y")
        assert app.clipboard == LONG_URL


@pytest.mark.skipif(sys.platform != "linux", reason="a display is told by DISPLAY on Linux")
async def test_without_a_display_o_shows_the_link(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkout(app, pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, LinkTextDialog))


@pytest.mark.parametrize(("opens", "words"), [(True, "opened in the browser"), (False, "No browser could be opened")])
async def test_with_a_display_o_opens_the_very_link_in_the_browser(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, opens: bool, words: str
) -> None:
    opened: list[str] = []

    def browser(url: str) -> bool:
        opened.append(url)
        return opens

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", browser)
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_checkout(app, pilot)
        await pilot.press("o")
        await until(pilot, lambda: words in toasts(app))
    assert opened == [CHECKOUT_URL]


async def test_a_link_to_an_unknown_host_needs_a_deliberate_enter(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.url = "https://pay.xn--strpe-qya.example/c/pay/1"
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_checkout(app, pilot)
        assert "pay.xn--strpe-qya.example" in running_text(app)
        assert "a host billtop does not know" in running_text(app)
        assert code_rows(app) == 0
        await pilot.press("y", "o")
        assert app.clipboard == ""
        assert isinstance(app.screen, CheckoutDialog)
        await pilot.press("enter")
        await until(pilot, lambda: code_rows(app) > 10)
        assert "goes to pay.xn--strpe-qya.example" in running_text(app)


async def test_a_link_open_at_the_last_quit_is_watched_and_ends_in_paid(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await open_checkout(app, pilot)
    provider.answer = ConfirmAnswer(ConfirmKind.PAID, balance=usd("125.50"))
    again = make_app(source=FakeSource(provider))
    async with again.run_test(notifications=True) as pilot:
        await settled(pilot)
        await until(pilot, lambda: bool(again.snapshot.checkouts))
        await pilot.press("6")
        await pilot.press("c")
        await until(pilot, lambda: "Paid: $50.00 to the wallet" in running_text(again))
