"""Marks tests with the fault they inject, records what was seen, and holds the run to the committed table.

A test says `@row("N7", injected="hang before the server commits")` and calls the fixture `record(seen, charges=...)`
once. Words must not depend on the run: no ports, no times. The lines travel in the reports of the tests, so that it
does not matter which process ran them.
"""

import logging
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from tests.faults.results import FILE, Line, committed, table
from tests.faults.rig import SECRETS, Payer

Record = Callable[..., None]
_PROPERTY = "fault line"
_GATHERED: dict[tuple[str, str], Line] = {}
"""The lines of this process: the hook that reads reports is given no config."""
_collected = pytest.StashKey[set[tuple[str, str]]]()
_whole = pytest.StashKey[bool]()
_passed = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-results", action="store_true", help="write tests/faults/RESULTS.md from this run")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(row, injected): the row of the fault matrix, and how the fault is made")
    config.stash[_collected] = set()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note every line that some test makes, before any is deselected."""
    here = FILE.parent
    files = {item.path for item in items if item.path.parent == here}
    config.stash[_whole] = files == set(here.glob("test_*.py")) and not any("::" in word for word in config.args)
    for item in items:
        for name in _names(item):
            assert name not in config.stash[_collected], f"two tests make the line {name}"
            config.stash[_collected].add(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know whether their test passed: one that was skipped or failed need not have recorded."""
    report = yield
    if report.when == "call":
        item.stash[_passed] = report.passed
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Gather the lines; with several workers this runs where their reports come together."""
    for name, value in report.user_properties:
        if name == _PROPERTY and report.when == "call" and report.passed and isinstance(value, list):
            line = Line(*value)
            _GATHERED[line.name] = line


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if not config.getoption("--write-results", default=False) or hasattr(config, "workerinput"):
        return
    # Tests that could not run here keep the line they had.
    lines = {**committed(), **_GATHERED}
    if config.stash.get(_whole, False):
        lines = {name: line for name, line in lines.items() if name in config.stash[_collected]}
    FILE.write_text(table(lines), encoding="utf-8")


def _names(item: pytest.Item) -> list[tuple[str, str]]:
    return [(mark.args[0], mark.kwargs["injected"]) for mark in item.iter_markers("row")]


@pytest.fixture
def record(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[Record]:
    """Record what a person saw: `record(seen, charges=1)`, once a test, and look for secrets wherever text may end."""
    (name,) = _names(request.node)
    made: list[Line] = []
    caplog.set_level(logging.DEBUG)

    def note(seen: str, *, charges: int | str = "–") -> None:
        made.append(Line(*name, " ".join(seen.split()), str(charges)))
        request.node.user_properties.append((_PROPERTY, [*name, made[0].seen, made[0].charges]))

    yield note
    if not request.node.stash.get(_passed, False):
        return
    assert len(made) == 1, "a test of a row records once"
    printed = capfd.readouterr()
    for where, text in {"seen": made[0].seen, "logs": caplog.text, "out": printed.out, "err": printed.err}.items():
        for secret in SECRETS:
            assert secret not in text, f"a secret shows in {where}"
    if not request.config.getoption("--write-results", default=False):
        assert str(committed().get(name)) == str(made[0]), "RESULTS.md tells otherwise: --write-results renews it"


@pytest.fixture
def known_lines(request: pytest.FixtureRequest) -> set[tuple[str, str]]:
    """The names of all lines that tests make; skips when only a part of the folder was collected."""
    config: pytest.Config = request.config
    if not config.stash[_whole]:
        pytest.skip("only a part of the fault tests was collected")
    return config.stash[_collected]


@pytest.fixture(autouse=True)
def no_certificates_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words must not depend on where the tests run."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def payer(tmp_path: Path, clock: FixedClock) -> Payer:
    """Somebody who pays, with a journal in an empty folder."""
    folder = tmp_path / "journals"
    folder.mkdir()
    return Payer(folder, clock)
