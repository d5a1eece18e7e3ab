"""Pictures of charging a saved card, where no idempotency key is shown: that is another in each run."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.tui.charging import LOST, NO_FUNDS, ask, charge
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider
from tests.tui.reading import press
from tui.domain import MoneyAnswer

Compare = Callable[..., bool]


async def blocked(pilot: Pilot[int]) -> None:
    await charge(pilot)
    await press(pilot, "escape")
    await ask(pilot)
    await press(pilot, "right", "enter")


async def activity(pilot: Pilot[int]) -> None:
    await charge(pilot)
    await press(pilot, "escape", "6")


@pytest.mark.parametrize(
    ("before", "answer", "size", "theme"),
    [
        pytest.param(ask, LOST, (80, 24), "billtop-dark", id="question"),
        pytest.param(ask, LOST, (120, 40), "billtop-light", id="question-wide"),
        pytest.param(blocked, LOST, (80, 24), "billtop-light", id="blocked"),
        pytest.param(activity, NO_FUNDS, (80, 24), "billtop-dark", id="activity"),
    ],
)
def test_moment(
    snap_compare: Compare,
    make_app: MakeApp,
    provider: FakeProvider,
    before: Callable[[Pilot[int]], Awaitable[None]],
    answer: MoneyAnswer,
    size: tuple[int, int],
    theme: str,
) -> None:
    provider.charge_answers = [answer]
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)
