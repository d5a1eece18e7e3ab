"""The main job: a link as a QR code in a terminal, paid in a browser, and the terminal says so by itself."""

import os
import signal
from pathlib import Path

import pytest

from tests.browser.chromium import fill, needs_chromium, pay, phone
from tests.conftest import Sandboxes
from tests.qr_oracle import decode
from tests.terminal.tmux import BILLTOP, Terminal, needs_tmux, terminal
from tui.sandbox.harness import RunningSandbox

pytestmark = [pytest.mark.browser, needs_tmux, needs_chromium]


@pytest.fixture
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=300)


def account(sandbox: RunningSandbox) -> dict[str, str]:
    return {
        "BILLTOP_PROVIDER": "modelslab",
        "BILLTOP_BASE_URL": sandbox.modelslab_url,
        "BILLTOP_TOKEN": sandbox.token,
        "BILLTOP_STRIPE_BASE_URL": sandbox.stripe_url,
    }


def ask_for_a_link(term: Terminal, amount: str) -> str:
    """Add funds by payment link, as a person does, and read the QR code off the screen as a phone does."""
    term.press("f")
    term.wait_for("Add funds")
    term.type(amount)
    term.press("Enter")
    term.wait_for("waiting for payment")
    term.wait_until(lambda _: bool(decode(term.cells())), "a QR code that can be read")
    return decode(term.cells())[0]


def test_a_scanned_link_paid_in_a_browser_turns_the_terminal_to_paid(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with terminal(BILLTOP, tmp_path, account(sandbox), columns=130, rows=50) as term:
        term.wait_for("$75.50")
        url = ask_for_a_link(term, "50")
        assert len(url) == 433
        with phone() as page:
            pay(page, url, "4000000000000002")
            assert "declined" in page.get_by_role("alert").inner_text()
            assert sandbox.charges() == []
            fill(page, "4242424242424242")
            page.get_by_role("heading", name="Paid").wait_for()
            assert page.get_by_label("Session id").input_value() in url
        term.wait_for("Paid: $50.00", "$125.50", seconds=60)
        term.back("1 Overview")
        term.press("2")
        term.wait_for("wallet_funding", "50.00")
        term.press("q")
        term.wait_for("exit status: 0")
    (charge,) = sandbox.charges()
    assert charge["amount"] == "50.00"


def test_killed_while_waiting_and_started_again_it_still_ends_in_paid(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with terminal(BILLTOP, tmp_path, account(sandbox), columns=130, rows=50) as term:
        term.wait_for("$75.50")
        url = ask_for_a_link(term, "25")
        killed = term.pid()

        os.kill(killed, signal.SIGKILL)
        term.wait_for("exit status: 137")
    with phone() as page:
        pay(page, url)
        page.get_by_role("heading", name="Paid").wait_for()
    with terminal(BILLTOP, tmp_path, account(sandbox), columns=80, rows=24) as term:
        term.wait_for("$100.50", "Paid: $25.00", seconds=60)
        term.press("6")
        term.wait_for("paid", "$25.00")
        term.press("q")
        term.wait_for("exit status: 0")
    assert [charge["amount"] for charge in sandbox.charges()] == ["25.00"]


def test_the_page_shows_what_was_paid_for_and_is_usable_without_a_mouse(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    with terminal(f"{BILLTOP} pay 12.50 --no-wait", tmp_path, account(sandbox)) as term:
        shown = term.wait_for("exit status: 0")
    (session,) = sandbox.checkouts()
    assert session["session_id"] in shown.replace("\n", "")
    with phone() as page:
        page.goto(session["payment_url"])
        assert "$12.50" in page.locator("main").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_label("Card number").focus()
        for typed in ("4242 4242 4242 4242", "12 / 34", "123"):
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Paid").wait_for()
    assert [charge["amount"] for charge in sandbox.charges()] == ["12.50"]
