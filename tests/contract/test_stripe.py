"""The client of Stripe's surface against the sandbox: a card from typing to saved, and every way it is refused."""

import asyncio
import pickle
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.conftest import FixedClock, Sandboxes
from tui.config.accounts import make_account
from tui.domain import BadId, SystemClock
from tui.providers.base import Capability, having
from tui.providers.connect import USER_AGENT, connect
from tui.providers.errors import Invalid, NotAuthenticated, NotFound, ProtocolError
from tui.providers.modelslab.client import ModelsLabClient
from tui.providers.stripe.cards import BadCard, CardDetails
from tui.providers.stripe.client import StripeClient, open_stripe
from tui.providers.stripe.errors import CardRefused, TokenizationRefused
from tui.sandbox.harness import RunningSandbox

YEAR = datetime.now(UTC).year + 2


def card(number: str = "4242 4242 4242 4242", cvc: str = "123", month: int = 12) -> CardDetails:
    return CardDetails(number, month, YEAR, cvc)


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=50, seed=7, rate_limits=False)


@pytest.fixture
def api(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    with httpx.Client(base_url=sandbox.modelslab_url, headers=headers, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
async def stripe(sandbox: RunningSandbox, api: httpx.Client) -> AsyncIterator[StripeClient]:
    key = api.get("/billing/stripe-config").json()["publishable_key"]
    client = open_stripe(key, sandbox.stripe_url, FixedClock(), USER_AGENT)
    yield client
    await client.aclose()
    sandbox.clear_faults()


def setup_intent(api: httpx.Client) -> tuple[str, str]:
    data = api.post("/billing/setup-intent").json()["data"]
    return data["setup_intent_id"], data["client_secret"]


async def test_a_card_is_saved(stripe: StripeClient, api: httpx.Client) -> None:
    made = await stripe.create_payment_method(card())
    intent, secret = setup_intent(api)
    outcome = await stripe.confirm_setup_intent(intent, secret, made)
    assert outcome.saved
    assert outcome.payment_method_id == made
    with pytest.raises(Invalid, match="dealt with already") as again:
        await stripe.confirm_setup_intent(intent, secret, made)
    assert "cards on file" in again.value.next_step
    assert str(again.value.request_id).startswith("req_")


async def test_a_card_goes_on_file_becomes_the_default_one_and_is_removed(
    sandbox: RunningSandbox, api: httpx.Client
) -> None:
    config = make_account(
        name="s",
        provider="modelslab",
        base_url=sandbox.modelslab_url,
        token=sandbox.token,
        stripe_base_url=sandbox.stripe_url,
    )
    provider = having(await asyncio.to_thread(connect, config, SystemClock()), ModelsLabClient)
    assert provider.capabilities >= {Capability.CARD_SETUP}
    before = await provider.payment_methods()
    saved = await provider.save_card(card("5555 5555 5555 4444"), make_default=False)
    cards = await provider.payment_methods()
    assert [each.id for each in cards if each.is_default] == [each.id for each in before if each.is_default]
    (made,) = [each for each in cards if each.id == saved]
    assert (made.brand, made.last4, made.expires) == ("mastercard", "4444", f"12/{YEAR % 100}")
    await provider.make_default_card(saved)
    assert [each.id for each in await provider.payment_methods() if each.is_default] == [saved]
    await provider.remove_card(saved)
    assert saved not in {each.id for each in await provider.payment_methods()}
    with pytest.raises(NotFound):
        await provider.remove_card(saved)
    with pytest.raises(BadId):
        await provider.make_default_card("../../wallet/withdraw")
    await provider.aclose()


async def test_a_card_that_wants_3d_secure_is_not_saved(stripe: StripeClient, api: httpx.Client) -> None:
    made = await stripe.create_payment_method(card("4000002500003155"))
    outcome = await stripe.confirm_setup_intent(*setup_intent(api), made)
    assert not outcome.saved
    assert "3-D Secure" in outcome.message
    assert "payment link" in outcome.message


@pytest.mark.parametrize(
    ("number", "decline"), [("4000000000000002", "generic_decline"), ("4000000000009995", "insufficient_funds")]
)
async def test_a_card_that_is_declined(stripe: StripeClient, api: httpx.Client, number: str, decline: str) -> None:
    made = await stripe.create_payment_method(card(number))
    with pytest.raises(CardRefused) as refused:
        await stripe.confirm_setup_intent(*setup_intent(api), made)
    assert refused.value.decline_code == decline
    assert str(refused.value).startswith("Your card")


async def test_what_stripe_finds_wrong_names_the_field(stripe: StripeClient) -> None:
    with pytest.raises(CardRefused) as refused:
        await stripe.create_payment_method(CardDetails("4242424242424242", 12, 1999, "123"))
    assert list(refused.value.fields) == ["exp_year"]


async def test_an_account_that_may_not_send_cards_is_led_to_the_link(
    stripe: StripeClient, sandbox: RunningSandbox
) -> None:
    message = "This integration surface is unsupported for publishable key tokenization."
    error = {"error": {"type": "invalid_request_error", "message": message}}
    sandbox.fault("/v1/payment_methods", status=400, body=error)
    with pytest.raises(TokenizationRefused) as refused:
        await stripe.create_payment_method(card())
    assert "payment link" in refused.value.next_step
    assert not refused.value.maybe_executed


async def test_a_wrong_secret_or_intent(stripe: StripeClient, api: httpx.Client) -> None:
    intent, secret = setup_intent(api)
    made = await stripe.create_payment_method(card())
    with pytest.raises(Invalid) as wrong:
        await stripe.confirm_setup_intent(intent, "seti_1_secret_wrong", made)
    assert secret not in f"{wrong.value} {wrong.value!r}"
    with pytest.raises(NotFound):
        await stripe.confirm_setup_intent("seti_nobody", secret, made)
    with pytest.raises(BadId):
        await stripe.confirm_setup_intent("../payment_methods", secret, made)


async def test_a_wrong_key(sandbox: RunningSandbox) -> None:
    stranger = open_stripe("pk_test_stranger", sandbox.stripe_url, FixedClock(), USER_AGENT)
    with pytest.raises(NotAuthenticated) as refused:
        await stranger.create_payment_method(card())
    await stranger.aclose()
    assert "pk_test" not in f"{refused.value} {refused.value!r}"


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "", "pk_live_1\r\nX: y", "pk_live_" + "1" * 300])
def test_only_a_publishable_key_is_used(key: str) -> None:
    with pytest.raises(ProtocolError, match="no publishable") as refused:
        open_stripe(key, "https://api.stripe.com", FixedClock(), USER_AGENT)
    assert not key or key not in str(refused.value)


def test_card_data_does_not_show() -> None:
    typed = card("4242-4242-4242-4242", cvc="987")
    assert (typed.number, typed.last4) == ("4242424242424242", "4242")
    assert "424242" not in f"{typed} {typed!r} {[typed]}"
    assert "987" not in f"{typed!r}"
    with pytest.raises(TypeError, match="not stored"):
        pickle.dumps(typed)


@pytest.mark.parametrize(
    ("number", "month", "cvc", "part"),
    [
        ("4242424242424241", 1, "123", "number"),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", 1, "123", "number"),
        ("", 1, "123", "number"),
        ("4242424242424242", 13, "123", "exp_month"),
        ("4242424242424242", 1, "12", "cvc"),
    ],
)
def test_what_cannot_be_a_card_is_not_sent(number: str, month: int, cvc: str, part: str) -> None:
    with pytest.raises(BadCard) as refused:
        card(number, cvc, month)
    assert refused.value.part == part
    assert not number or number not in str(refused.value)
