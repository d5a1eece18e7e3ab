"""Saving a card with ModelsLab: its data goes to Stripe, ModelsLab is told an id alone.

The published order (docs.modelslab.com, billing and wallet): `GET /billing/stripe-config` for the publishable key,
`POST /billing/setup-intent`, then Stripe's `POST /v1/payment_methods` and `POST /v1/setup_intents/{id}/confirm`, then
`POST /billing/payment-methods` with the id.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from pydantic import Field

from tui.domain import Clock, PaymentMethod, checked_id
from tui.providers.errors import BillingError
from tui.providers.modelslab.envelope import unwrap
from tui.providers.stripe.cards import CardDetails
from tui.providers.stripe.client import StripeClient, open_stripe
from tui.providers.stripe.errors import CHECK_CARDS, CardNotSaved
from tui.providers.transport import Json
from tui.providers.wire import Id, Text, WireModel, inner, read

Send = Callable[[str, str, bytes | None], Awaitable[Json]]
"""Sends method, path and body to ModelsLab and returns the answer's JSON. Raises BillingError."""


@dataclass(frozen=True, slots=True)
class StripeAccess:
    """How Stripe is reached: card data goes to this address and nowhere else."""

    base_url: str
    clock: Clock
    user_agent: str

    async def open(self, publishable_key: str) -> StripeClient:
        """Make a client of its own for one card. Raises ProtocolError for a key that is not a publishable one."""
        return await asyncio.to_thread(open_stripe, publishable_key, self.base_url, self.clock, self.user_agent)


class WireStripeConfig(WireModel):
    """`/billing/stripe-config`: printed without an envelope, read from both."""

    publishable_key: Text


class WireSetupIntent(WireModel):
    """`POST /billing/setup-intent`."""

    setup_intent_id: Id
    client_secret: str = Field(repr=False, max_length=500)


async def tokenize(card: CardDetails, send: Send, access: StripeAccess) -> str:
    """Have Stripe save `card`, and return the id it is known by from now on; it is not attached yet.

    Raises CardRefused, TokenizationRefused, CardNotSaved, BillingError.
    """
    config = read(WireStripeConfig, inner(unwrap(await send("GET", "/billing/stripe-config", None))), "Stripe's key")
    answer = await send("POST", "/billing/setup-intent", None)
    setup = read(WireSetupIntent, inner(unwrap(answer), "setup_intent"), "setup intent")
    stripe = await access.open(config.publishable_key)
    try:
        made = await stripe.create_payment_method(card)
        outcome = await stripe.confirm_setup_intent(setup.setup_intent_id, setup.client_secret, made)
    finally:
        await stripe.aclose()
    if outcome.payment_method_id is None or not outcome.saved:
        raise CardNotSaved(outcome.message)
    return outcome.payment_method_id


def attach_body(payment_method_id: str, *, make_default: bool) -> bytes:
    """Return the bytes that attach a card; `make_default` is always said, as leaving it out means yes. Raises BadId."""
    return json.dumps({"payment_method_id": checked_id(payment_method_id), "make_default": make_default}).encode()


async def after_lost_answer(
    payment_method_id: str, trouble: BillingError, cards: Callable[[], Awaitable[tuple[PaymentMethod, ...]]]
) -> None:
    """Return when the card is on file although the answer to attaching it was lost; raise `trouble` otherwise."""
    if trouble.maybe_executed:
        with suppress(BillingError):
            if any(card.id == payment_method_id for card in await cards()):
                return
        trouble.hint = CHECK_CARDS
    raise trouble
