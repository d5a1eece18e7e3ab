"""The app on an account in memory."""

from collections.abc import Awaitable, Callable
from datetime import UTC
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.conftest import FixedClock
from tests.tui.fake_provider import FakeProvider, FakeSource
from tests.tui.hostile import TURNS, Hostile
from tests.tui.looking import settled
from tui.app.billing_app import BillingApp

MakeApp = Callable[..., BillingApp]


PICTURED = next(each for each in requires("billtop") or () if each.startswith("textual==")).partition(";")[0]
"""The Textual that the pictures are of, as the extra dev has it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compare no pictures on another Textual than the one they are of; `.ci/run` tries some."""
    if f"textual=={version('textual')}" == PICTURED:
        return
    for item in items:
        if isinstance(item, pytest.Function) and "snap_compare" in item.fixturenames:
            item.add_marker(pytest.mark.skip(reason=f"the pictures are of {PICTURED}"))


BLINKING = Input.__dict__["cursor_blink"]
"""What makes cursors blink outside of tests."""


@pytest.fixture(autouse=True)
def steady_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A blinking cursor would make pictures differ."""
    monkeypatch.setattr(Input, "cursor_blink", False)


@pytest.fixture
def provider() -> FakeProvider:
    """An account with something of everything."""
    return FakeProvider()


@pytest.fixture(params=TURNS)
def hostile(request: pytest.FixtureRequest) -> Hostile:
    """Hostile texts, one turn after the other."""
    begin: int = request.param
    return Hostile(begin)


@pytest.fixture
def make_app(provider: FakeProvider, clock: FixedClock, tmp_path: Path) -> MakeApp:
    """Build the app on `provider`; keywords go to BillingApp."""

    def build(**options: object) -> BillingApp:
        sources = options.pop("sources", None) or [options.pop("source", None) or FakeSource(provider)]
        return BillingApp(sources, tmp_path / "payments.sqlite3", clock, zone=UTC, **options)  # type: ignore[arg-type]

    return build


@pytest.fixture
def loaded() -> Callable[[BillingApp, Pilot[Any]], Awaitable[None]]:
    """Wait until the account is connected and every part was read or failed."""

    async def wait(app: BillingApp, pilot: Pilot[Any]) -> None:
        await settled(pilot)

    return wait
