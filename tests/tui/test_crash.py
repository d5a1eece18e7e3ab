"""A dashboard that ends by a fault shows where, and nothing it held."""

import io
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.console import Console
from textual.app import App

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource
from tui.app.billing_app import BillingApp
from tui.app.crash import crash_report
from tui.config.logs import log_to
from tui.domain import Balance

TOKEN = "1|sEcReTtOkEnsEcReTtOkEn"
CARD = "4242424242424242"


def fail(token: str) -> None:
    held = {"Authorization": f"Bearer {token}", "card": CARD}
    try:
        raise KeyError(held["card"])
    except KeyError as error:
        error.add_note(f"while using {token}")
        raise ExceptionGroup(f"Bearer {token}", [ValueError(f"\x1b]52;c;eA==\x07 {CARD} {held}")]) from error


def shown(report: object) -> str:
    text = io.StringIO()
    Console(file=text, width=200, force_terminal=False).print(report)
    return text.getvalue()


def test_the_report_names_places_and_holds_no_value(tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        fail(TOKEN)
    text = shown(crash_report(caught.value, tmp_path / "billtop.log"))
    assert "test_crash.py" in text
    assert "ValueError" in text
    assert "KeyError" in text
    assert "billtop.log" in text.replace("\n", "")
    for secret in (TOKEN, CARD, "\x1b", "\x07", "sEcReT"):
        assert secret not in text


def test_without_an_exception_it_still_says_what_to_do(tmp_path: Path) -> None:
    assert "Please report it" in shown(crash_report(None, tmp_path / "billtop.log"))


async def broken(app: App[int]) -> None:
    async with app.run_test() as pilot:
        app.call_later(fail, TOKEN)
        await pilot.pause()


async def test_a_fault_ends_the_app_with_words_and_a_log_entry(
    make_app: MakeApp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app: App[int] = make_app()
    log = tmp_path / "billtop.log"
    with log_to(log, {}), pytest.raises(ExceptionGroup):
        await broken(app)
    assert app.return_code == 1
    written = log.read_text()
    told = written + "".join(capsys.readouterr())
    assert "The dashboard ended by a fault." in written
    assert "in fail" in written
    assert TOKEN not in told
    assert CARD not in told


class Faulty(FakeProvider):
    async def balance(self) -> Balance:
        raise RuntimeError(f"Bearer {TOKEN}")


async def test_a_fault_in_one_part_is_said_there_and_logged_without_its_text(
    make_app: MakeApp, loaded: Callable[[BillingApp, object], Awaitable[None]], tmp_path: Path
) -> None:
    app = make_app(source=FakeSource(Faulty()))
    log = tmp_path / "billtop.log"
    with log_to(log, {}):
        async with app.run_test() as pilot:
            await loaded(app, pilot)
            assert "RuntimeError" in str(app.snapshot.balance.error)
            assert app.snapshot.plans.error is None
    text = log.read_text()
    assert "Reading balance failed." in text
    assert "builtins.RuntimeError" in text
    assert "sEcReT" not in text


async def test_the_palette_takes_no_pictures(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test():
        titles = {command.title for command in app.get_system_commands(app.screen)}
    assert "Quit" in titles
    assert not any("screenshot" in title.lower() for title in titles)
