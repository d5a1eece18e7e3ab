"""The app on an account in memory."""

from collections.abc import Awaitable, Callable
from datetime import UTC
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.conftest import FixedClock
from tests.tui.fake_provider import FakeProvider, FakeSource
from tui.app import BillingApp
from tui.snapshot import Section

MakeApp = Callable[..., BillingApp]


@pytest.fixture(autouse=True)
def steady_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A blinking cursor would make pictures differ."""
    monkeypatch.setattr(Input, "cursor_blink", False)


@pytest.fixture
def provider() -> FakeProvider:
    """An account with something of everything."""
    return FakeProvider()


@pytest.fixture
def make_app(provider: FakeProvider, clock: FixedClock, tmp_path: Path) -> MakeApp:
    """Build the app on `provider`; keywords go to BillingApp."""

    def build(**options: object) -> BillingApp:
        source = options.pop("source", None) or FakeSource(provider)
        return BillingApp(source, tmp_path / "payments.sqlite3", clock, zone=UTC, **options)  # type: ignore[arg-type]

    return build


@pytest.fixture
def loaded() -> Callable[[BillingApp, "object"], Awaitable[None]]:
    """Wait until the account is connected and every part was read or failed."""

    async def wait(app: BillingApp, pilot: object) -> None:
        from textual.pilot import Pilot

        assert isinstance(pilot, Pilot)
        for _ in range(100):
            await pilot.pause()
            snapshot = app.snapshot
            parts = [snapshot.part(section) for section in Section]
            settled = all(not part.reading and (part.value is not None or part.error is not None) for part in parts)
            if snapshot.connect_error is not None or settled:
                await pilot.pause()
                return
        raise AssertionError("the account was never read")

    return wait
