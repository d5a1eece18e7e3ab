"""`billtop fund`: one charge, asked for first, and every way it can end."""

import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.cli.conftest import Billtop, Result, finished
from tests.cli.test_terminal import Terminal, terminal
from tests.cli.wallet import HELD, charges, save_card, until_struck
from tui.sandbox.harness import RunningSandbox

FIELDS = ["intent_id", "status", "payment_intent_id", "balance"]
FUND = "/wallet/fund"


@pytest.fixture(autouse=True)
def without_faults(sandbox: RunningSandbox) -> Iterator[None]:
    yield
    sandbox.clear_faults()
    sandbox.latency(0)


def fund(billtop: Billtop, amount: str, *more: str, card: str = "default") -> Result:
    return billtop.run("fund", amount, "--card", card, "--yes", "--json", *more)


def states(billtop: Billtop) -> list[str]:
    return [each["status"] for each in billtop.run("intents", "--json").json["items"]]


def test_a_card_is_charged_once(billtop: Billtop, sandbox: RunningSandbox) -> None:
    before = Decimal(billtop.run("balance", "--json").json["available"]["amount"])
    card = billtop.run("cards", "--json").json["items"][1]["id"]
    ran = fund(billtop, "21.50", card=card)
    (charge,) = charges(sandbox, "21.50")
    assert ran.code == 0
    assert list(ran.json) == FIELDS
    assert ran.json["status"] == "done"
    assert ran.json["payment_intent_id"] == charge["payment_intent_id"]
    assert charge["payment_method_id"] == card
    assert Decimal(ran.json["balance"]["amount"]) == before + Decimal("21.50")
    (item,) = billtop.run("intents", "--json").json["items"]
    assert (item["intent_id"], item["status"], item["actions"]) == (ran.json["intent_id"], "done", [])
    assert item["idempotency_key"] == charge["idempotency_key"]
    assert sandbox.token not in ran.out + ran.err


def test_the_same_payment_again_is_a_new_one_when_the_first_is_settled(
    billtop: Billtop, sandbox: RunningSandbox
) -> None:
    assert [fund(billtop, "22").code for _ in range(2)] == [0, 0]
    assert len({each["idempotency_key"] for each in charges(sandbox, "22.00")}) == 2


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        ("4000000000000002", "generic_decline", "the bank gave no reason"),
        ("4000000000009995", "insufficient_funds", "there is not enough money behind the card"),
        ("4000000000000069", "expired_card", "the card has expired"),
        ("4000000000000127", "incorrect_cvc", "the security code does not match"),
        ("4000000000000119", "processing_error", "something went wrong on the way to the bank"),
    ],
)
def test_declined(billtop: Billtop, sandbox: RunningSandbox, number: str, code: str, words: str) -> None:
    card, before = save_card(sandbox, number), len(sandbox.charges())
    ran = fund(billtop, "23", card=card)
    assert (ran.code, ran.json["status"]) == (6, "failed")
    assert list(ran.json) == ["error", *FIELDS]
    assert (ran.json["error"]["kind"], ran.json["error"]["code"]) == ("declined", code)
    told = billtop.run("fund", "23", "--card", card, "--yes")
    assert (told.code, told.out) == (6, "")
    assert f"The card was declined: {words}. Nothing was charged." in told.err
    assert "billtop pay 23.00" in told.err
    assert states(billtop) == ["failed", "failed"]
    assert len(sandbox.charges()) == before


def test_a_reported_card_is_declined_like_any_other(billtop: Billtop, sandbox: RunningSandbox) -> None:
    error = {"code": "payment_declined", "message": "This card was stolen.", "details": {"decline_code": "stolen_card"}}
    sandbox.fault(FUND, status=402, body={"data": None, "error": error})
    ran = fund(billtop, "23.10")
    assert ran.code == 6
    assert "stolen" not in ran.out + ran.err + billtop.run("intents", "--json").out


def test_a_bank_that_wants_the_card_holder_is_not_paid(billtop: Billtop, sandbox: RunningSandbox) -> None:
    card = save_card(sandbox, "4000002500003155")
    ran = fund(billtop, "24", card=card)
    assert (ran.code, ran.json["status"], ran.json["error"]["kind"]) == (6, "requires_action", "requires_action")
    told = billtop.run("fund", "24", "--card", card, "--yes").err
    assert "3-D Secure" in told
    assert "Nothing was charged" in told
    assert "billtop pay 24.00" in told
    assert charges(sandbox, "24.00") == []


