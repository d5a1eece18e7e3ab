"""`billtop export`, from the sandbox's ledger to files that other programs read."""

import csv
import json
import os
import stat
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import ROWS, account_of
from tests.unit.test_export import beancount_balances
from tui.cli import main
from tui.sandbox.harness import RunningSandbox


@pytest.fixture
def account(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in account_of(sandbox).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("account")
def test_what_was_synced_is_written_and_comes_to_the_sums_of_the_rows(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    book, rows = tmp_path / "wallet.beancount", tmp_path / "rows.jsonl"
    assert main(["export", "--format", "beancount", "--output", str(book), "--json"]) == 0
    told = capfd.readouterr()
    assert json.loads(told.out) == {"output": str(book), "format": "beancount", "count": ROWS, "complete": True}
    assert told.err == ""
    assert stat.S_IMODE(book.stat().st_mode) == 0o600
    assert main(["export", "--format", "jsonl", "--no-sync", "--output", str(rows)]) == 0
    assert f"{ROWS} transactions, in " in capfd.readouterr().out
    read = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    assert len({each["id"] for each in read}) == ROWS
    assert [each["at"] for each in read] == sorted(each["at"] for each in read)
    moved = sum(
        Decimal(each["amount"]["amount"]) * (1 if each["direction"] == "credit" else -1)
        for each in read
        if each["status"] not in {"failed", "canceled"}
    )
    assert beancount_balances(book.read_text(encoding="utf-8")) == {"USD": moved}


@pytest.mark.usefixtures("account")
def test_a_query_narrows_it_and_stdout_has_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--format", "csv", "--query", "type:credit", "--output", "-"]) == 0
    told = capfd.readouterr()
    assert {row["direction"] for row in csv.DictReader(told.out.splitlines())} == {"credit"}
    assert told.err == ""


@pytest.mark.usefixtures("account")
def test_what_cannot_be_written_is_told_with_what_to_do(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for output, words in ((tmp_path, "is a folder: name a file in it"), (tmp_path / "no" / "x", "cannot be written")):
        assert main(["export", "--format", "csv", "--no-sync", "--output", str(output)]) == 2
        assert words in capfd.readouterr().err
    assert main(["export", "--format", "csv", "--no-sync", "--output", os.devnull]) == 2
    assert "is no file: leave --output out" in capfd.readouterr().err
    there = tmp_path / "there.csv"
    there.write_text("old")
    assert main(["export", "--format", "csv", "--no-sync", "--output", str(there)]) == 0
    assert "in place of the file that was there" in capfd.readouterr().out
    assert there.read_text(encoding="utf-8") != "old"
    assert main(["export", "--format", "csv", "--query", "colour:red"]) == 2
    assert "“colour:red”" in capfd.readouterr().err
    assert main(["export", "--format", "csv", "--no-sync", "--query", "month:"]) == 2
    assert "has its value right behind it" in capfd.readouterr().err
    assert main(["export", "--format", "csv", "--json"]) == 2


@pytest.mark.usefixtures("account")
def test_what_was_not_read_is_told_to_be_missing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["transactions", "--limit", "5"]) == 0
    capfd.readouterr()
    assert main(["export", "--format", "csv", "--no-sync", "--output", str(tmp_path / "some.csv"), "--json"]) == 0
    told = capfd.readouterr()
    assert "Only the newest 200 transactions were read" in told.err
    assert json.loads(told.out)["complete"] is False


def test_without_a_sync_neither_network_nor_copy_is_needed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BILLTOP_TOKEN", "1|nobody")
    monkeypatch.setenv("BILLTOP_BASE_URL", "http://127.0.0.1:9")
    assert main(["export", "--format", "jsonl", "--no-sync"]) == 0
    assert capfd.readouterr().out == ""
    assert main(["export", "--format", "jsonl"]) == 10
