"""Rows H15 and H16, and H12 at Stripe: card data is refused, or the card is not saved, and it is said so."""

import asyncio
import json

import pytest

from tests.conftest import FixedClock
from tests.faults.acts import close, hang, says
from tests.faults.conftest import Record
from tests.faults.rig import AMPLE, TOKEN, client_of, words
from tests.faults.server import Act, serve, served
from tui.providers.errors import BillingError, NetworkTrouble, ProtocolError, ServerTrouble
from tui.providers.modelslab.card_setup import StripeAccess
from tui.providers.stripe.cards import CardDetails
from tui.providers.stripe.client import StripeClient
from tui.providers.stripe.errors import CardNotSaved, CardRefused, TokenizationRefused
from tui.providers.transport import Transport

row = pytest.mark.row
NUMBER = "4242424242424242"
SECRET = "seti_fault_secret_hush"


def stripe_at(url: str, seconds: float = 5) -> StripeClient:
    headers = {"Authorization": "Bearer pk_test_fault"}
    return StripeClient(Transport(url, headers=headers, clock=FixedClock(), total_deadline=seconds))


async def refused(url: str, seconds: float = 5) -> BillingError:
    client = stripe_at(url, seconds)
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
        client = stripe_at(server.url)
        outcome = await client.confirm_setup_intent("seti_fault", SECRET, "pm_1")
        await client.aclose()
    assert outcome.saved is saved
    assert SECRET not in repr(outcome)
    record(f"{outcome.state.label or 'no status'}: {outcome.message}", charges=0)


@row("H16", injected="an answer about another setup intent")
async def test_an_answer_about_another_intent_saves_nothing(record: Record) -> None:
    async with served(intent("succeeded", ident="seti_other")) as server:
        client = stripe_at(server.url)
        with pytest.raises(ProtocolError, match="another card") as caught:
            await client.confirm_setup_intent("seti_fault", SECRET, "pm_1")
        await client.aclose()
    record(words(caught.value), charges=0)


def provider_says(*, attach: Act) -> tuple[Act, ...]:
    """The provider's part in saving a card: the key, the setup intent, the attaching, and the cards on file."""
    cards = [{"id": "pm_1", "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2031}]
    return (
        says(200, b'{"publishable_key": "pk_test_fault", "instructions": "go to Stripe"}'),
        says(200, json.dumps({"data": {"setup_intent_id": "seti_fault", "client_secret": SECRET}}).encode()),
        attach,
        says(200, json.dumps({"data": cards}).encode()),
    )


async def save(provider_url: str, stripe_url: str) -> str:
    """Save a card the whole way, as the dashboard does."""
    access = StripeAccess(stripe_url, FixedClock(), "billtop/test")
    client = await client_of(provider_url, AMPLE, stripe=access)
    try:
        return await client.save_card(CardDetails(NUMBER, 12, 2031, "987"), make_default=False)
    finally:
        await client.aclose()


MADE = says(200, b'{"id": "pm_1"}')


async def test_card_data_goes_to_stripe_alone_and_the_token_to_the_provider_alone() -> None:
    async with (
        served(*provider_says(attach=says(200, b'{"data": {"id": "pm_1"}}'))) as provider,
        served(MADE, intent("succeeded")) as stripe,
    ):
        assert await save(provider.url, stripe.url) == "pm_1"
    sent = [each.body for each in provider.arrivals]
    assert sent == [b"", b"", b'{"payment_method_id": "pm_1", "make_default": false}']
    assert b"4242424242424242" in stripe.arrivals[0].body
    # The key of the account is Stripe's own, and what proves the setup intent never goes back to the provider.
    assert {each.headers["authorization"] for each in stripe.arrivals} == {"Bearer pk_test_fault"}
    assert {each.headers["authorization"] for each in provider.arrivals} == {f"Bearer {TOKEN}"}
    assert all(each.key for each in provider.arrivals if each.method == "POST")


@row("H15", injected="the answer to attaching a saved card is lost, and it is on file")
async def test_a_lost_answer_to_attaching_is_looked_up(record: Record) -> None:
    async with (
        served(*provider_says(attach=close(commit=False))) as provider,
        served(MADE, intent("succeeded")) as stripe,
    ):
        assert await save(provider.url, stripe.url) == "pm_1"
    assert [each.method for each in provider.arrivals] == ["GET", "POST", "POST", "GET"]
    record("Found among the cards on file: the card is saved.", charges=0)


@row("H16", injected="requires_action, the whole way")
async def test_a_card_whose_bank_asks_is_not_attached(record: Record) -> None:
    async with (
        served(*provider_says(attach=says(200, b"{}"))) as provider,
        served(MADE, intent("requires_action")) as stripe,
    ):
        with pytest.raises(CardNotSaved) as caught:
            await save(provider.url, stripe.url)
    assert len(provider.arrivals) == 2
    record(words(caught.value), charges=0)


async def test_two_cards_at_once_are_two_forms() -> None:
    async with served(says(200, b'{"id": "pm_1"}')) as server:
        client = stripe_at(server.url)
        card = CardDetails(NUMBER, 12, 2031, "987")
        await asyncio.gather(client.create_payment_method(card), client.create_payment_method(card))
        await client.aclose()
        assert len(server.arrivals) == 2
        assert b"card%5Bnumber%5D=4242424242424242&" in server.arrivals[0].body
