"""The same payment given twice: by key, at once, after a crash, and what `billtop intents` can do about it."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Billtop, Result, finished
from tests.cli.test_fund import FUND, fund, states
from tests.cli.test_terminal import terminal
from tests.cli.wallet import HELD, charges, until, until_one_ended, until_said, until_struck
from tui.sandbox.harness import RunningSandbox


@pytest.fixture(autouse=True)
def without_faults(sandbox: RunningSandbox) -> Iterator[None]:
    yield
    sandbox.clear_faults()


def journal() -> Path:
    return Path(os.environ["XDG_DATA_HOME"]) / "billtop" / "payments.sqlite3"


def keyed(billtop: Billtop, amount: str, key: str) -> Result:
    return fund(billtop, amount, "--idempotency-key", key)


def test_a_key_is_one_payment_however_often_it_is_given(billtop: Billtop, sandbox: RunningSandbox) -> None:
    first, second = keyed(billtop, "31.10", "order-1"), keyed(billtop, "31.10", "order-1")
    assert (first.code, second.code) == (0, 0)
    assert first.json["intent_id"] == second.json["intent_id"]
    assert [each["idempotency_key"] for each in charges(sandbox, "31.10")] == ["order-1"]


def test_a_key_with_another_amount_or_card_is_refused(billtop: Billtop, sandbox: RunningSandbox) -> None:
    card = billtop.run("cards", "--json").json["items"][1]["id"]
    keyed(billtop, "31.20", "order-2")
    other = fund(billtop, "31.20", "--idempotency-key", "order-2", card=card)
    for ran in (keyed(billtop, "31.21", "order-2"), other):
        assert (ran.code, ran.json["error"]["kind"]) == (2, "usage")
        assert "already used" in ran.json["error"]["message"]
    assert len(charges(sandbox, "31.20")) == 1
    assert charges(sandbox, "31.21") == []


@pytest.mark.parametrize("key", ["", "two words", "übung", "k" * 256], ids=["empty", "space", "not ASCII", "too long"])
def test_a_key_no_header_can_carry_is_refused(billtop: Billtop, key: str) -> None:
    assert keyed(billtop, "31", key).code == 2


def test_a_decline_is_told_again_not_tried_again(billtop: Billtop, sandbox: RunningSandbox) -> None:
    error = {"code": "payment_declined", "message": "No.", "details": {"decline_code": "insufficient_funds"}}
    sandbox.fault(FUND, status=402, body={"data": None, "error": error})
    first, second = keyed(billtop, "31.30", "order-3"), keyed(billtop, "31.30", "order-3")
    assert (first.code, second.code) == (6, 6)
    assert first.json == second.json
    assert charges(sandbox, "31.30") == []


def test_what_never_reached_the_provider_is_sent_when_it_is_given_again(
    billtop: Billtop, sandbox: RunningSandbox
) -> None:
    sandbox.fault(FUND, status=429, headers={"Retry-After": "3600"})
    assert keyed(billtop, "31.40", "order-4").code == 4
    assert keyed(billtop, "31.40", "order-4").code == 0
    assert [each["idempotency_key"] for each in charges(sandbox, "31.40")] == ["order-4"]
    assert states(billtop) == ["done"]


@pytest.mark.parametrize("after_commit", [False, True], ids=["before the commit", "after the commit"])
def test_an_unknown_one_given_again_with_its_key_is_charged_once(
    billtop: Billtop, sandbox: RunningSandbox, *, after_commit: bool
) -> None:
    amount = "31.60" if after_commit else "31.50"
    sandbox.fault(FUND, drop=True, after_commit=after_commit, times=3)
    assert keyed(billtop, amount, f"order-{amount}").code == 8
    again = keyed(billtop, amount, f"order-{amount}")
    assert (again.code, again.json["status"]) == (0, "done")
    assert len(charges(sandbox, amount)) == 1


@pytest.mark.parametrize("key", [["--idempotency-key", "order-7"], []], ids=["one key", "no key"])
def test_two_at_once(billtop: Billtop, sandbox: RunningSandbox, key: list[str]) -> None:
    amount = "32.10" if key else "32.20"
    sandbox.fault(FUND, delay_ms=HELD)
    command = ["fund", amount, "--card", "default", "--yes", "--json", *key]
    with billtop.start(*command) as first, billtop.start(*command) as second:
        if key:
            until_said("Another billtop is at work", first, second)
        else:
            until_one_ended(first, second)
        sandbox.clear_faults()
        ran = [finished(first), finished(second)]
    assert len(charges(sandbox, amount)) == 1
    if key:
        assert [each.code for each in ran] == [0, 0]
        assert len({each.json["intent_id"] for each in ran}) == 1
    else:
        assert sorted(each.code for each in ran) == [0, 8]
        assert len({each.json["intent_id"] for each in ran}) == 1, "the one that is blocked names the other"


def killed_while_sending(billtop: Billtop, sandbox: RunningSandbox, amount: str, *, charged: bool) -> None:
    fault = sandbox.fault(FUND, delay_ms=HELD, after_commit=charged, drop=not charged)
    with billtop.start("fund", amount, "--card", "default", "--yes") as process:
        until_struck(sandbox, fault)
        if charged:
            until(lambda: bool(charges(sandbox, amount)), "the charge")
        process.kill()
    sandbox.clear_faults()


@pytest.mark.parametrize("charged", [False, True], ids=["not charged", "charged"])
def test_a_killed_one_is_unknown_at_the_next_start_and_nothing_is_sent_by_itself(
    billtop: Billtop, sandbox: RunningSandbox, *, charged: bool
) -> None:
    amount = "33.20" if charged else "33.10"
    killed_while_sending(billtop, sandbox, amount, charged=charged)
    listed = billtop.run("intents")
    assert "billtop ended before the answer came" in listed.err
    (item,) = billtop.run("intents", "--json").json["items"]
    assert (item["status"], item["actions"]) == ("unknown", ["check", "repeat", "set-aside"])
    assert fund(billtop, amount).code == 8
    assert len(charges(sandbox, amount)) == int(charged)
    short = item["intent_id"][:8]
    assert billtop.run("intents", "--check", short).code == (0 if charged else 8)
    assert len(charges(sandbox, amount)) == int(charged)
    if not charged:
        repeated = billtop.run("intents", "--repeat", short, "--yes", "--json")
        assert (repeated.code, repeated.json["status"]) == (0, "done")
    assert len(charges(sandbox, amount)) == 1
    assert fund(billtop, amount).code == 0, "once settled, it no longer stands in the way"


def test_setting_aside_frees_the_way_after_a_question(billtop: Billtop, sandbox: RunningSandbox) -> None:
    killed_while_sending(billtop, sandbox, "33.30", charged=False)
    (item,) = billtop.run("intents", "--json").json["items"]
    command = ["intents", "--set-aside", item["intent_id"]]
    assert billtop.run(*command).code == 2
    with terminal(billtop, *command) as term:
        term.read_until(b"[y/N]")
        assert term.seen.decode().lower().count("may have been charged") == 1, "once is enough"
        os.write(term._master, b"\n")
        assert term.read_to_end() == 1
    assert states(billtop) == ["unknown"]
    aside = billtop.run(*command, "--yes", "--json")
    assert (aside.code, aside.json["status"], aside.json["actions"]) == (0, "abandoned", [])
    assert fund(billtop, "33.30").code == 0
    assert billtop.run(*command, "--yes").code == 2


def test_repeating_asks_first(billtop: Billtop, sandbox: RunningSandbox) -> None:
    killed_while_sending(billtop, sandbox, "33.40", charged=False)
    (item,) = billtop.run("intents", "--json").json["items"]
    assert billtop.run("intents", "--repeat", item["intent_id"]).code == 2
    assert charges(sandbox, "33.40") == []


def test_after_a_day_it_is_not_repeated_any_more(billtop: Billtop, sandbox: RunningSandbox) -> None:
    """The provider may have forgotten the key: then the same key would be a second charge."""
    killed_while_sending(billtop, sandbox, "33.50", charged=False)
    with closing(sqlite3.connect(journal())) as db, db:
        db.execute("UPDATE intents SET sent_at='2026-01-01T00:00:00Z', key='order-8'")
    (item,) = billtop.run("intents", "--json").json["items"]
    assert item["actions"] == ["check", "set-aside"]
    ran = billtop.run("intents", "--repeat", item["intent_id"], "--yes", "--json")
    assert (ran.code, ran.json["error"]["kind"]) == (8, "not_repeatable")
    assert "hours ago" in ran.json["error"]["message"]
    assert keyed(billtop, "33.50", "order-8").code == 8
    assert charges(sandbox, "33.50") == []


def test_what_is_settled_is_not_repeated(billtop: Billtop, sandbox: RunningSandbox) -> None:
    done = fund(billtop, "33.60").json["intent_id"]
    assert billtop.run("intents", "--repeat", done, "--yes").code == 8
    assert billtop.run("intents", "--check", done).code == 0
    assert len(charges(sandbox, "33.60")) == 1


def test_an_id_nobody_has(billtop: Billtop) -> None:
    for option in ("--check", "--repeat", "--set-aside"):
        assert billtop.run("intents", option, "nobody", "--yes").code == 5
    assert billtop.run("intents", "--check", "a", "--repeat", "b").code == 2


def test_no_charges_yet(billtop: Billtop) -> None:
    ran = billtop.run("intents")
    assert (ran.code, ran.out) == (0, "Nothing was charged from here with this account.\n")
    assert json.loads(billtop.run("intents", "--json").out) == {"items": []}


def test_the_journal_keeps_no_secret(billtop: Billtop, sandbox: RunningSandbox) -> None:
    with billtop.start("fund", "33.70", "--card", "default", "--yes") as process:
        finished(process)
    kept = b"".join(path.read_bytes() for path in journal().parent.iterdir())
    assert b"33.70" in kept
    assert sandbox.token.encode() not in kept
    assert b"_secret_" not in kept
    assert {oct(path.stat().st_mode & 0o777) for path in journal().parent.iterdir() if path.is_file()} == {"0o600"}


def test_one_that_was_written_down_and_never_sent_says_so(billtop: Billtop, sandbox: RunningSandbox) -> None:
    killed_while_sending(billtop, sandbox, "33.90", charged=False)
    with closing(sqlite3.connect(journal())) as db, db:
        db.execute("UPDATE intents SET state='prepared', sent_at=NULL")
    (item,) = billtop.run("intents", "--json").json["items"]
    assert item["actions"] == ["repeat", "set-aside"]
    told = billtop.run("intents", "--check", item["intent_id"])
    assert told.code == 8
    assert "Not sent: $33.90" in told.err
    assert billtop.run("intents", "--repeat", item["intent_id"], "--yes").code == 0
    assert len(charges(sandbox, "33.90")) == 1


def test_a_stopped_instance_keeps_its_payment(billtop: Billtop, sandbox: RunningSandbox) -> None:
    """Suspended is not dead: nobody else may send what it has in its hands."""
    fault = sandbox.fault(FUND, delay_ms=HELD)
    with billtop.start("fund", "33.80", "--card", "default", "--yes", "--json") as process:
        until_struck(sandbox, fault)
        process.send_signal(signal.SIGSTOP)
        (item,) = billtop.run("intents", "--json").json["items"]
        assert (item["status"], item["actions"]) == ("sent", [])
        assert billtop.run("intents", "--repeat", item["intent_id"], "--yes").code == 8
        assert fund(billtop, "33.80").json["error"]["kind"] == "blocked"
        sandbox.clear_faults()
        process.send_signal(signal.SIGCONT)
        assert finished(process).code == 0
    assert len(charges(sandbox, "33.80")) == 1
