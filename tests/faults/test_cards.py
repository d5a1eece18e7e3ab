"""Rows H15 and H16, and H12 at Stripe: card data is refused, or the card is not saved, and it is said so."""

import asyncio
import json

import pytest

from tests.conftest import FixedClock
from tests.faults.acts import hang, says
from tests.faults.conftest import Record
from tests.faults.rig import words
from tests.faults.server import Act, serve, served
from tui.providers.errors import BillingError, NetworkTrouble, ProtocolError, ServerTrouble
from tui.providers.stripe import CardDetails, CardRefused, StripeClient, TokenizationRefused
from tui.providers.transport import Transport

row = pytest.mark.row
NUMBER = "4242424242424242"
SECRET = "seti_fault_secret_hush"


def client_of(url: str, seconds: float = 5) -> StripeClient:
    headers = {"Authorization": "Bearer pk_test_fault"}
    return StripeClient(Transport(url, headers=headers, clock=FixedClock(), total_deadline=seconds))


async def refused(url: str, seconds: float = 5) -> BillingError:
    client = client_of(url, seconds)
    with pytest.raises(BillingError) as caught:
        await client.create_payment_method(CardDetails(NUMBER, 12, 2031, "987"))
    await client.aclose()
    assert "987" not in f"{caught.value} {caught.value!r}"
    return caught.value


def stripe_error(status: int, **error: str) -> Act:
    return says(status, json.dumps({"error": error}).encode(), Request_Id="req_stripe")


UNSUPPORTED = "This integration surface is unsupported for publishable key tokenization. To use it, contact us."


@row("H15", injected="400: the integration surface is unsupported")
async def test_an_unsupported_integration_leads_to_the_link(record: Record) -> None:
    async with served(stripe_error(400, type="invalid_request_error", message=UNSUPPORTED)) as server:
        error = await refused(server.url)
        assert len(server.arrivals) == 1
        sent = server.arrivals[0]
    assert type(error) is TokenizationRefused
    assert "payment link" in error.next_step
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent.headers["authorization"] == "Bearer pk_test_fault"
    assert "cookie" not in sent.headers
    record(words(error), charges=0)


@row("H15", injected="402: a message that quotes the card number")
async def test_no_message_gives_the_number_away(record: Record) -> None:
    quoting = stripe_error(402, type="card_error", code="incorrect_number", message="4242 4242-4242 4242 is wrong.")
    async with served(quoting) as server:
        error = await refused(server.url)
    assert type(error) is CardRefused
    record(words(error), charges=0)


@row("H15", injected="silence after the card was sent")
async def test_a_lost_answer_about_a_card_is_sent_once(record: Record) -> None:
    async with served(hang(commit=False)) as server:
        error = await refused(server.url, 0.3)
        assert len(server.arrivals) == 1
    assert isinstance(error, NetworkTrouble)
    record(words(error), charges=0)


@pytest.mark.parametrize(
    "status",
    [pytest.param(each, marks=row("H12", injected=f"{each} from Stripe to another origin")) for each in (302, 307)],
)
async def test_the_card_form_does_not_follow_a_redirect(status: int, record: Record) -> None:
    async with (
        served(serve, host="localhost") as elsewhere,
        served(says(status, b"", Location=elsewhere.url)) as server,
    ):
        error = await refused(server.url)
        assert elsewhere.connections == 0
    assert isinstance(error, ServerTrouble)
    assert "localhost" in str(error)
    record(words(error), charges=0)


def intent(status: object, ident: str = "seti_fault", method: object = "pm_1") -> Act:
    body = {"id": ident, "status": status, "payment_method": method, "client_secret": SECRET}
    return says(200, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("act", "saved"),
    [
        pytest.param(intent("succeeded"), True, marks=row("H16", injected="succeeded")),
        pytest.param(
            intent("succeeded", method={"id": "pm_1"}), True, marks=row("H16", injected="succeeded, the card expanded")
        ),
        pytest.param(intent("succeeded", method=None), False, marks=row("H16", injected="succeeded without a card")),
        *(
            pytest.param(intent(status), False, marks=row("H16", injected=str(status)))
            for status in (
                "requires_action",
                "requires_confirmation",
                "requires_payment_method",
                "processing",
                "canceled",
                "hypothesised",
                None,
            )
        ),
    ],
)
async def test_only_succeeded_is_saved(act: Act, record: Record, *, saved: bool) -> None:
    async with served(act) as server:
        client = client_of(server.url)
        outcome = await client.confirm_setup_intent("seti_fault", SECRET, "pm_1")
        await client.aclose()
    assert outcome.saved is saved
    assert SECRET not in repr(outcome)
    record(f"{outcome.state.label or 'no status'}: {outcome.message}", charges=0)


@row("H16", injected="an answer about another setup intent")
async def test_an_answer_about_another_intent_saves_nothing(record: Record) -> None:
    async with served(intent("succeeded", ident="seti_other")) as server:
        client = client_of(server.url)
        with pytest.raises(ProtocolError, match="another card") as caught:
            await client.confirm_setup_intent("seti_fault", SECRET, "pm_1")
        await client.aclose()
    record(words(caught.value), charges=0)


async def test_two_cards_at_once_are_two_forms() -> None:
    async with served(says(200, b'{"id": "pm_1"}')) as server:
        client = client_of(server.url)
        card = CardDetails(NUMBER, 12, 2031, "987")
        await asyncio.gather(client.create_payment_method(card), client.create_payment_method(card))
        await client.aclose()
        assert len(server.arrivals) == 2
        assert b"card%5Bnumber%5D=4242424242424242&" in server.arrivals[0].body
