"""Rows H1 and H3 to H12: what refusals and troubles of the server mean for a read and for a payment.

Every answer is given three times: to a read, to every sending of a payment, and to the second sending of a payment that
was charged but whose first answer was lost. A refusal of the second proves nothing about the first.
"""

from dataclasses import dataclass

import pytest

from tests.faults.acts import close, says
from tests.faults.conftest import Record
from tests.faults.rig import AMPLE, CANARY, Payer, check_sendings, outcome, read, words
from tests.faults.server import Act, funded, refusal, serve, served
from tui.domain import CallKind, IntentState, MoneyCall
from tui.providers.errors import (
    BillingError,
    Declined,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    RateLimited,
    ServerTrouble,
)

row = pytest.mark.row
FAILED, UNKNOWN, DONE = IntentState.FAILED, IntentState.UNKNOWN, IntentState.DONE


@dataclass(frozen=True)
class Answer:
    """An answer, the error of a read that gets it, and what a payment comes to."""

    act: Act
    error: type[BillingError]
    first: IntentState
    """When every sending gets it."""
    after_lost: IntentState = UNKNOWN
    """When the second sending gets it, and the first was charged."""
    sendings: int = 1


def case(row_name: str, injected: str, answer: Answer) -> object:
    return pytest.param(answer, marks=row(row_name, injected=injected))


FIELDS = refusal("validation_error", "The amount must be at least 10.", {"amount": ["The amount must be at least 10."]})
DECLINE = refusal(
    "payment_declined",
    "Your card has insufficient funds.",
    {"decline_code": "insufficient_funds", "payment_intent_id": "pi_declined1"},
)
PAGE = f"<html>502 Bad Gateway {CANARY}</html>".encode()
REFUSALS = [
    case("H1", "400", Answer(says(400, refusal("bad_request", "Malformed amount.")), Invalid, FAILED)),
    case("H1", "422 with a message for a field", Answer(says(422, FIELDS), Invalid, FAILED)),
    case("H3", "401", Answer(says(401, b'{"message": "Unauthenticated."}'), NotAuthenticated, FAILED)),
    case("H4", "402 with a decline code", Answer(says(402, DECLINE), Declined, FAILED, after_lost=FAILED)),
    case("H4", "402 for a key that is not valid", Answer(says(402, b'{"message": "Invalid key."}'), Declined, FAILED)),
    case(
        "H5",
        "403 for resellers only",
        Answer(says(403, refusal("access_denied", "Only resellers may do this.")), NotAllowed, FAILED),
    ),
    case("H6", "404", Answer(says(404, refusal("not_found", "There is no such card.")), NotFound, FAILED)),
    case(
        "H8",
        "422 key mismatch",
        Answer(says(422, refusal("idempotency_mismatch", "This key was used with other bytes.")), Invalid, FAILED),
    ),
]
TROUBLES = [
    case(
        "H7",
        "409 still at work",
        Answer(says(409, refusal("in_progress", "Still at work on this key.")), Invalid, UNKNOWN, sendings=3),
    ),
    case(
        "H8",
        "409 key mismatch",
        Answer(says(409, refusal("idempotency_mismatch", "Another payload.")), Invalid, UNKNOWN, sendings=3),
    ),
    *(
        case(
            "H10",
            f"{status}",
            Answer(says(status, refusal("internal", "Oops."), commit=True), ServerTrouble, UNKNOWN, sendings=3),
        )
        for status in (500, 502, 503, 504)
    ),
    case(
        "H10",
        "502 with the web page of a proxy",
        Answer(says(502, PAGE, commit=True, Content_Type="text/html"), ServerTrouble, UNKNOWN, sendings=3),
    ),
    case(
        "H10",
        "401 with the web page of a proxy",
        Answer(says(401, PAGE, Content_Type="text/html"), NotAuthenticated, UNKNOWN, sendings=3),
    ),
    case(
        "H11",
        "503 payment_status_unknown",
        Answer(
            says(503, refusal("payment_status_unknown", "Ask for the status."), commit=True),
            ServerTrouble,
            UNKNOWN,
            sendings=3,
        ),
    ),
]


@pytest.mark.parametrize("answer", [*REFUSALS, *TROUBLES])
async def test_what_an_answer_means(answer: Answer, payer: Payer, record: Record) -> None:
    async with served(answer.act) as server:
        error = await read(server.url, AMPLE)
    assert type(error) is answer.error
    assert error.next_step
    async with served(answer.act) as server:
        first = await payer.pay(server.url)
        check_sendings(server)
        assert (first.state, len(server.sendings)) == (answer.first, answer.sendings)
        charges = server.charges
        again = await payer.pay(server.url)
        assert again.key != first.key, "what is confirmed anew has a key of its own"
    async with served(close(commit=True), answer.act) as server:
        lost = await payer.pay(server.url)
        check_sendings(server)
        assert lost.state is answer.after_lost
    record(
        f"Reading: {words(error)} Paying: {outcome(first)} After a first answer that was lost: {outcome(lost)}",
        charges=f"{charges}; 1",
    )


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(says(409, refusal("in_progress", "Wait.")), marks=row("H7", injected="409 once, then the result")),
        pytest.param(says(503, commit=True), marks=row("H10", injected="503 once after the commit")),
        pytest.param(says(500), marks=row("H10", injected="500 once before the commit")),
    ],
)
async def test_trouble_that_passes_ends_in_one_charge(act: Act, payer: Payer, record: Record) -> None:
    async with served(act, serve) as server:
        paid = await payer.pay(server.url)
        check_sendings(server)
        assert (paid.state, len(server.sendings), server.charges) == (DONE, 2, 1)
    record(f"Paying: {outcome(paid)}", charges=1)


