"""Hostile text in every field of transactions, plans, invoices, cards and profiles: shown, never obeyed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider
from tests.tui.hostile import Hostile, check, poison
from tests.tui.reading import press
from tui.app.billing_app import BillingApp
from tui.providers.errors import NotFound

Loaded = Callable[[BillingApp, Pilot[Any]], Awaitable[None]]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_view_and_dialog(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider, hostile: Hostile, size: tuple[int, int]
) -> None:
    poison(provider, hostile)
    app = make_app()
    async with app.run_test(size=size, notifications=True) as pilot:
        await loaded(app, pilot)
        for keys in (["2"], ["enter"], ["Y"], ["escape", "3"], ["4"], ["y"], ["enter"], ["escape", "5"], ["y"]):
            await press(pilot, *keys)
            check(app)
        provider.failing["invoice"] = NotFound(hostile.text(), request_id=hostile.text())
        await press(pilot, "4", "enter")
        check(app)
        assert app.is_running
