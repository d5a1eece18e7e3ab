"""Rows T2 and U1 to U4: processes that are stopped, keys pressed twice, screens left during a call, own faults."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest

from tests.faults.conftest import Record
from tests.faults.rig import TOKEN
from tests.faults.window import BILLTOP, SECONDS, Window, needs_linux, wait_until, window
from tests.faults.windows import OpenWindow, ended, environ, journal_state, open_window, sandbox, shown
from tests.tui.conftest import MakeApp, make_app, provider
from tests.tui.fake_provider import FakeProvider, FakeSource
from tests.tui.looking import running_text, settled, until
from tui.providers.base import Provider
from tui.sandbox.harness import RunningSandbox

__all__ = ["environ", "make_app", "open_window", "provider", "sandbox"]  # fixtures

row = pytest.mark.row
LINK, FUND, CONFIRM = "/wallet/payment-link", "/wallet/fund", "confirm"
ENTER, ESCAPE, DOWN, RIGHT = "\r", "\x1b", "\x1b[B", "\x1b[C"
HELD = 120_000
"""Milliseconds a call is held back at most: each test lets it go when it has seen what it waits for."""
LATE = 1500
"""Milliseconds of an answer that comes while its process is stopped."""
"""Milliseconds an answer is held back while a person does something else."""


def add_funds(term: Window) -> None:
    shown(term)
    term.type("f")
    term.wait_for("Add funds to")


def confirm_card(term: Window) -> None:
    """Up to the question whether the card is to be charged, with Yes chosen."""
    add_funds(term)
    term.type(DOWN)
    term.wait_for("Charge visa")
    term.type(ENTER)
    term.wait_for("Yes, charge")
    term.type(RIGHT)
    term.wait_for("enter does it")


# -- one press too many -------------------------------------------------------------------------------------------


@needs_linux
@row("U1", injected="enter held down on the payment link")
def test_a_held_key_makes_one_link(open_window: OpenWindow, sandbox: RunningSandbox, record: Record) -> None:
    sandbox.fault(LINK, delay_ms=HELD)
    term = open_window(columns=120, rows=50)
    add_funds(term)
    term.type(ENTER * 20)
    term.wait_for("Asking ModelsLab")
    sandbox.clear_faults()
    term.wait_for("waiting for payment")
    assert len(sandbox.checkouts()) == 1
    assert journal_state() == ["pending"]
    record("One link, shown once.", charges=0)


@needs_linux
@row("U1", injected="enter held down on the confirmation of a charge")
def test_a_held_key_charges_once(open_window: OpenWindow, sandbox: RunningSandbox, record: Record) -> None:
    sandbox.fault(FUND, delay_ms=HELD)
    term = open_window(columns=120, rows=50)
    confirm_card(term)
    term.type(ENTER * 20)
    term.wait_for("Charging visa")
    sandbox.clear_faults()
    term.wait_for("$100.50")
    assert [Decimal(each["amount"]) for each in sandbox.charges()] == [25]
    record("Charged once.", charges=1)


# -- leaving during a call ------------------------------------------------------------------------------------------


@needs_linux
@row("U2", injected="the dialog left while its link is made")
def test_a_link_is_kept_when_its_dialog_is_left(
    open_window: OpenWindow, sandbox: RunningSandbox, record: Record
) -> None:
    sandbox.fault(LINK, delay_ms=HELD)
    term = open_window()
    add_funds(term)
    term.type(ENTER)
    term.wait_for("Asking ModelsLab")
    term.type(ESCAPE)
    term.wait_until(lambda: "Asking ModelsLab" not in term.text, "the dialog closed")
    sandbox.clear_faults()
    term.type("6")
    term.wait_for("$25.00 to the wallet", "waiting")
    assert journal_state() == ["pending"]
    record("The link appears in 6 Activity and is watched.", charges=0)


LEAVING = [
    pytest.param("q", None, 0, "Payment in progress", marks=row("U2", injected="q while a call is on its way")),
    pytest.param("qq", None, 0, "Ctrl-C ends it now", marks=row("U2", injected="q twice while a call is on its way")),
    pytest.param(
        "", signal.SIGTERM, 143, "Ctrl-C ends it now", marks=row("U2", injected="SIGTERM while a call is on its way")
    ),
]


@needs_linux
@pytest.mark.parametrize(("keys", "number", "status", "words"), LEAVING)
def test_quitting_waits_for_the_charge(
    keys: str,
    number: signal.Signals | None,
    status: int,
    words: str,
    open_window: OpenWindow,
    sandbox: RunningSandbox,
    record: Record,
) -> None:
    sandbox.fault(FUND, delay_ms=HELD)
    term = open_window()
    confirm_card(term)
    term.type(ENTER)
    term.wait_for("Charging visa")
    term.type(ESCAPE)
    term.wait_until(lambda: "Charging visa" not in term.text, "the dialog closed")
    for key in keys:
        term.type(key)
    if number is not None:
        term.process.send_signal(number)
    term.wait_until(lambda: words in " ".join(term.text.split()), words)
    sandbox.clear_faults()
    assert ended(term) == status
    assert len(sandbox.charges()) == 1
    again = shown_after(open_window())
    again.type("6")
    again.wait_for("$25.00 from visa", "Charged $25.00 to visa")
    record(f"Says: “… {words} …”; the next start shows what was charged.", charges=1)


def shown_after(term: Window) -> Window:
    term.wait_for("SANDBOX", "$100.50", "Latest")
    return term


@needs_linux
@row("U2", injected="SIGTERM twice while a call is on its way")
def test_asking_twice_does_not_wait_and_the_next_start_tells(
    open_window: OpenWindow, sandbox: RunningSandbox, record: Record
) -> None:
    sandbox.fault(FUND, delay_ms=HELD, after_commit=True)
    term = open_window()
    confirm_card(term)
    term.type(ENTER)
    term.wait_for("Charging visa")
    wait_until(lambda: len(sandbox.charges()) == 1, "the charge")
    term.process.send_signal(signal.SIGTERM)
    term.wait_for("Ctrl-C ends it now")
    term.process.send_signal(signal.SIGTERM)
    assert ended(term) == -signal.SIGTERM
    sandbox.clear_faults()
    again = shown_after(open_window())
    again.type("6")
    again.wait_for("$25.00 from visa", "unknown")
    assert len(sandbox.charges()) == 1
    record("Ends at once; the next start shows the charge as unknown and sends nothing by itself.", charges=1)


# -- faults of our own ----------------------------------------------------------------------------------------------


class BrokenSource(FakeSource):
    """An account source with a fault that is nobody's error."""

    def connect(self) -> Provider:
        raise RuntimeError(f"Bearer {TOKEN}")