def test_below_the_minimum(billtop: Billtop, sandbox: RunningSandbox) -> None:
    ran = fund(billtop, "5")
    assert (ran.code, ran.json["status"], ran.json["error"]["kind"]) == (1, "failed", "invalid")
    assert "at least 10" in ran.json["error"]["message"]
    assert charges(sandbox, "5.00") == []


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"status": 401, "body": {"message": "Unauthenticated."}}, 3, "not_authenticated"),
    ({"status": 403, "body": {"error": {"code": "insufficient_scope", "message": "No."}}}, 3, "not_allowed"),
    ({"status": 429, "headers": {"Retry-After": "3600"}}, 4, "rate_limited"),
    ({"status": 429, "times": None}, 4, "rate_limited"),
]


@pytest.mark.parametrize(("fault", "code", "kind"), REFUSED, ids=["401", "403", "429 for an hour", "429 for ever"])
def test_refused_before_it_began(
    billtop: Billtop, sandbox: RunningSandbox, fault: dict[str, Any], code: int, kind: str
) -> None:
    sandbox.fault(FUND, **fault)
    ran = fund(billtop, "25.10")
    assert (ran.code, ran.json["status"], ran.json["error"]["kind"]) == (code, "failed", kind)
    assert ran.json["error"]["retry_after"] == (3600 if "headers" in fault else None)
    assert "Nothing was charged" in ran.json["error"]["message"]
    assert charges(sandbox, "25.10") == []


def test_a_limit_that_ends_soon_is_waited_for(billtop: Billtop, sandbox: RunningSandbox) -> None:
    sandbox.fault(FUND, status=429, headers={"Retry-After": "1"})
    ran = fund(billtop, "25.20")
    assert (ran.code, ran.json["status"]) == (0, "done")
    assert "goes again in 1.0 s" in ran.err
    assert len(charges(sandbox, "25.20")) == 1


@pytest.mark.parametrize("after_commit", [False, True], ids=["before the commit", "after the commit"])
def test_a_lost_answer_is_asked_for_again(billtop: Billtop, sandbox: RunningSandbox, *, after_commit: bool) -> None:
    amount = "26.20" if after_commit else "26.10"
    sandbox.fault(FUND, drop=True, after_commit=after_commit)
    ran = fund(billtop, amount)
    assert (ran.code, ran.json["status"]) == (0, "done")
    assert len(charges(sandbox, amount)) == 1


LOST: list[tuple[dict[str, Any], int]] = [
    ({"drop": True}, 0),
    ({"drop": True, "after_commit": True}, 1),
    ({"status": 500}, 0),
    ({"status": 503, "after_commit": True}, 1),
    ({"status": 200, "body": "<html>hotel network</html>", "after_commit": True}, 1),
]


@pytest.mark.parametrize(
    ("fault", "charged"), LOST, ids=["cut before", "cut after", "500 before", "503 after", "a web page after"]
)
def test_when_every_answer_is_lost_it_is_unknown_blocks_its_twin_and_is_found_by_reading(
    billtop: Billtop, sandbox: RunningSandbox, fault: dict[str, Any], charged: int
) -> None:
    amount = f"27.{10 + LOST.index((fault, charged))}"
    sandbox.fault(FUND, times=3, **fault)
    ran = fund(billtop, amount)
    assert (ran.code, ran.json["status"], ran.json["error"]["kind"]) == (8, "unknown", "unknown")
    assert len(charges(sandbox, amount)) == charged

    twin = fund(billtop, amount)
    assert (twin.code, twin.json["error"]["kind"], twin.json["intent_id"]) == (8, "blocked", ran.json["intent_id"])
    assert "billtop intents" in billtop.run("fund", amount, "--card", "default", "--yes").err
    assert len(charges(sandbox, amount)) == charged

    found = billtop.run("intents", "--check", ran.json["intent_id"], "--json")
    assert (found.code, found.json["status"]) == ((0, "done") if charged else (8, "unknown"))
    again = billtop.run("intents", "--repeat", ran.json["intent_id"], "--yes", "--json")
    assert (again.code, len(charges(sandbox, amount))) == (8 if charged else 0, 1)
    assert states(billtop) == ["reconciled" if charged else "done"]


def test_nobody_answers(billtop: Billtop, sandbox: RunningSandbox) -> None:
    ran = fund(Billtop({**billtop.environ, "BILLTOP_BASE_URL": "http://127.0.0.1:9/api"}), "28")
    assert (ran.code, ran.json["error"]["kind"]) == (10, "network")


def test_a_card_that_is_not_there(billtop: Billtop, sandbox: RunningSandbox) -> None:
    assert fund(billtop, "28", card="pm_nobody").code == 5
    assert fund(billtop, "28", card="../x").code == 2
    assert billtop.run("intents", "--json").json == {"items": []}


