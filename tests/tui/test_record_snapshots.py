"""Pictures of the ledger, plans, invoices and cards; everything else about them is asserted in words elsewhere."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp
from tui.app.billing_app import BillingApp

Loaded = Callable[[BillingApp, Pilot[Any]], Awaitable[None]]
Compare = Callable[..., bool]

VIEWS = {"ledger": ["2"], "plans": ["3"], "invoices": ["4"], "cards": ["5"]}
LOOKS = {"80x24-dark": ((80, 24), "billtop-dark"), "120x40-light": ((120, 40), "billtop-light")}
MORE = {"transaction": ["2", "enter"], "filter": ["2", "slash", "t", "y", "p", "o", "colon"], "invoice": ["4", "enter"]}


def picture(app: BillingApp, loaded: Loaded, keys: list[str]) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """What to do before the picture is taken."""

    async def before(pilot: Pilot[Any]) -> None:
        await loaded(app, pilot)
        await pilot.press(*keys)
        await pilot.pause()

    return before


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("view", VIEWS)
def test_view(snap_compare: Compare, make_app: MakeApp, loaded: Loaded, view: str, look: str) -> None:
    size, theme = LOOKS[look]
    app = make_app(theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=picture(app, loaded, VIEWS[view]))


@pytest.mark.parametrize("moment", MORE)
def test_moment(snap_compare: Compare, make_app: MakeApp, loaded: Loaded, moment: str) -> None:
    app = make_app(theme="billtop-light")
    assert snap_compare(app, terminal_size=(80, 24), run_before=picture(app, loaded, MORE[moment]))
