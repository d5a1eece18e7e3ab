"""Rows B1 and B2: numbers out of range and answers without bounds cost neither time nor memory.

What is measured is a process of its own, which the system holds to its memory: the right value, at once, within it.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import acts
from tests.faults.conftest import Record
from tests.faults.rig import TOKEN
from tests.faults.server import Act, Exchange, head, served_in_thread

row = pytest.mark.row

_ROOM = 700_000_000
"""Bytes of address space a command has, its libraries included; twice gzipped, 300 MB would need a multiple."""
_SECONDS = 30
"""More than a command takes on a busy machine, and less than ten million digits need."""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


def run(provider: str, url: str, *arguments: str) -> Ended:
    """Run `billtop` against a server, with bounded memory and for a bounded time."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM))

    account = {"BILLTOP_PROVIDER": provider, "BILLTOP_BASE_URL": url, "BILLTOP_TOKEN": TOKEN}
    done = subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, **account},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        preexec_fn=bounded,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def says_number(body: bytes, number: str) -> Act:
    """Answer with `body`, with `number` in the place of 7777."""
    return acts.says(200, body.replace(b"7777", number.encode()))


CREDITS = b"""{"credits": 1500, "allow_usage": true, "active_subscription": {"id": "SUB_1", "created_at": 7777},
 "breakdown": [{"purchase_kind": 7777, "allocated_units": 2000, "remaining_units": 1500, "expiry_date": 7777}]}"""
WALLET = b"""{"data": {"balance": 75.5, "currency": "USD", "items": [], "auto": [7777, {"at": 7777}]},
 "error": null, "meta": {"request_id": 7777}}"""
NUMBERS = ("1e9999999", "9" * 5000)


@row("B1", injected="exponents of ten million and 5,000 digits in any field beside a balance")
def test_a_number_out_of_range_costs_nothing_and_takes_no_balance_away(record: Record) -> None:
    for number in NUMBERS:
        with served_in_thread(says_number(CREDITS, number)) as server:
            lots = run("olostep", server.url, "lots", "--json")
            assert lots.code == 0, lots.err
            (lot,) = json.loads(lots.out)["items"]
            assert (lot["remaining"]["amount"], lot["expires_at"]) == ("1500", None)
    with served_in_thread(says_number(WALLET, NUMBERS[0])) as server:
        told = run("modelslab", server.url, "balance", "--json")
    assert json.loads(told.out)["available"] == {"amount": "75.50", "unit": "USD"}
    record("The date is not told, the balance is.")


@row("B1", injected="an exponent of ten million as the balance, and in the details of a refusal")
def test_a_balance_out_of_range_is_unreadable_at_once(record: Record) -> None:
    with served_in_thread(acts.says(200, b'{"data": {"balance": 1e9999999, "currency": "USD"}}')) as server:
        told = run("modelslab", server.url, "balance")
    assert (told.code, told.out) == (1, "")
    refusal = b'{"error": {"code": 1e9999999, "message": 1e9999999, "details": {"left": 1e9999999, "n": [1e9999999]}}}'
    with served_in_thread(acts.says(422, refusal)) as server:
        refused = run("modelslab", server.url, "balance")
    assert refused.out == ""
    assert "422" in refused.err
    record(f"{told.err} {refused.err}")


PDF = b"%PDF-1.7\n"


def invoice_act(encoding: str, body: bytes) -> Act:
    """An invoice, its address, and the document there."""

    async def act(exchange: Exchange) -> None:
        server, path = exchange.server, exchange.request.path
        if path.endswith("/invoice.pdf"):
            await exchange.send(head(200, {"Content-Encoding": encoding, "Content-Length": str(len(body))}) + body)
        elif path.endswith("/pdf"):
            await exchange.answer(200, json.dumps({"data": {"pdf_url": f"{server.url}/invoice.pdf"}}).encode())
        else:
            invoice = {"id": "in_1", "number": "A-1", "amount": 27, "status": "paid"}
            await exchange.answer(200, json.dumps({"data": invoice}).encode())

    return act


@row("B2", injected="an invoice of 300 MB, gzipped once, twice and three times")
def test_a_document_is_bounded_while_it_is_decompressed(tmp_path: Path, record: Record) -> None:
    seen = []
    for layers in (1, 2, 3):
        act = invoice_act(", ".join(["gzip"] * layers), acts.compressed(layers, 300))
        with served_in_thread(act) as server:
            ended = run("modelslab", server.url, "invoice", "in_1", "--pdf", str(tmp_path / "a.pdf"))
        assert ended.code == 1, ended.err
        assert list(tmp_path.glob("*.pdf")) == []
        seen.append(ended.err)
    record(" ".join(seen))


@row("B2", injected="300 MB gzipped once and twice as the body of a refusal and of a success")
def test_answers_and_refusals_are_bounded_while_they_are_decompressed(record: Record) -> None:
    seen = []
    for status in (200, 500):
        for layers in (1, 2):
            encoding = ", ".join(["gzip"] * layers)
            packed = acts.says(status, acts.compressed(layers, 300), Content_Encoding=encoding)
            with served_in_thread(packed) as server:
                ended = run("modelslab", server.url, "balance")
            assert (ended.code, ended.out) == (1, "")
            seen.append(ended.err)
    record(" ".join(dict.fromkeys(seen)))
