"""A charge whose outcome is not known: told, counted, looked for, repeated with its key, dismissed, and in the way."""

from datetime import timedelta

from tests.conftest import FixedClock
from tests.tui.charging import DONE, LOST, ask, charge, say_yes
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, usd
from tests.tui.looking import running_text, toasts, until
from tests.tui.reading import line_with, press, screen_lines, screen_text
from tui.app.main_screen import MainScreen
from tui.domain import AnswerKind, MoneyAnswer
from tui.providers.errors import NetworkTrouble
from tui.screens.payments.charge import ChargeDialog


async def test_processing_can_be_looked_at_again(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [MoneyAnswer(AnswerKind.PROCESSING, text("Processing."), payment_intent_id="pi_9")]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        assert "Processing: $25.00 to visa ···· 4242. It may still be charged or fail." in running_text(app)
        await press(pilot, "enter")
        await until(
            pilot,
            lambda: "Charged $25.00 to visa ···· 4242. The provider says that it succeeded." in running_text(app),
        )


async def test_an_unknown_outcome_is_told_and_counted_and_stays_after_a_look_that_finds_nothing(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        lost = "Unknown: $25.00 to visa ···· 4242. It may have been charged."
        assert lost in running_text(app)
        for key in ("enter check again", "r repeat safely", "x dismiss", "esc decide later"):
            assert key in screen_lines(app)[-1]
        await press(pilot, "enter")
        await until(pilot, lambda: "which does not prove that it failed." in running_text(app))
        assert lost in running_text(app)
        await press(pilot, "escape")
        assert "1 unknown" in screen_lines(app)[0]
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: screen_lines(app)[0].split()[:2] == [str(app.snapshot.name), "LIVE"])
        assert "1 unknown" in screen_lines(app)[0]
    assert len(provider.charges) == 1


async def test_a_look_finds_the_charge_in_the_ledger(
    make_app: MakeApp, provider: FakeProvider, clock: FixedClock
) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        credit = next(row for row in provider.rows if row.source == "stripe")
        arrived = credit._replace(id="txn_new", at=clock.now(), amount=usd("25.00"), status=credit.status)
        provider.rows = (arrived, *provider.rows)
        await press(pilot, "enter")
        await until(
            pilot,
            lambda: (
                "Charged $25.00 to visa ···· 4242. Found in the ledger as transaction txn_new." in running_text(app)
            ),
        )


async def test_a_look_that_fails_says_why(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        provider.failing = {"transactions": NetworkTrouble(text("No answer."), request_id=text("req_9"))}
        await press(pilot, "enter")
        await until(pilot, lambda: "Could not check it. No answer." in running_text(app))
        assert "req_9" in running_text(app)


async def test_repeating_asks_and_sends_the_same_bytes_with_the_same_key(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.charge_answers = [LOST, DONE]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        await press(pilot, "r")
        asked = running_text(app)
        assert "Send it again with the same idempotency key: $25.00 to the wallet from visa ···· 4242?" in asked
        assert "charged once at most" in asked
        await press(pilot, "enter")
        assert len(provider.charges) == 1
        await press(pilot, "r")
        await say_yes(pilot)
        await until(pilot, lambda: "Charged $25.00" in running_text(app))
    assert provider.charges[0] == provider.charges[1]
    assert len(provider.charges) == 2


async def test_after_a_day_repeating_is_refused_with_the_reason(
    make_app: MakeApp, provider: FakeProvider, clock: FixedClock
) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await charge(pilot)
        clock.advance(timedelta(hours=24))
        await press(pilot, "r")
        assert isinstance(app.screen, ChargeDialog)
        assert "the provider may have forgotten its key and charge twice" in toasts(app)
    assert len(provider.charges) == 1


async def test_dismissing_says_what_it_may_mean_and_clears_the_way(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [LOST, DONE]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        await press(pilot, "x")
        assert "It may have been charged. Compare the ledger before you try again." in running_text(app)
        await say_yes(pilot)
        assert "Dismissed: $25.00 to visa ···· 4242. It may have been charged." in running_text(app)
        await press(pilot, "escape")
        assert "unknown" not in screen_lines(app)[0]
        await charge(pilot)
        assert "Charged $25.00" in running_text(app)


async def test_an_equal_open_payment_stands_in_the_way_and_is_shown(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.charge_answers = [LOST]
    app = make_app()
    async with app.run_test() as pilot:
        await charge(pilot)
        await press(pilot, "escape")
        await pilot.resize_terminal(60, 20)
        await ask(pilot)
        await say_yes(pilot)
        said = running_text(app)
        assert "Nothing was sent: it could be charged twice." in said
        assert "$25.00 to the wallet from visa ···· 4242, was created 20 Nov 18:24 and is unknown." in said
        assert "› Show it in Activity" in said, "what enter does can be seen, however small the terminal"
        await pilot.resize_terminal(80, 24)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, MainScreen) and "payable until" in screen_text(app))
        assert "›" in line_with(app, "$25.00 from visa")
    assert len(provider.charges) == 1
