"""Views follow the width of the terminal, also when it changes while a dialog or another view is in front of them."""

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, transactions
from tests.tui.looking import settled, until
from tests.tui.reading import press, screen_lines, screen_text
from tui.app.billing_app import BillingApp

NARROW, WIDE = (80, 24), (160, 40)
ONLY_IN_DETAIL = "y copies"


def side_by_side(app: BillingApp) -> bool:
    """Whether the overview stands in two columns."""
    return any("By use case" in line and "Subscriptions" in line for line in screen_lines(app))


async def test_the_detail_comes_beside_a_ledger_that_was_widened_behind_a_dialog(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.rows = transactions(40)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settled(pilot)
        await press(pilot, "2")
        assert ONLY_IN_DETAIL not in screen_text(app)
        await press(pilot, "s")
        await pilot.resize_terminal(*WIDE)
        await press(pilot, "escape")
        await until(pilot, lambda: ONLY_IN_DETAIL in screen_text(app))


async def test_every_view_is_laid_out_for_the_width_of_now(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows = transactions(40)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert side_by_side(app)
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: not side_by_side(app))
        await press(pilot, "7")
        await pilot.resize_terminal(*WIDE)
        await press(pilot, "1")
        await until(pilot, lambda: side_by_side(app))
        await press(pilot, "7")
        await pilot.resize_terminal(*NARROW)
        await press(pilot, "1")
        await until(pilot, lambda: not side_by_side(app))
        await press(pilot, "7")
        narrow = max(map(len, screen_lines(app)))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: max(map(len, screen_lines(app)[3:-2])) > narrow)
        await press(pilot, "1")
        await until(pilot, lambda: side_by_side(app))
