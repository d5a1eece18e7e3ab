"""Rows N1 to N15: what the network and broken servers do to a read and to a payment.

Every fault is injected three times: into a read; into the first sending of a payment, after which the server is well;
and into every sending. Where the fault leaves it open whether money moved, the server has charged first.
"""

import gzip
from dataclasses import dataclass

import pytest

from tests.faults import acts
from tests.faults.acts import raw, says
from tests.faults.conftest import Record
from tests.faults.rig import CANARY, Payer, check_sendings, client_of, outcome, read, words
from tests.faults.server import Act, funded, head, serve, served
from tui.domain import CallKind, IntentState, MoneyCall
from tui.providers.errors import BillingError, DeadlineExceeded, NetworkTrouble, ProtocolError

row = pytest.mark.row


@dataclass(frozen=True)
class Fault:
    """An act, the error of a read that meets it, and the charges when every sending meets it."""

    act: Act
    error: type[BillingError]
    charges: int = 1


HANGS = [
    pytest.param(
        Fault(acts.hang(commit=False), DeadlineExceeded, charges=0),
        marks=row("N7", injected="silence before the server commits"),
    ),
    pytest.param(
        Fault(acts.hang(commit=True), DeadlineExceeded), marks=row("N8", injected="silence after the server committed")
    ),
]
CUTS = [
    pytest.param(
        Fault(acts.close(commit=False), NetworkTrouble, charges=0),
        marks=row("N9", injected="closed before the server commits"),
    ),
    pytest.param(Fault(acts.close(commit=True), NetworkTrouble), marks=row("N9", injected="closed after the commit")),
    pytest.param(
        Fault(acts.reset(commit=False), NetworkTrouble, charges=0),
        marks=row("N9", injected="reset before the server commits"),
    ),
    pytest.param(Fault(acts.reset(commit=True), NetworkTrouble), marks=row("N9", injected="reset after the commit")),
    pytest.param(
        Fault(raw(acts.CUT_LENGTH), NetworkTrouble), marks=row("N10", injected="200, cut before its Content-Length")
    ),
    pytest.param(Fault(raw(acts.CUT_CHUNK), NetworkTrouble), marks=row("N10", injected="200, cut inside a chunk")),
]


def _answer(row_name: str, injected: str, act: Act, error: type[BillingError] = ProtocolError) -> object:
    return pytest.param(Fault(act, error), marks=row(row_name, injected=injected))


def _body(row_name: str, injected: str, body: bytes) -> object:
    return _answer(row_name, injected, says(200, body, commit=True))


PAGE = f"<html><title>Hotel network</title>{CANARY}</html>".encode()
NUMBERS = b'{"data": {"payment": {"status": "succeeded"}, "balance": %s, "currency": "USD"}}'
UNREADABLE = [
    _answer("N11", "JSON cut where the connection ends", raw(acts.CUT_AT_END)),
    _answer("N11", "204 without a body", raw(head(204, {}))),
    _answer("N11", "200 without a body", says(200, b"", commit=True)),
    _answer("N11", "200 with a web page", says(200, PAGE, commit=True, Content_Type="text/html")),
    _answer("N11", "200 with JSON called text/plain", says(200, funded(), commit=True, Content_Type="text/plain")),
    _body("N11", "200 with a web page called JSON", PAGE),
    _body("N12", "invalid UTF-8", b'{"data": {"status": "\xff"}}'),
    _body("N12", "a byte order mark", b"\xef\xbb\xbf" + funded()),
    _body("N12", "UTF-16", funded().decode().encode("utf-16")),
    _body("N12", "NaN as an amount", NUMBERS % b"NaN"),
    _body("N12", "Infinity as an amount", NUMBERS % b"-Infinity"),
    _body("N12", "100,000 nested lists", b"[" * 100_000 + b"]" * 100_000),
    _body("N12", "100,000 nested objects", b'{"data":' * 100_000 + b"1" + b"}" * 100_000),
    _body("N12", "a lone surrogate byte for byte", b'{"data": {"status": "\xed\xa0\x80"}}'),
    _body("N12", "the amount named twice", b'{"data": {"status": "succeeded", "balance": 1, "balance": 2}}'),
    _answer("N15", "a status line of garbage", raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), NetworkTrouble),
    _answer("N15", "a header of 200 kB", raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000), NetworkTrouble),
    _answer("N15", "gzip that is none", says(200, b"not gzip", commit=True, Content_Encoding="gzip")),
    _answer(
        "N15",
        "gzip cut short",
        says(200, gzip.compress(funded(), mtime=0)[:60], commit=True, Content_Encoding="gzip"),
    ),
    _answer("N15", "an encoding nobody asked for", says(200, b"\x0b\x80{}", commit=True, Content_Encoding="br")),
]
DRIPS = [
    _answer(
        "N13",
        "a body that drips, a byte now and then",
        acts.drip(head(200, {"Content-Type": "application/json", "Content-Length": "100000"}), b" "),
        DeadlineExceeded,
    ),
    _answer("N13", "a head that drips", acts.drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), DeadlineExceeded),
    _answer("N13", "interim answers without end", acts.drip(b"", b"HTTP/1.1 102 X\r\n\r\n"), DeadlineExceeded),
]
LARGE = [
    _answer("N14", "a body of 1 GB", acts.endless),
    _answer(
        "N14", "300 MB in 300 kB of gzip", says(200, acts.compressed(1, 300), commit=True, Content_Encoding="gzip")
    ),
    _answer(
        "N14",
        "300 MB gzipped twice",
        says(200, acts.compressed(2, 300), commit=True, Content_Encoding="gzip, gzip"),
    ),
]


