"""Managing subscriptions: asked first, sent once, and a lost charge found out by reading the subscription."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.tui.charging import LOST, NO_FUNDS, say_yes
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, usd
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import line_with, press
from tui.app.main_screen import MainScreen
from tui.domain import AnswerKind, IntentState, MoneyAnswer, SubscriptionState, Transaction
from tui.providers.base import Capability
from tui.providers.errors import DeadlineExceeded, Invalid
from tui.screens.payments.charge import ChargeDialog
from tui.screens.plans.subscriptions import SubscriptionsDialog
from tui.screens.shared.confirm import ConfirmDialog

DONE = MoneyAnswer(AnswerKind.DONE, text("Payment completed."), None, "pi_9", request_id=text("req_9"))


async def open_dialog(pilot: Pilot[int]) -> None:
    """Come to the subscriptions: the enterprise plan runs, the voice add-on is past due."""
    await settled(pilot)
    await press(pilot, "3", "m")
    assert isinstance(pilot.app.screen, SubscriptionsDialog)


async def test_pausing_and_resuming_are_asked_first(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await open_dialog(pilot)
        await press(pilot, "z", "enter")
        assert "active" in line_with(app, "Basic Enterprise")
        await press(pilot, "z")
        await say_yes(pilot)
        await until(pilot, lambda: "paused" in line_with(app, "Basic Enterprise"))
        assert "Basic Enterprise is paused." in toasts(app)
        await press(pilot, "u")
        assert "Resume Basic Enterprise at $249.00 monthly?" in running_text(app)
        await say_yes(pilot)
        await until(pilot, lambda: "active" in line_with(app, "Basic Enterprise"))


async def test_a_key_that_makes_no_sense_says_why(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await open_dialog(pilot)
        await press(pilot, "p", "u", "c")
        for words in ("Basic Enterprise owes nothing: it is active.", "not paused", "no other enterprise plan"):
            assert words in toasts(app)
        await press(pilot, "down", "z")
        assert "Voice add-on does not run: it is past due." in toasts(app)
        assert isinstance(app.screen, SubscriptionsDialog)


async def test_another_plan_is_chosen_named_and_asked(make_app: MakeApp, provider: FakeProvider) -> None:
    bigger = replace(provider.catalog.items[0], id="plan_big", name=text("Large Enterprise"))
    provider.catalog = replace(provider.catalog, items=(*provider.catalog.items, bigger))
    app = make_app()
    async with app.run_test() as pilot:
        await open_dialog(pilot)
        await press(pilot, "c", "enter")
        asked = "Move from Basic Enterprise to Large Enterprise, $249.00 monthly, $2,490.00 yearly?"
        assert asked in running_text(app)
        assert "it may be charged now" in running_text(app)
        await say_yes(pilot)
        await until(pilot, lambda: "Large Enterprise" in running_text(app))
    assert provider.running[0].plan_id == "plan_big"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Invalid(text("It means the other one."), hint=text("Do it there.")), "Basic Enterprise was not changed."),
        (DeadlineExceeded(text("No answer within 30 s.")), "it may have been done: look before you do it again."),
    ],
)
async def test_a_change_that_failed_is_told_apart_from_one_nobody_knows_of(
    make_app: MakeApp, provider: FakeProvider, error: Invalid | DeadlineExceeded, words: str
) -> None:
    provider.failing["pause_subscription"] = error
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await open_dialog(pilot)
        await press(pilot, "z")
        await say_yes(pilot)
        await until(pilot, lambda: words in toasts(app))


async def test_what_is_owed_is_written_down_sent_once_and_told(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [DONE]
    app = make_app()
    async with app.run_test() as pilot:
        await open_dialog(pilot)
        await press(pilot, "down", "p")
        assert isinstance(app.screen, ConfirmDialog)
        for words in ("Pay what Voice add-on owes?", "$19.00", "LIVE", "This is real money."):
            assert words in running_text(app)
        await say_yes(pilot)
        await until(pilot, lambda: "Done: Payment repair of Voice add-on at 18:24:05." in running_text(app))
        assert isinstance(app.screen, ChargeDialog)
        assert [intent.state for intent in app.snapshot.intents] == [IntentState.DONE]
    assert len(provider.charges) == 1


async def test_a_lost_answer_is_unknown_blocks_the_same_and_no_row_of_the_wallet_proves_it(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test() as pilot:
        await open_dialog(pilot)
        await press(pilot, "down", "p")
        await say_yes(pilot)
        await until(
            pilot, lambda: "Unknown: Payment repair of Voice add-on. It may have been charged." in running_text(app)
        )
        provider.rows = (credit_of(provider.rows[7]), *provider.rows)
        await press(pilot, "enter")
        await until(pilot, lambda: "compare the invoices" in running_text(app))
        await press(pilot, "escape", "p")
        await say_yes(pilot)
        await until(pilot, lambda: "Nothing was sent: it could be charged twice." in running_text(app))
        provider.proof = text("the provider says that the subscription runs again")
        app.show_charge(app.snapshot.intents[0])
        await pilot.pause()
        await press(pilot, "enter")
        await until(pilot, lambda: "The provider says that the subscription runs again." in running_text(app))
        assert [intent.state for intent in app.snapshot.intents] == [IntentState.RECONCILED]
    assert len(provider.charges) == 1


def credit_of(row: Transaction) -> Transaction:
    """A credit of just that amount at just that time."""
    return row._replace(id="txn_new", at=row.at and row.at.replace(day=20, hour=18, minute=24), amount=usd("19.00"))


async def test_a_decline_offers_nothing_that_would_fund_the_wallet(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [NO_FUNDS]
    app = make_app()
    async with app.run_test() as pilot:
        await open_dialog(pilot)
        await press(pilot, "b")
        assert "Begin a new billing period of Basic Enterprise now?" in running_text(app)
        await say_yes(pilot)
        await until(pilot, lambda: "not enough money behind the card" in running_text(app))
        await press(pilot, "enter", "l")
        assert isinstance(app.screen, ChargeDialog)


async def test_an_account_that_cannot_change_subscriptions_offers_nothing_of_it(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.capabilities -= {Capability.SUBSCRIPTION_CHANGES}
    provider.running = (replace(provider.running[0], status=SubscriptionState("active")),)
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "3", "m")
        assert isinstance(app.screen, MainScreen)
        assert "manage" not in running_text(app)


async def test_a_plan_is_subscribed_to_on_the_default_card_after_a_question(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers = [replace(DONE, message=text("Subscription created."))]
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        app.open_subscribe(provider.catalog.items[1])
        await pilot.pause()
        await pilot.click("#charge")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert "Subscribe to Professional and charge $47.00 monthly to visa ···· 4242?" in running_text(app)
        await press(pilot, "enter")
        assert provider.charges == []
        await pilot.click("#charge")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await say_yes(pilot)
        await until(pilot, lambda: "Subscription created." in running_text(app))
        assert isinstance(app.screen, ChargeDialog)
    assert [body for body, _ in provider.charges] == [b"plan_pro pm_1"]
