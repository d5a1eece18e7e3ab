"""Coupons and withdrawals: told before they are redeemed, asked first, written down, sent once."""

from textual.pilot import Pilot

from tests.tui.charging import say_yes
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import press, type_text
from tui.app.main_screen import MainScreen
from tui.domain import AnswerKind, IntentState, MoneyAnswer
from tui.providers.errors import NotFound
from tui.screens.payments.charge import ChargeDialog
from tui.screens.shared.confirm import ConfirmDialog

REDEEMED = MoneyAnswer(AnswerKind.DONE, text("Coupon redeemed."), request_id=text("req_3"))
NO_RESELLER = MoneyAnswer(AnswerKind.NOT_ALLOWED, text("Withdrawals are available to reseller accounts only."))


async def ask(pilot: Pilot[int], key: str, *typed: str) -> None:
    """Fill the form behind a key of the Cards view in."""
    await settled(pilot)
    await press(pilot, "5", key)
    for index, value in enumerate(typed):
        list(pilot.app.screen.query("Input"))[index].focus()
        await type_text(pilot, value)
    await press(pilot, "enter")


async def test_a_coupon_is_told_asked_and_redeemed_once(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [REDEEMED]
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot, "c", "W50")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        for words in ("Redeem W50?", "A credit of 50 dollars.", "It gives $50.00.", "No card is charged."):
            assert words in running_text(app)
        await say_yes(pilot)
        await until(pilot, lambda: "Done: Coupon W50 at 18:24:05. Coupon redeemed." in running_text(app))
        assert [intent.state for intent in app.snapshot.intents] == [IntentState.DONE]
        assert "charged" not in running_text(app)
    assert [body for body, _ in provider.charges] == [b"W50 None None"]


async def test_a_coupon_that_charges_a_card_names_card_and_amount(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.coupon_needs_purchase = True
    provider.charge_answers = [REDEEMED]
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await ask(pilot, "c", "B20")
        await until(pilot, lambda: "This coupon needs a purchase" in toasts(app))
        await ask(pilot, "c", "B20", "40")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert "visa ···· 4242 is charged $40.00." in running_text(app)
        await press(pilot, "enter")
        assert provider.charges == []
        await ask(pilot, "c", "B20", "40")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await say_yes(pilot)
        await until(pilot, lambda: len(provider.charges) == 1)
    assert provider.charges[0][0] == b"B20 $40.00 pm_1"


async def test_a_code_nobody_knows_redeems_nothing(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.failing["coupon"] = NotFound(text("This coupon code is not valid."))
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await ask(pilot, "c", "NO")
        await until(pilot, lambda: "Nothing was redeemed. This coupon code is not valid." in toasts(app))
        assert isinstance(app.screen, MainScreen)
    assert provider.charges == []


async def test_a_withdrawal_is_asked_and_its_refusal_told(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [NO_RESELLER]
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot, "w", "20")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert "Withdraw $20.00?" in running_text(app)
        await say_yes(pilot)
        await until(pilot, lambda: "Withdrawals are available to reseller accounts only." in running_text(app))
        assert isinstance(app.screen, ChargeDialog)