@pytest.mark.parametrize("fault", [*HANGS, *CUTS, *UNREADABLE, *DRIPS, *LARGE])
async def test_a_lost_answer_is_unknown_and_asked_for_again(fault: Fault, payer: Payer, record: Record) -> None:
    async with served(fault.act) as server:
        error = await read(server.url)
    async with served(fault.act, serve) as server:
        once = await payer.pay(server.url, faulty=1)
        check_sendings(server)
        assert (once.state, server.charges) == (IntentState.DONE, 1)
    async with served(fault.act) as server:
        always = await payer.pay(server.url)
        check_sendings(server)
        assert len(server.sendings) == 3
        charges = server.charges
    assert type(error) is fault.error
    assert always.state is IntentState.UNKNOWN
    assert charges == fault.charges
    record(f"Reading: {words(error)} Paying: {outcome(always)} When only the first answer is lost: "
           f"{outcome(once)}", charges=f"{charges}; 1")  # fmt: skip


LARGE_CALL = MoneyCall(CallKind.FUND, "POST", "/wallet/fund", b" " * 8_000_000 + b"{}")
"""Large enough not to fit into the buffers between the two ends."""


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(acts.reset_while_reading, marks=row("N6", injected="reset while the request is being sent")),
        pytest.param(acts.stop_reading, marks=row("N6", injected="the server stops reading the request")),
    ],
)
async def test_a_request_cut_while_it_is_sent_is_unknown(act: Act, payer: Payer, record: Record) -> None:
    async with served(act) as server:
        always = await payer.pay(server.url, call=LARGE_CALL)
    assert always.state is IntentState.UNKNOWN
    async with served(act, serve) as server:
        once = await payer.pay(server.url, faulty=1, call=LARGE_CALL)
        assert (once.state, server.charges) == (IntentState.DONE, 1)
        check_sendings(server)
    record(f"Paying: {outcome(always)} When only the first is cut: {outcome(once)}", charges="0; 1")


ODD = {
    "1e400": (NUMBERS % b"1e400", None),
    "digits": (NUMBERS % (b"9" * 5000), None),
    "id": (b'{"data": {"payment": {"status": "succeeded", "payment_intent_id": "../x"}, "balance": 1}}', "$1.00"),
    "surrogate": (b'{"data": {"payment": {"status": "succeeded"}, "message": "Paid \\ud800.", "balance": 1}}', "$1.00"),
}


@pytest.mark.parametrize(
    ("body", "balance"),
    [
        pytest.param(*ODD["1e400"], marks=row("N12", injected="1e400 as the balance of a payment that succeeded")),
        pytest.param(*ODD["digits"], marks=row("N12", injected="a whole number of 5000 digits")),
        pytest.param(*ODD["id"], marks=row("N12", injected="a path as the id of a payment that succeeded")),
        pytest.param(*ODD["surrogate"], marks=row("N12", injected="a lone surrogate, escaped, in the words")),
    ],
)
async def test_oddities_beside_a_clear_word_do_not_make_a_payment_unknown(
    body: bytes, balance: str | None, payer: Payer, record: Record
) -> None:
    async with served(says(200, body, commit=True)) as server:
        paid = await payer.pay(server.url)
        assert (paid.state, len(server.sendings), server.charges) == (IntentState.DONE, 1, 1)
    assert paid.payment_intent_id is None
    assert (None if paid.balance is None else str(paid.balance)) == balance
    record(f"Paying: {outcome(paid)} Balance: {balance or 'not told'}", charges=1)


async def test_an_empty_answer_is_no_empty_list() -> None:
    async with served(says(200, b"")) as server:
        client = await client_of(server.url)
        with pytest.raises(ProtocolError, match="empty"):
            await client.invoices()
        await client.aclose()