@row("H10", injected="500 to a call whose key is not documented")
async def test_a_call_without_a_documented_key_is_sent_once(payer: Payer, record: Record) -> None:
    call = MoneyCall(CallKind.WITHDRAWAL, "POST", "/wallet/withdraw", b'{"amount": 25}')
    async with served(says(500, commit=True)) as server:
        settled = await payer.pay(server.url, call=call)
        assert (settled.state, len(server.sendings)) == (UNKNOWN, 1)
    record(f"Paying: {outcome(settled)}", charges=1)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        pytest.param(funded("processing"), IntentState.PROCESSING, marks=row("H11", injected="202 processing")),
        pytest.param(
            funded("requires_action"), IntentState.REQUIRES_ACTION, marks=row("H11", injected="202 3-D Secure")
        ),
    ],
)
async def test_accepted_is_not_paid(body: bytes, state: IntentState, payer: Payer, record: Record) -> None:
    async with served(says(202, body, commit=True)) as server:
        settled = await payer.pay(server.url)
        assert (settled.state, len(server.sendings)) == (state, 1)
        assert settled.payment_intent_id == "pi_fault1", "it can be asked about"
        assert settled.balance is None
    record(f"Paying: {outcome(settled)}", charges=1 if state is IntentState.PROCESSING else "–")


LIMITED = b'{"message": "Too Many Attempts."}'


@dataclass(frozen=True)
class Wait:
    """A Retry-After, what a person is told of it (seconds), and the waits of a payment that goes on getting it."""

    header: str
    told: float | None
    waits: tuple[tuple[float, float], ...]
    """Shortest and longest of each."""


BACKOFF = ((0.25, 0.5), (0.5, 1.0))


@pytest.mark.parametrize(
    "wait",
    [
        pytest.param(Wait("7", 7, ((7, 7), (7, 7))), marks=row("H9", injected="429, Retry-After: 7")),
        pytest.param(Wait("0", 0, BACKOFF), marks=row("H9", injected="429, Retry-After: 0")),
        pytest.param(
            Wait("Fri, 20 Nov 2026 18:24:15 GMT", 10, ((10, 10), (10, 10))),
            marks=row("H9", injected="429, Retry-After as a date in 10 s"),
        ),
        pytest.param(Wait("soon", None, BACKOFF), marks=row("H9", injected="429, Retry-After: soon")),
        pytest.param(Wait("-5", 0, BACKOFF), marks=row("H9", injected="429, Retry-After: -5")),
        pytest.param(Wait("999999999999", 3600, ()), marks=row("H9", injected="429, Retry-After: 999999999999")),
        pytest.param(Wait("120.5", 120.5, ()), marks=row("H9", injected="429, Retry-After: 120.5")),
    ],
)
async def test_a_rate_limit_is_waited_for_when_there_is_time(wait: Wait, payer: Payer, record: Record) -> None:
    act = says(429, LIMITED, Retry_After=wait.header, Date="Fri, 20 Nov 2026 18:24:05 GMT")
    async with served(act) as server:
        error = await read(server.url, AMPLE)
    assert isinstance(error, RateLimited)
    told = None if error.retry_after is None else error.retry_after.total_seconds()
    assert told == wait.told
    async with served(act) as server:
        refused = await payer.pay(server.url)
        check_sendings(server)
        assert (refused.state, len(server.sendings)) == (FAILED, len(wait.waits) + 1)
        waited, payer.waits = payer.waits, []
        assert len(waited) == len(wait.waits)
        for seconds, (shortest, longest) in zip(waited, wait.waits, strict=True):
            assert shortest <= seconds <= longest
    async with served(act, serve) as server:
        paid = await payer.pay(server.url)
        assert (paid.state, server.charges) == ((DONE, 1) if wait.waits else (FAILED, 0))
    asked = "not told" if told is None else f"{told:g} s"
    record(
        f"Reading: {words(error)} Wait: {asked}. Paying: {outcome(refused)} When it passes: {paid.state.value}.",
        charges=f"0; {server.charges}",
    )


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(status, marks=row("H12", injected=f"{status} to another origin"))
        for status in (301, 302, 303, 307, 308)
    ],
)
async def test_a_redirect_is_named_and_not_followed(status: int, payer: Payer, record: Record) -> None:
    async with served(serve, host="localhost") as elsewhere:
        act = says(status, b"", Location=f"{elsewhere.url}/wallet/fund?session={CANARY}")
        async with served(act) as server:
            error = await read(server.url, AMPLE)
            settled = await payer.pay(server.url)
            check_sendings(server)
        assert elsewhere.connections == 0
    assert isinstance(error, ServerTrouble)
    assert "localhost" in str(error)
    assert "localhost" in settled.note
    assert settled.state is UNKNOWN
    record(f"Reading: {words(error)} Paying: {outcome(settled)}", charges=0)
