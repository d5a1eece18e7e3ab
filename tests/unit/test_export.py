"""Exports are read back by the programs they are for, which must come to our balances."""

import csv
import json
import shutil
import stat
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Open
from beancount.core.data import Transaction as BeancountEntry
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.domain import AccountRef, Direction, Mode, Money, SafeText, Transaction, TransactionStatus
from tui.ledger.export.export import TELL_EVERY, ExportFormat, export_file, pieces

AT = datetime(2026, 11, 20, 23, 2, 11, tzinfo=UTC)
ACCOUNT = AccountRef(SafeText("my (old) wörk; 2"), "modelslab", "ModelsLab", "https://x", Mode.LIVE, "f")
NASTY = [
    '=HYPERLINK("http://evil","x")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "＝1+1", " =1", "a;=1", 'a",=1,"',
    "(open", "* star", "! flag", "date:2001-01-01", "[2001-01-01]", "a:b  c", "x ; y | z, w",
    '"', "\\", '\\"', "#tag ^link", "",
]  # fmt: skip


def row(
    number: int = 1,
    amount: str = "1.20",
    direction: str = "debit",
    status: str = "success",
    usecase: str = "image",
    source: str = "wallet",
    unit: str = "USD",
    at: datetime | None = AT,
) -> Transaction:
    return Transaction(
        str(number),
        at,
        Direction(direction),
        Money(Decimal(amount), unit),
        TransactionStatus(status),
        SafeText(usecase),
        SafeText(source),
        SafeText(usecase) or None,
    )


TEXTS = st.sampled_from(NASTY) | st.text(max_size=8)
ROWS = st.lists(
    st.builds(
        row,
        st.integers(1, 99),
        st.decimals("0", "9999999.9999", places=4).map(str),
        st.sampled_from(["credit", "debit", "transfer"]),
        st.sampled_from(["success", "pending", "failed", "refunded", "canceled", "new word"]),
        TEXTS,
        TEXTS,
        st.sampled_from(["USD", "EUR", "credits"]),
        st.none() | st.integers(0, 400).map(lambda days: AT - timedelta(days=days)),
    ),
    max_size=12,
)
ALL_NASTY = [row(number, "0.0001", usecase=text, source=text) for number, text in enumerate(NASTY)] + [
    row(100, "1500", "credit", "pending", "wallet_funding", "stripe"),
    row(101, "7", "debit", "failed"),
    row(102, "9", "transfer"),
    row(103, "12", unit="credits", at=None),
]


def text_of(kind: ExportFormat, rows: Sequence[Transaction]) -> str:
    return "".join(pieces(kind, rows, ACCOUNT))


def our_balances(rows: Sequence[Transaction]) -> dict[str, Decimal]:
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in rows:
        if each.status.moved_money:
            balances[each.amount.unit.upper()] += {"credit": 1, "debit": -1}.get(each.direction, 0) * each.amount.amount
    return {unit: balance for unit, balance in balances.items() if balance}


def beancount_balances(text: str) -> dict[str, Decimal]:
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        assert isinstance(entry, Open | BeancountEntry)
        for posting in entry.postings if isinstance(entry, BeancountEntry) else ():
            if posting.account.startswith("Assets:"):
                assert posting.units is not None
                assert posting.units.number is not None
                balances[posting.units.currency] += posting.units.number
    return {unit: balance for unit, balance in balances.items() if balance}


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_beancount_reads_it_and_comes_to_our_balances(rows: list[Transaction]) -> None:
    assert beancount_balances(text_of(ExportFormat.BEANCOUNT, rows)) == our_balances(rows)


def test_what_moved_no_money_is_a_comment_and_pending_is_flagged() -> None:
    entries, _, _ = loader.load_string(text_of(ExportFormat.BEANCOUNT, ALL_NASTY))
    read = {entry.meta["id"]: entry for entry in entries if isinstance(entry, BeancountEntry)}
    assert set(read) == {each.id for each in ALL_NASTY} - {"101", "102"}
    assert [number for number, entry in read.items() if entry.flag == "!"] == ["100"]
    assert [read[str(number)].meta.get("source", "") for number in range(len(NASTY))] == [
        str(SafeText(text)) for text in NASTY
    ]


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_reads_it_and_comes_to_our_balances(tmp_path: Path) -> None:
    path = tmp_path / "wallet.journal"
    path.write_text(text_of(ExportFormat.HLEDGER, ALL_NASTY), encoding="utf-8")
    run = ["hledger", "-f", str(path), "balance", "^assets", "--flat", "--no-total", "-O", "csv"]
    told = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60, env={"LANG": "C.UTF-8"})
    amounts = [cell.split() for _, cell in list(csv.reader(told.stdout.splitlines()))[1:]]
    parts = [part for cell in amounts for part in cell]
    read = {unit.rstrip(",").upper(): Decimal(number) for number, unit in zip(parts[::2], parts[1::2], strict=True)}
    assert read == our_balances(ALL_NASTY)


def test_no_cell_of_a_csv_is_a_formula() -> None:
    text = text_of(ExportFormat.CSV, ALL_NASTY)
    # Also where a program splits at semicolons instead of commas, no quoted cell begins with one.
    for line in csv.reader(text.splitlines()):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in line)
    read = list(csv.DictReader(text.splitlines()))
    assert [each["usecase"].removeprefix("'") for each in read[: len(NASTY)]] == [str(SafeText(each)) for each in NASTY]
    assert (read[-1]["at"], read[-1]["amount"], read[-1]["unit"]) == ("", "12", "credits")
    assert (read[0]["at"], read[0]["amount"]) == ("2026-11-20T23:02:11Z", "0.0001")


def test_json_lines_have_each_row_exactly() -> None:
    read = [json.loads(line) for line in text_of(ExportFormat.JSONL, ALL_NASTY).splitlines()]
    assert [each["usecase"] for each in read] == [str(each.usecase) for each in ALL_NASTY]
    assert read[-1] == {
        "id": "103", "at": None, "direction": "debit", "amount": {"amount": "12", "unit": "credits"},
        "status": "success", "usecase": "image", "source": "wallet", "reference": "image",
    }  # fmt: skip


def test_a_file_is_whole_and_private_and_an_export_that_ends_early_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    rows = [row(number) for number in range(2 * TELL_EVERY + 1)]
    told: list[int] = []
    assert export_file(path, ExportFormat.CSV, rows, ACCOUNT, told.append) == len(rows)
    assert told == [TELL_EVERY, 2 * TELL_EVERY, len(rows)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()

    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_file(path, ExportFormat.CSV, rows, ACCOUNT, stop)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