@pytest.mark.parametrize("folder", ["/dev/null", "/proc"], ids=["no folder", "not writable"])
def test_without_a_journal_nothing_is_paid(billtop: Billtop, sandbox: RunningSandbox, folder: str) -> None:
    ran = Billtop({**billtop.environ, "XDG_DATA_HOME": folder}).run(
        "fund", "28.10", "--card", "default", "--yes", "--json"
    )
    assert (ran.code, ran.json["error"]["kind"]) == (1, "journal")
    assert charges(sandbox, "28.10") == []


def test_paying_is_refused_when_read_only(billtop: Billtop, sandbox: RunningSandbox) -> None:
    for command in (
        ["fund", "28", "--card", "default", "--yes"],
        ["ensure-funded", "--min", "9999", "--top-up", "28", "--card", "default", "--yes"],
        ["intents", "--repeat", "x", "--yes"],
    ):
        ran = billtop.run(*command, "--read-only")
        assert ran.code == 2
        assert "--read-only" in ran.err
    assert charges(sandbox, "28.00") == []


def test_without_a_terminal_or_a_yes_nothing_is_charged(billtop: Billtop, sandbox: RunningSandbox) -> None:
    ran = billtop.run("fund", "29", "--card", "default")
    assert (ran.code, ran.out) == (2, "")
    assert "--yes" in ran.err
    assert charges(sandbox, "29.00") == []


def answer(term: Terminal, words: str) -> None:
    os.write(term._master, words.encode())


@pytest.mark.parametrize(("words", "charged"), [("\n", 0), ("n\n", 0), ("yeah\n", 0), ("y\n", 1), ("YES\n", 1)])
def test_the_question_names_everything_and_only_yes_is_yes(
    billtop: Billtop, sandbox: RunningSandbox, words: str, charged: int
) -> None:
    before = len(charges(sandbox, "29.50"))
    with terminal(billtop, "fund", "29.50", "--card", "default") as term:
        term.read_until(b"[y/N]")
        told = term.seen.decode()
        for part in ("$29.50", "visa ···· 4242", "environment", "ModelsLab", "SANDBOX", "Balance now"):
            assert part in told
        assert len(charges(sandbox, "29.50")) == before
        answer(term, words)
        assert term.read_to_end() == (0 if charged else 1)
        assert ("Charged $29.50 to visa ···· 4242 at" if charged else "Nothing was sent") in term.seen.decode()
    assert len(charges(sandbox, "29.50")) == before + charged


def test_what_was_typed_before_the_question_is_no_answer(billtop: Billtop, sandbox: RunningSandbox) -> None:
    sandbox.latency(300)
    with terminal(billtop, "fund", "29.60", "--card", "default") as term:
        answer(term, "y\n")
        term.read_until(b"[y/N]")
        answer(term, "\n")
        assert term.read_to_end() == 1
    assert charges(sandbox, "29.60") == []


def test_ctrl_c_at_the_question_sends_nothing(billtop: Billtop, sandbox: RunningSandbox) -> None:
    with terminal(billtop, "fund", "29.70", "--card", "default") as term:
        term.read_until(b"[y/N]")
        term.process.send_signal(signal.SIGINT)
        assert term.read_to_end() == 130
    assert charges(sandbox, "29.70") == []
    assert states(billtop) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_it_is_sent_waits_for_the_outcome(
    billtop: Billtop, sandbox: RunningSandbox, number: signal.Signals
) -> None:
    amount = f"30.{10 + number}"
    sandbox.fault(FUND, delay_ms=HELD)
    with billtop.start("fund", amount, "--card", "default", "--yes", "--json") as process:
        assert "Charging" in process.stderr.readline()
        process.send_signal(number)
        assert "90 s at most" in process.stderr.readline()
        sandbox.clear_faults()
        ran = finished(process)
    assert (ran.code, ran.json["status"]) == (0, "done")
    assert len(charges(sandbox, amount)) == 1


def test_a_second_signal_leaves_it_unknown(billtop: Billtop, sandbox: RunningSandbox) -> None:
    fault = sandbox.fault(FUND, delay_ms=HELD, after_commit=True)
    with billtop.start("fund", "30.50", "--card", "default", "--yes", "--json") as process:
        process.stderr.readline()
        until_struck(sandbox, fault)
        process.send_signal(signal.SIGINT)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        ran = finished(process)
    sandbox.clear_faults()
    assert (ran.code, ran.json["status"]) == (8, "unknown")
    assert states(billtop) == ["unknown"]
    assert billtop.run("intents", "--check", ran.json["intent_id"]).code == 0
    assert len(charges(sandbox, "30.50")) == 1
