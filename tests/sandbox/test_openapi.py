"""The sandbox keeps to its own description: schemathesis sends what the description allows and what it forbids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.schemas import BaseSchema

from tui.sandbox.harness import RunningSandbox, start_sandbox


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[RunningSandbox]:
    with start_sandbox(rows=50, rate_limits=False) as running:
        yield running


@pytest.fixture
def description(fuzzed: RunningSandbox) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{fuzzed.origin}/openapi.json")


schema = schemathesis.pytest.from_fixture("description")


@schema.parametrize()
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_every_operation_keeps_to_the_description(case: Case[Any], fuzzed: RunningSandbox) -> None:
    # A fault, latency or switched setting left by an earlier example would be obeyed by every later one.
    fuzzed.reset()
    fuzzed.settings(rate_limits=False)
    case.call_and_validate(headers={"Authorization": f"Bearer {fuzzed.token}"})
