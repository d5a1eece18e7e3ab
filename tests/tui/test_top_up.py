"""An account of credits in lots: what it shows, and buying credits key by key."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from textual.pilot import Pilot

from tests.conftest import NOW, FixedClock
from tests.contract.olostep import Team, client_of
from tests.tui.conftest import MakeApp
from tests.tui.looking import running_text, settled, until
from tests.tui.reading import line_with, press, screen_text, toasts
from tui.app.billing_app import BillingApp
from tui.domain import IntentState
from tui.providers.base import Provider
from tui.screens.payments.top_up import TopUpDialog

Compare = Callable[..., bool]
DAY = 86_400
TODAY = int(NOW.timestamp())


class TeamSource:
    """The account of a team in memory."""

    theme: str | None = None
    low_balance: Decimal | None = None
    fingerprint: str | None = None

    def __init__(self, team: Team, clock: FixedClock) -> None:
        self._client = client_of(team, clock)
        account = self._client.account
        self.name, self.provider_title, self.mode = account.name, account.provider_title, account.mode

    def connect(self) -> Provider:
        return self._client

    def close(self) -> None:
        """Nothing was started."""


@pytest.fixture
def team() -> Team:
    team = Team()
    team.credits["breakdown"] = [
        {
            "purchase_kind": "Top-up",
            "allocated_units": 20000,
            "remaining_units": 4000,
            "expiry_date": TODAY + 12 * DAY + 60,
        },
        {
            "purchase_kind": "Subscription",
            "allocated_units": 10000,
            "remaining_units": 8500,
            "expiry_date": TODAY + 20 * DAY,
        },
    ]
    return team


@pytest.fixture
def app(team: Team, clock: FixedClock, make_app: MakeApp) -> BillingApp:
    return make_app(source=TeamSource(team, clock))


async def buy(pilot: Pilot[int], *keys: str) -> None:
    """Choose a size, say yes, and wait until the answer is there."""
    app = pilot.app
    assert isinstance(app, BillingApp)
    await settled(pilot)
    await press(pilot, "f", *keys, "enter", "right", "enter")
    await until(pilot, lambda: bool(app.snapshot.intents) and not app.account_session.paying)
    await pilot.pause()


async def test_the_overview_shows_lots_and_only_what_there_is(app: BillingApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "12,500 credits" in line_with(app, "Balance")
        assert "4,000 expire in 12 days" in line_with(app, "Lots")
        top_up = line_with(app, "Top-up")
        assert "4,000 of 20,000" in top_up
        assert "expires in 12 days (2 Dec)" in top_up
        assert "10,000 credits    active" in line_with(app, "Pro")
        assert line_with(app, "1 Overview").split() == ["1", "Overview", "6", "Activity"]
        for word in ("Runway", "Spend", "Latest", "card on file", "reading"):
            assert word not in screen_text(app)
        await press(pilot, "question_mark")
        told = running_text(app)
        assert "6 Activity" in told
        for view in ("3 Plans", "5 Cards", "0 All accounts"):
            assert view not in told


async def test_no_plan_and_credits_that_may_not_be_used_are_said(app: BillingApp, team: Team) -> None:
    team.credits |= {"allow_usage": False, "active_subscription": {"id": "SUB_BASE", "display_name": "Base"}}
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "! Olostep does not let these credits be used now" in screen_text(app)
        assert "no active plan" in line_with(app, "Base")


async def test_bought_credits_are_paid_then_issued(app: BillingApp, team: Team) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "f", "enter")
        asked = running_text(app)
        assert "Buy 10,000 credits with the card on file for scraper (Olostep, LIVE)?" in asked
        assert "This is real money. Balance now 12,500 credits." in asked
        await press(pilot, "enter")
        assert isinstance(app.screen, TopUpDialog), "enter alone is No"
        assert team.bought == []
        await press(pilot, "enter", "right", "enter")
        await until(pilot, lambda: bool(app.snapshot.intents) and not app.account_session.paying)
        assert "10,000 credits from the card on file. The credits are being issued." in running_text(app)
        await press(pilot, "escape")
        assert "10,000 credits paid, being issued" in screen_text(app)
        await press(pilot, "6", "c")
        await until(pilot, lambda: any("Paid; the credits are being issued." in each for each in toasts(app)))
        team.issue(10000)
        await press(pilot, "c")
        await until(pilot, lambda: app.snapshot.intents[0].state is IntentState.DONE)
        await until(pilot, lambda: app.snapshot.wallet is not None and app.snapshot.wallet.available.wire == "22500")
        assert "charged" in line_with(app, "10,000 credits from")
        assert team.bought == [b'{"credits": 10000}']


async def test_an_unknown_one_cannot_be_sent_again(app: BillingApp, team: Team) -> None:
    team.answer = (503, {"error": "payment_status_unknown"}, {})
    async with app.run_test(size=(80, 24)) as pilot:
        await buy(pilot, "down")
        told = running_text(app)
        assert "Unknown: 20,000 credits from the card on file. It may have been charged." in told
        await press(pilot, "r")
        assert any("no idempotency keys" in each for each in toasts(app))
        await press(pilot, "escape", "f", "down", "enter", "right", "enter")
        assert "Nothing was sent: it could be charged twice." in running_text(app)
        team.issue(20000)
        await press(pilot, "enter", "enter", "enter")
        await until(pilot, lambda: app.snapshot.intents[0].state is IntentState.RECONCILED)
        assert team.bought == [b'{"credits": 20000}']


async def test_the_cooldown_counts_down_and_holds_the_next_one_back(
    app: BillingApp, team: Team, clock: FixedClock
) -> None:
    team.answer = (429, {"error": "purchase_topup_cooldown"}, {"Retry-After": "42"})
    async with app.run_test(size=(80, 24)) as pilot:
        await buy(pilot)
        assert "Try again in 0:42" in running_text(app)
        assert "takes one top-up a minute; this one was not begun. Nothing was charged." in running_text(app)
        await press(pilot, "escape", "f")
        assert "Another top-up is possible in 0:42" in running_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TopUpDialog)
        assert any("no other top-up before 18:24:47" in each for each in toasts(app))
        assert len(team.bought) == 1


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (402, "payment_failed", "Check the cards in Olostep's dashboard, or ask their bank."),
        (400, "no_payment_method", "Add a card in Olostep's dashboard, then try again."),
    ],
)
async def test_each_refusal_names_its_own_next_step(
    app: BillingApp, team: Team, status: int, code: str, words: str
) -> None:
    team.answer = (status, {"error": code}, {})
    async with app.run_test(size=(80, 24)) as pilot:
        await buy(pilot)
        await until(pilot, lambda: words in running_text(app))
        assert "Nothing was charged." in running_text(app)


@pytest.mark.parametrize(
    ("keys", "size", "theme"),
    [
        pytest.param((), (80, 24), "billtop-dark", id="overview"),
        pytest.param((), (120, 40), "billtop-light", id="overview-wide"),
        pytest.param(("f", "down"), (80, 24), "billtop-light", id="sizes"),
    ],
)
def test_picture(
    snap_compare: Compare,
    team: Team,
    clock: FixedClock,
    make_app: MakeApp,
    keys: tuple[str, ...],
    size: tuple[int, int],
    theme: str,
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await press(pilot, *keys)

    app = make_app(source=TeamSource(team, clock), theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=before)
