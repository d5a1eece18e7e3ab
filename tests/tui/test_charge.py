"""Charging a saved card: asked first, sent once, and every way it can end told in words."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Button, Input

from tests.conftest import FixedClock
from tests.tui.charging import DONE, HOLDER_WANTED, LIMITED, NO_FUNDS, ask, charge, say_yes
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, usd
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import line_with, press, screen_lines, screen_text
from tui.account.state import Snapshot
from tui.app.main_screen import MainScreen
from tui.domain import AnswerKind, IntentState, MoneyAnswer, PlanCatalog, SafeText
from tui.providers.base import PAYING, Capability
from tui.screens.payments.add_funds import AddFundsDialog
from tui.screens.payments.charge import ChargeDialog
from tui.screens.payments.checkout import CheckoutDialog
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.help import HelpDialog


async def test_the_form_offers_the_link_first_and_every_card(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f")
        assert line_with(app, "payment link").split() == ["Pay", "with", "›", "payment", "link"]
        assert line_with(app, "4242").strip() == "visa ···· 4242, 12/27, default"
        assert line_with(app, "0005").strip() == "amex ···· 0005, 12/26"
        assert line_with(app, "4444").strip() == "mastercard ···· 4444, 08/25   expired"
        assert "Make payment link" in screen_text(app)


async def test_arrows_choose_the_way_without_leaving_the_amount_and_skip_expired_cards(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f", "down", "down")
        assert "›" in line_with(app, "0005")
        assert "Charge amex ···· 0005…" in screen_text(app)
        assert app.screen.query_one(Input).has_focus
        await press(pilot, "down")
        assert "›" in line_with(app, "another card…")
        await press(pilot, "down")
        assert "›" in line_with(app, "payment link")


async def test_the_amount_is_filled_in_and_typing_replaces_it(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.catalog = PlanCatalog((), minimum_top_up=usd("30.00"))
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f")
        assert app.screen.query_one(Input).value == "30.00"
        await press(pilot, "4", "5")
        assert app.screen.query_one(Input).value == "45"


@pytest.mark.parametrize(
    ("missing", "shown", "hidden"),
    [(Capability.FUND, "payment link", "4242"), (Capability.PAYMENT_LINK, "4242", "payment link")],
)
async def test_only_what_the_account_can_do_is_offered(
    make_app: MakeApp, provider: FakeProvider, missing: Capability, shown: str, hidden: str
) -> None:
    provider.capabilities -= {missing}
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f")
        assert shown in screen_text(app)
        assert hidden not in screen_text(app)


async def test_read_only_offers_nothing_of_it(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.capabilities -= PAYING
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "add funds" not in screen_lines(app)[-1]
        assert "Activity" not in screen_text(app)
        assert "Add funds" not in {command.title for command in app.get_system_commands(app.screen)}
        await press(pilot, "f")
        assert isinstance(app.screen, MainScreen)


async def test_the_question_names_everything_and_stands_on_no(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot)
        said = running_text(app)
        assert "Charge $25.00 to visa ···· 4242 for the wallet of work (ModelsLab, LIVE)?" in said
        assert "This is real money. Balance now $75.50." in said
        assert "› No" in said
        await press(pilot, "enter")
        assert isinstance(app.screen, AddFundsDialog)
        assert app.screen.query_one(Input).value == "25.00"
    assert provider.charges == []
    assert app.snapshot.intents == ()


@pytest.mark.parametrize("key", ["y", "Y", "c", "space", "escape"])
async def test_no_stray_key_answers_yes(make_app: MakeApp, provider: FakeProvider, key: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot)
        await press(pilot, key, "enter")
        await pilot.pause()
    assert provider.charges == []


async def test_charged(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [DONE]
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await charge(pilot)
        said = running_text(app)
        assert "Charged $25.00 to visa ···· 4242 at 18:24:05. Balance $100.50." in said
        assert "req_7" in said
        assert toasts(app) == ""
        await press(pilot, "enter")
        assert isinstance(app.screen, MainScreen)
    ((body, _),) = provider.charges
    assert body == b'{"amount": 25.00, "payment_method_id": "pm_1"}'


async def test_pressing_yes_twice_is_one_charge(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [DONE]
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot)
        yes = app.screen.query_one("#yes", Button)
        yes.press()
        yes.press()
        await until(pilot, lambda: "Charged $25.00" in running_text(app))
    assert len(provider.charges) == 1
    assert len(app.snapshot.intents) == 1


async def test_entering_the_form_twice_asks_once(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f", "down")
        go = app.screen.query_one("#go", Button)
        go.press()
        go.press()
        await pilot.pause()
        assert [type(each) for each in app.screen_stack] == [MainScreen, AddFundsDialog, ConfirmDialog]


async def test_while_it_is_sent_it_says_that_closing_does_not_stop_it(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers, provider.charge_gate = [DONE], asyncio.Event()
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await ask(pilot)
        await say_yes(pilot)
        await until(pilot, lambda: bool(provider.charges))
        said = running_text(app)
        assert "Charging visa ···· 4242…" in said
        assert "Closing this does not stop it: 6 Activity shows how it ends." in said
        await press(pilot, "enter", "l", "r", "x")
        assert isinstance(app.screen, ChargeDialog)
        await press(pilot, "escape", "6")
        await until(pilot, lambda: "sending" in line_with(app, "$25.00 from visa ···· 4242"))
        provider.charge_gate.set()
        await until(pilot, lambda: "Charged $25.00 to visa ···· 4242 at 18:24:05." in toasts(app))
        assert "charged" in line_with(app, "$25.00 from visa ···· 4242")
    assert len(provider.charges) == 1


async def test_quitting_while_it_is_sent_waits_for_the_outcome(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers, provider.charge_gate = [DONE], asyncio.Event()
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await ask(pilot)
        await say_yes(pilot)
        await until(pilot, lambda: bool(provider.charges))
        await press(pilot, "ctrl+q")
        assert "Payment in progress." in toasts(app)
        assert app.is_running
        provider.charge_gate.set()
        await until(pilot, lambda: not app.is_running)
    again = make_app()
    async with again.run_test() as pilot:
        await until(pilot, lambda: len(again.snapshot.intents) == 1)
        assert again.snapshot.intents[0].state is IntentState.DONE


async def test_a_decline_is_told_in_words_and_leads_back_to_the_cards(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers = [NO_FUNDS]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        said = running_text(app)
        assert "The card was declined: there is not enough money behind the card. Nothing was charged." in said
        assert "Use another card, or a payment link." in said
        assert "enter other card" in screen_lines(app)[-1]
        await press(pilot, "enter")
        assert isinstance(app.screen, AddFundsDialog)
        assert app.screen.query_one(Input).value == "25.00"
        assert "›" in line_with(app, "visa ···· 4242")


async def test_a_decline_leads_to_a_link_of_the_same_amount(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [NO_FUNDS]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        await press(pilot, "l")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
    assert [each.amount for each in provider.requests] == [usd("25.00")]


async def test_3d_secure_is_never_shown_as_paid_and_leads_to_a_link(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [HOLDER_WANTED]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        said = running_text(app)
        assert "The bank requires authentication (3-D Secure). Nothing was charged." in said
        assert "A payment link can do that" in said
        assert "Charged" not in said
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
    assert [each.amount for each in provider.requests] == [usd("25.00")]


async def test_a_refused_amount_comes_back_to_the_form_with_what_was_typed(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    wrong: dict[str, tuple[SafeText, ...]] = {"amount": (text("The amount must be at least 30"),)}
    provider.charge_answers = [MoneyAnswer(AnswerKind.REFUSED, text("The data was invalid."), fields=wrong)]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        await until(pilot, lambda: isinstance(app.screen, AddFundsDialog))
        assert "The amount must be at least 30. Nothing was charged." in running_text(app)
        assert app.screen.query_one(Input).value == "25.00"
        await press(pilot, "3", "0")
        assert "must be at least 30" not in running_text(app)


async def test_a_rate_limit_counts_down_and_then_asks_again(
    make_app: MakeApp, provider: FakeProvider, clock: FixedClock
) -> None:
    provider.charge_answers = [LIMITED, DONE]
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await charge(pilot)
        assert "Try again in 2:10 (at 18:26:15)" in running_text(app)
        await press(pilot, "enter")
        assert "no other attempt before 18:26:15" in toasts(app)
        clock.advance(timedelta(seconds=131))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert len(provider.charges) == 1
        await say_yes(pilot)
        await until(pilot, lambda: "Charged $25.00" in running_text(app))


async def test_a_journal_that_takes_no_writing_stops_the_charge_and_not_the_quitting(
    make_app: MakeApp, provider: FakeProvider, tmp_path: Path
) -> None:
    provider.charge_answers = [DONE]
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot)
        refuse_writing(tmp_path / "payments.sqlite3")
        await say_yes(pilot)
        await until(pilot, lambda: "Nothing was sent." in running_text(app))
        assert isinstance(app.screen, AddFundsDialog)
    assert provider.charges == []


def refuse_writing(journal: Path) -> None:
    """Make every change of the charges in a journal fail, as a full disk does."""
    with closing(sqlite3.connect(journal)) as db:
        for change in ("INSERT", "UPDATE"):
            db.execute(
                f"CREATE TRIGGER full_{change} BEFORE {change} ON intents"
                " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        db.commit()


async def test_cards_that_arrive_later_join_the_form(make_app: MakeApp, provider: FakeProvider) -> None:
    cards, provider.cards = provider.cards, ()
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f", "5", "0")
        assert "visa" not in screen_text(app)
        provider.cards = cards
        app.account_session.refresh(Snapshot.payment_methods)
        await until(pilot, lambda: "visa ···· 4242" in screen_text(app))
        assert "›" in line_with(app, "payment link")
        assert app.screen.query_one(Input).value == "50"


async def test_an_outcome_under_another_dialog_closes_only_its_own(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers, provider.charge_gate = [MoneyAnswer(AnswerKind.REFUSED, text("No."))], asyncio.Event()
    app = make_app()
    async with app.run_test() as pilot:
        await ask(pilot)
        await say_yes(pilot)
        await until(pilot, lambda: bool(provider.charges))
        await press(pilot, "question_mark")
        provider.charge_gate.set()
        await until(pilot, lambda: not app.account_session.paying)
        assert isinstance(app.screen, HelpDialog)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, AddFundsDialog))
        assert [type(each) for each in app.screen_stack] == [MainScreen, AddFundsDialog]
