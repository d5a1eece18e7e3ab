"""Charging a saved card from the dashboard, key by key, and the answers a provider gives to it."""

from datetime import timedelta

from textual.pilot import Pilot

from tests.tui.fake_provider import text, usd
from tests.tui.looking import settled, until
from tests.tui.reading import press
from tui.app.billing_app import BillingApp
from tui.domain import AnswerKind, IntentState, MoneyAnswer
from tui.screens.shared.confirm import ConfirmDialog

DONE = MoneyAnswer(AnswerKind.DONE, text("The card was charged."), None, "pi_1", usd("100.50"), text("req_7"))
LOST = MoneyAnswer(AnswerKind.LOST, text("No answer within 40 s."))
NO_FUNDS = MoneyAnswer(AnswerKind.DECLINED, text("Declined."), text("insufficient_funds"), request_id=text("req_7"))
HOLDER_WANTED = MoneyAnswer(AnswerKind.REQUIRES_ACTION, text("The bank wants to ask the card holder first."))
LIMITED = MoneyAnswer(
    AnswerKind.LIMITED, text("Too many requests; the payment was not begun."), retry_after=timedelta(seconds=130)
)


async def ask(pilot: Pilot[int]) -> None:
    """Come to the question before $25.00 is charged to the default card."""
    await settled(pilot)
    await press(pilot, "f", "down", "enter")
    assert isinstance(pilot.app.screen, ConfirmDialog)


async def say_yes(pilot: Pilot[int]) -> None:
    """Go over to Yes and press it."""
    await press(pilot, "right", "enter")


async def charge(pilot: Pilot[int]) -> None:
    """Charge $25.00 to the default card and wait for the outcome."""
    app = pilot.app
    assert isinstance(app, BillingApp)
    before = len(app.snapshot.intents)
    await ask(pilot)
    await say_yes(pilot)
    on_its_way = {IntentState.PREPARED, IntentState.SENT}
    await until(
        pilot,
        lambda: (
            len(app.snapshot.intents) > before
            and not app.account_session.paying
            and all(each.state not in on_its_way for each in app.snapshot.intents)
        ),
    )
