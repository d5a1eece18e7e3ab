"""One sandbox for all tests here, returned to its first state before each."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tui.sandbox.harness import RunningSandbox, start_sandbox

# The clients here take verify=False, as nothing is encrypted: each would read all certificates of this machine first.
NOON = "2026-11-20T12:00:00Z"


@pytest.fixture(scope="session")
def running() -> Iterator[RunningSandbox]:
    with start_sandbox(rows=300, seed=7, clock_at=NOON) as running:
        yield running


@pytest.fixture
def sandbox(running: RunningSandbox) -> RunningSandbox:
    running.reset()
    return running


@pytest.fixture
def api(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """A client of the ModelsLab endpoints with every scope."""
    headers = {"Authorization": f"Bearer {sandbox.token}", "Accept": "application/json"}
    with httpx.Client(base_url=sandbox.modelslab_url, headers=headers, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def web(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """A browser's part: no token, follows redirects."""
    with httpx.Client(base_url=sandbox.origin, follow_redirects=True, trust_env=False, verify=False) as client:
        yield client
