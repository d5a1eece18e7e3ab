"""A saved card charged from the dashboard in a real terminal, on a real server that counts its charges."""

from pathlib import Path

import pytest

from tests.cli.wallet import save_card, until_struck
from tests.conftest import Sandboxes
from tests.terminal.tmux import BILLTOP, Terminal, needs_tmux, terminal
from tui.sandbox.harness import RunningSandbox

pytestmark = [pytest.mark.terminal, needs_tmux]


@pytest.fixture
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=50)


def account(sandbox: RunningSandbox) -> dict[str, str]:
    return {
        "BILLTOP_PROVIDER": "modelslab",
        "BILLTOP_BASE_URL": sandbox.modelslab_url,
        "BILLTOP_TOKEN": sandbox.token,
        "BILLTOP_STRIPE_BASE_URL": sandbox.stripe_url,
    }


def charge(term: Terminal, last4: str) -> None:
    """Choose a card by its last digits and say yes."""
    term.press("f")
    shown = term.wait_for("Add funds", "Pay with", last4)
    ways = [line for line in shown.splitlines() if "payment link" in line or "····" in line]
    below = next(index for index, line in enumerate(ways) if last4 in line)
    for _ in range(below):
        term.press("Down")
    term.wait_for(f"{last4}…")
    term.press("Enter")
    term.wait_for("Charge $25.00 to", last4, "SANDBOX", "› No")
    term.press("Right")
    term.wait_for("› Yes, charge $25.00")
    term.press("Enter")


def test_a_card_is_charged_and_one_that_declines_is_not(sandbox: RunningSandbox, tmp_path: Path) -> None:
    save_card(sandbox, "4000000000009995")
    with terminal(BILLTOP, tmp_path, account(sandbox), columns=80, rows=24) as term:
        term.wait_for("$75.50", "credited")
        charge(term, "4242")
        term.wait_for("Charged $25.00 to visa ···· 4242 at", "Balance $100.50.")
        term.back("1 Overview", "$100.50")
        charge(term, "9995")
        term.wait_for("The card was declined: there is not enough money behind the card.", "Nothing was charged.")
        term.back("1 Overview", "$100.50")
        term.press("6")
        term.wait_for("$25.00 from visa ···· 4242", "charged", "$25.00 from visa ···· 9995", "declined")
        term.press("q")
        term.wait_for("exit status: 0")
    assert [each["amount"] for each in sandbox.charges()] == ["25.00"]


def test_quitting_while_a_charge_is_on_its_way_loses_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    held_up = sandbox.fault(method="POST", path="/wallet/fund", delay_ms=120_000)
    with terminal(BILLTOP, tmp_path, account(sandbox), columns=80, rows=24) as term:
        term.wait_for("$75.50", "credited")
        charge(term, "4242")
        term.wait_for("Charging visa ···· 4242…", "Closing this does not stop it")
        until_struck(sandbox, held_up)
        term.press("C-q")
        term.wait_for("Payment in progress.")
        sandbox.clear_faults()
        term.wait_for("exit status: 0")
    with terminal(BILLTOP, tmp_path, account(sandbox), columns=80, rows=24) as term:
        term.wait_for("$100.50", "credited")
        term.press("6")
        term.wait_for("$25.00 from visa ···· 4242", "charged")
    assert [each["amount"] for each in sandbox.charges()] == ["25.00"]