@row("U3", injected="a fault of our own while connecting")
async def test_a_fault_while_connecting_is_said(make_app: MakeApp, provider: FakeProvider, record: Record) -> None:
    app = make_app(source=BrokenSource(provider))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Connecting failed by a fault of billtop (RuntimeError)." in running_text(app))
        await pilot.press("2")
        assert app.is_running
    record("Not connected. Connecting failed by a fault of billtop (RuntimeError). It lives on.")


@row("U3", injected="a fault of our own while reading one part")
async def test_a_fault_in_one_part_stays_there(make_app: MakeApp, provider: FakeProvider, record: Record) -> None:
    provider.failing["invoices"] = RuntimeError(f"Bearer {TOKEN}")  # type: ignore[assignment]  # no error of theirs
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("4")
        await until(pilot, lambda: "The answer could not be used (RuntimeError)." in running_text(app))
        assert "$75.50" in running_text(app)
        assert TOKEN not in running_text(app)
    record("Could not read invoices. The answer could not be used (RuntimeError). The other parts are shown.")


@needs_linux
@row("U4", injected="a fault of our own where nothing catches it, which quotes a token")
def test_a_crash_has_a_status_and_quotes_nothing(tmp_path: Path, record: Record) -> None:
    child = [sys.executable, "-m", "tests.faults.crashing_child", str(tmp_path / "payments.sqlite3")]
    with window(child, {}, columns=120, rows=50) as term:
        term.wait_for("SANDBOX", "$75.50")
        term.type("f")
        assert term.end() == 1
        assert term.modes_left() == []
        said = " ".join(term.text.split())
    assert "This is a fault of billtop. Payments that were begun are written down" in said
    assert TOKEN.encode() not in term.seen
    assert b"headers =" not in term.seen, "locals are shown"
    record("Status 1; where it broke, without values, and: This is a fault of billtop. Payments that were begun are "
           "written down, and the next start looks at them.")  # fmt: skip


# -- stopped processes ----------------------------------------------------------------------------------------------


def stop_for_a_while(process: "subprocess.Popen[bytes]", when: Callable[[], bool], what: str) -> None:
    """Stop the process when something has happened, as a closed lid does, and let it go on 5 s later."""
    wait_until(when, what)
    process.send_signal(signal.SIGSTOP)
    Event().wait(5)
    process.send_signal(signal.SIGCONT)


def start(environ: dict[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*BILLTOP, *arguments],
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@row("T2", injected="billtop pay stopped while its link is made")
def test_a_stop_while_a_link_is_made(sandbox: RunningSandbox, environ: dict[str, str], record: Record) -> None:
    sandbox.fault(LINK, after_commit=True, delay_ms=LATE)
    process = start(environ, "pay", "25", "--no-wait", "--json")
    with process:
        stop_for_a_while(process, lambda: len(sandbox.checkouts()) == 1, "the link at the provider")
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert b'"status": "pending"' in out
    assert journal_state() == ["pending"]
    record("The link is shown and written down.", charges=0)


@row("T2", injected="billtop pay stopped while it looks whether the link is paid")
def test_a_stop_while_looking(sandbox: RunningSandbox, environ: dict[str, str], record: Record) -> None:
    # The first look is answered after the process went on; the payment comes while it is stopped.
    sandbox.fault(CONFIRM, delay_ms=LATE)
    process = start(environ, "pay", "25", "--json")
    with process:

        def looking() -> bool:
            faults = sandbox.control("GET", "/faults")["faults"]
            return any(each["struck"] for each in faults)

        stop_for_a_while(process, looking, "the first look")
        (session,) = sandbox.checkouts()
        sandbox.pay(session["session_id"])
        out, _ = process.communicate(timeout=2 * SECONDS)
    assert process.returncode == 0
    assert b'"status": "paid"' in out
    assert journal_state() == ["paid"]
    assert len(sandbox.charges()) == 1
    record("Goes on looking, and says: paid.", charges=1)
