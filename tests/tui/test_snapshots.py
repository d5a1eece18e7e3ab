"""Pictures of the overview, activity and the dialogs of paying; everything else about them is asserted in words."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, usd
from tests.tui.looking import settled
from tui.app.billing_app import BillingApp
from tui.domain import ConfirmAnswer, ConfirmKind

Compare = Callable[..., bool]
Before = Callable[[Pilot[Any]], Awaitable[None]]

SIZES = [(80, 24), (120, 40)]
THEMES = ["billtop-dark", "billtop-light"]
PAY = ["f", "5", "0", "enter"]


def shown(*keys: str) -> Before:
    """Wait for the account, press `keys`, and let what they caused happen."""

    async def before(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await without_toasts(pilot)

    return before


async def without_toasts(pilot: Pilot[Any]) -> None:
    """Toasts lie over what the picture is about."""
    pilot.app.clear_notifications()
    await pilot.pause()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [(), tuple(PAY)], ids=["overview", "checkout"])
def test_size_and_theme(
    snap_compare: Compare, make_app: MakeApp, keys: tuple[str, ...], size: tuple[int, int], theme: str
) -> None:
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=shown(*keys))


@pytest.mark.parametrize(
    "keys",
    [("f", "2", "5"), (*PAY, "z"), (*PAY, "escape", "6"), (*PAY, "escape"), ("question_mark",)],
    ids=["add-funds", "code-alone", "activity", "waiting", "help"],
)
def test_moment(snap_compare: Compare, make_app: MakeApp, keys: tuple[str, ...]) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=shown(*keys))


def test_paid(snap_compare: Compare, make_app: MakeApp, provider: FakeProvider) -> None:
    provider.answer = ConfirmAnswer(ConfirmKind.PAID, balance=usd("125.50"))
    app = make_app()
    assert snap_compare(app, terminal_size=(80, 24), run_before=shown(*PAY, "enter"))


def test_widest(snap_compare: Compare, make_app: MakeApp) -> None:
    assert snap_compare(make_app(), terminal_size=(200, 50), run_before=shown())


def test_high_contrast(snap_compare: Compare, make_app: MakeApp) -> None:
    assert snap_compare(make_app(theme="billtop-contrast"), terminal_size=(80, 24), run_before=shown())


def test_too_small(snap_compare: Compare, make_app: MakeApp) -> None:
    app: BillingApp = make_app()
    assert snap_compare(app, terminal_size=(50, 15), run_before=shown())
