"""Adding a card: checked in words, sent once, and nowhere to be found afterwards."""

import asyncio
import re

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource, text
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import line_with, press
from tui.app.billing_app import BillingApp
from tui.app.main_screen import MainScreen
from tui.domain import Mode
from tui.providers.base import Capability
from tui.providers.errors import DeadlineExceeded
from tui.providers.stripe.errors import CardNotSaved, CardRefused
from tui.screens.cards.add_card import AddCardDialog
from tui.screens.payments.add_funds import AddFundsDialog
from tui.screens.payments.checkout import CheckoutDialog
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.help import HelpDialog
from tui.widgets.secret_input import SecretInput

NUMBER = "4000056655665556"
CVC = "987"


async def open_dialog(pilot: Pilot[int]) -> AddCardDialog:
    """Come to the form from the cards."""
    await settled(pilot)
    await press(pilot, "5", "n")
    dialog = pilot.app.screen
    assert isinstance(dialog, AddCardDialog)
    return dialog


async def fill(pilot: Pilot[int], number: str = NUMBER, expiry: str = "1230", cvc: str = CVC) -> None:
    """Type a card, field after field."""
    await press(pilot, *number, "tab", *expiry, "tab", *cvc)


def values(app: BillingApp) -> list[str]:
    return [field.value for field in app.screen.query(SecretInput)]


async def test_a_sandbox_whose_cards_would_go_to_the_real_stripe_says_so(make_app: MakeApp) -> None:
    for mode in (Mode.SANDBOX, Mode.LIVE):
        app = make_app(source=FakeSource(FakeProvider(mode)))
        async with app.run_test() as pilot:
            await open_dialog(pilot)
            assert ("That is the real Stripe" in running_text(app)) is (mode is Mode.SANDBOX)


