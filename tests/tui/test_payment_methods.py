"""Cards on file and the billing profile."""

from collections.abc import Awaitable, Callable

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider
from tests.tui.reading import line_with, press, screen_lines, screen_text
from tui.app.billing_app import BillingApp
from tui.domain import BillingProfile, SafeText
from tui.providers.base import Capability
from tui.providers.errors import NotAllowed

Loaded = Callable[[BillingApp, object], Awaitable[None]]


async def test_each_card_says_how_long_it_works(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "5")
        line_with(app, "3 cards · 1 expired · 1 expires next month")
        visa = line_with(app, "visa ···· 4242")
        assert "12/27" in visa
        assert visa.rstrip().endswith("default")
        assert "expires next month" in line_with(app, "amex ···· 0005")
        assert "expired" in line_with(app, "mastercard ···· 4444")
        await press(pilot, "down", "y")
        assert app.clipboard == "pm_2"


async def test_who_is_billed_stands_with_the_cards(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "5")
        for words in ("Example Labs GmbH", "billing@example.com", "DE123456789 (eu_vat)", "10969 Berlin"):
            line_with(app, words)


async def test_on_a_wide_terminal_the_profile_stands_beside(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(app, pilot)
        await press(pilot, "5")
        assert "billing@example.com" in line_with(app, "visa ···· 4242") + line_with(app, "amex ···· 0005")


async def test_without_cards_it_says_how_the_first_gets_here(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.cards = ()
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "5")
        line_with(app, "No cards on file. n adds one.")
        line_with(app, "Example Labs GmbH")
        assert all(len(line) <= 80 for line in screen_lines(app))


async def test_where_cards_cannot_be_added_it_says_how_else_the_first_gets_here(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.cards = ()
    provider.capabilities -= {Capability.CARD_SETUP}
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "5")
        line_with(app, "No cards on file. f makes a payment link; a card can be saved when paying")
        line_with(app, "A card added on ModelsLab's site shows up here, r reads again.")


async def test_a_profile_that_may_not_be_read_leaves_the_cards(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.failing["billing_profile"] = NotAllowed(SafeText("This token lacks billing:read"))
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "5")
        line_with(app, "visa ···· 4242")
        line_with(app, "Could not read billing profile. This token lacks billing:read.")


async def test_a_provider_without_profiles_shows_none(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.capabilities -= {Capability.BILLING_PROFILE}
    provider.failing["billing_profile"] = NotAllowed(SafeText("never asked"))
    app = make_app()
    async with app.run_test() as pilot:
        for _ in range(6):
            await pilot.pause()
        await press(pilot, "5")
        line_with(app, "visa ···· 4242")
        assert "Billed to" not in screen_text(app)


async def test_an_empty_profile_says_so(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.profile = BillingProfile()
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "5")
        line_with(app, "Nobody yet: the billing profile is empty.")