async def test_a_card_is_saved_and_nothing_of_it_stays(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.card_gate = asyncio.Event()
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await open_dialog(pilot)
        assert "Number and code go to api.stripe.com alone." in running_text(app)
        await fill(pilot)
        await press(pilot, "enter", "enter")
        assert "Saving the card at api.stripe.com…" in running_text(app)
        assert values(app) == ["", "", ""]
        provider.card_gate.set()
        await until(pilot, lambda: isinstance(app.screen, MainScreen) and "5556" in running_text(app))
        assert "The card is saved." in toasts(app)
    assert provider.saving == [("5556", False)]


@pytest.mark.parametrize(
    ("number", "expiry", "cvc", "objection"),
    [
        ("", "1230", "123", "Enter the number on the card."),
        ("4242", "1230", "123", "It has 4 digits; a card number has 12 to 19."),
        ("4242424242424241", "1230", "123", "A digit is wrong: compare it with the card."),
        (NUMBER, "13/30", "123", "The month lies between 01 and 12."),
        (NUMBER, "10/26", "123", "This card has expired."),
        (NUMBER, "1/2", "123", "Write month and year as 12/27."),
        (NUMBER, "1230", "12", "It has 2 digits; this card has 3."),
        ("378282246310005", "1230", "123", "It has 3 digits; American Express has 4."),
    ],
)
async def test_what_cannot_be_a_card_is_said_beside_its_field(
    make_app: MakeApp, provider: FakeProvider, number: str, expiry: str, cvc: str, objection: str
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await open_dialog(pilot)
        for field, value in zip(app.screen.query(SecretInput), (number, expiry, cvc), strict=True):
            field.value = value
        await press(pilot, "enter")
        assert objection in running_text(app)
    assert provider.saving == []


async def test_nothing_of_a_card_can_be_copied_selected_or_photographed(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await open_dialog(pilot)
        await fill(pilot, expiry="1199")
        for name in ("#cvc", "#number"):
            field = app.screen.query_one(name, SecretInput)
            field.focus()
            await press(pilot, "f2", "home", "shift+end", "ctrl+c", "ctrl+x")
            await pilot.mouse_down(field, offset=(0, 0))
            await pilot.mouse_up(field, offset=(8, 0))
            await press(pilot, "ctrl+c", "super+c")
            assert field.selection.is_empty
        assert NUMBER in running_text(app)
        picture = re.sub(r"(?s)<style>.*?</style>|<[^>]*>", "", app.export_screenshot())
        assert NUMBER[:4] not in picture
        assert "1199" not in picture
        assert CVC not in picture
        # The picture changed nothing: the field is still shown to whoever asked for it.
        assert NUMBER in running_text(app)
        assert app.clipboard == ""
        assert [len(value) for value in values(app)] == [16, 4, 3]
        await press(pilot, "tab")
        assert NUMBER not in running_text(app)
        assert NUMBER not in f"{field!r} {field.Typed(field)!r}"


async def test_a_pasted_number_loses_its_separators(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        dialog = await open_dialog(pilot)
        dialog.query_one("#number").post_message(Paste("4000 0566-5566\n5556\n"))
        await until(pilot, lambda: values(app)[0] == NUMBER)


async def test_what_was_typed_goes_when_another_dialog_covers_it_and_stays_when_the_terminal_is_too_small(
    make_app: MakeApp,
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_dialog(pilot)
        await fill(pilot)
        await pilot.resize_terminal(40, 12)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert values(app)[0] == NUMBER
        dialog.query_one("#go").focus()
        await press(pilot, "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpDialog))
        await press(pilot, "escape")
        assert values(app) == ["", "", ""]
        fields = list(dialog.query(SecretInput))
        fields[0].focus()
        await fill(pilot)
        assert fields[0].value == NUMBER
        await press(pilot, "escape")
        assert isinstance(app.screen, MainScreen)
        assert [field.value for field in fields] == ["", "", ""]


async def test_a_refusal_names_the_field_and_a_link_is_offered(make_app: MakeApp, provider: FakeProvider) -> None:
    wrong = (text("Your card's expiration year is invalid."),)
    provider.failing["save_card"] = CardRefused(wrong[0], request_id=text("req_9"), fields={"exp_year": wrong})
    app = make_app()
    async with app.run_test() as pilot:
        await open_dialog(pilot)
        await fill(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "The card was not saved." in running_text(app))
        assert "req_9" in running_text(app)
        assert "expiration year is invalid" in line_with(app, "Expires")
        assert values(app) == ["", "", ""]
        provider.failing["save_card"] = DeadlineExceeded(text("No answer within 30 s."))
        await fill(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "It is not known whether the card was saved" in running_text(app))
        provider.failing["save_card"] = CardNotSaved(text("The bank wants to ask the card holder (3-D Secure)."))
        await fill(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "3-D Secure" in running_text(app))
        await pilot.click("#link")
        await until(pilot, lambda: isinstance(app.screen, AddFundsDialog))


async def test_adding_funds_goes_on_with_the_new_card_and_charges_nothing_by_itself(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f", "4", "0", "up", "enter")
        assert isinstance(app.screen, AddCardDialog)
        await fill(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "Charge visa ···· 5556" in running_text(app))
        assert isinstance(app.screen, AddFundsDialog)
        assert provider.charges == []
        await press(pilot, "enter")
        assert isinstance(app.screen, ConfirmDialog)
        assert "Charge $40.00 to visa ···· 5556" in running_text(app)
        await press(pilot, "escape", "end", "up")
        assert "Add a card…" not in running_text(app)


async def test_adding_funds_goes_on_with_the_link_when_no_card_is_wanted(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f", "4", "0", "up", "enter")
        await pilot.click("#link")
        await pilot.pause()
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
    assert provider.charges == []


async def test_the_default_card_and_removing_are_asked_first(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "5", "d")
        assert "visa ···· 4242 is the default card already." in toasts(app)
        await press(pilot, "down", "d", "right", "enter")
        await until(pilot, lambda: "default" in line_with(app, "amex ···· 0005"))
        await press(pilot, "x")
        assert "It is the default card" in running_text(app)
        await press(pilot, "enter")
        assert len(provider.cards) == 3
        await press(pilot, "x", "right", "enter")
        await until(pilot, lambda: "2 cards" in running_text(app))
    assert [card.id for card in provider.cards] == ["pm_1", "pm_3"]


async def test_an_account_that_cannot_change_cards_offers_nothing_of_it(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.capabilities -= {Capability.CARD_SETUP}
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "5", "n", "d", "x")
        assert isinstance(app.screen, MainScreen)
        assert "new card" not in running_text(app)
        await press(pilot, "f")
        assert "another card" not in running_text(app)
