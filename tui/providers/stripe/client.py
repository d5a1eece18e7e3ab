"""The client of Stripe: card data goes from here to Stripe's own host and to nobody else."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from tui.domain import Clock, OpenEnum, SafeText, checked_id
from tui.providers.errors import ProtocolError
from tui.providers.stripe.cards import CardDetails
from tui.providers.stripe.errors import CHECK_CARDS, to_error
from tui.providers.stripe.models import SetupOutcome, WirePaymentMethod, WireSetupIntent
from tui.providers.transport import Reply, Transport
from tui.providers.wire import read

_PUBLISHABLE = re.compile(r"pk_(live|test)_[A-Za-z0-9_]{1,250}")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class StripeClient:
    """Stripe with one publishable key.

    Connections, headers and cookies are its own: nothing of the provider's account reaches Stripe, nothing of Stripe
    the provider. Every request is sent once; redirects are errors. Neither call charges anything.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def create_payment_method(self, card: CardDetails) -> str:
        """Hand a card to Stripe (`POST /v1/payment_methods`) and return the id it is known by from now on.

        Nothing is charged and nothing saved: after a lost answer it may be asked again, the first id is then unused.
        Raises CardRefused, TokenizationRefused, BillingError.
        """
        form = {
            "type": "card",
            "card[number]": card.number,
            "card[exp_month]": str(card.exp_month),
            "card[exp_year]": str(card.exp_year),
            "card[cvc]": card.cvc,
        }
        reply = await self._post("/v1/payment_methods", form, private=card.number)
        return read(WirePaymentMethod, reply.json, "payment method").id

    async def confirm_setup_intent(
        self, setup_intent_id: str, client_secret: str, payment_method_id: str
    ) -> SetupOutcome:
        """Save a card (`POST /v1/setup_intents/{id}/confirm`); what it came to is said, success or not.

        A publishable key must show the intent's client secret. Raises CardRefused, BillingError, BadId; after a lost
        answer the card may be saved.
        """
        asked = checked_id(setup_intent_id)
        form = {"client_secret": client_secret, "payment_method": checked_id(payment_method_id)}
        reply = await self._post(f"/v1/setup_intents/{quote(asked, safe='')}/confirm", form, private=client_secret)
        told = read(WireSetupIntent, reply.json, "setup intent")
        if told.id != asked:
            raise ProtocolError(SafeText("Stripe answered about another card."), hint=CHECK_CARDS)
        return SetupOutcome(OpenEnum(told.status.lower()), told.payment_method)

    async def _post(self, path: str, form: Mapping[str, str], private: str) -> Reply:
        """Send a form and return the success; raises BillingError for everything else."""
        reply = await self._transport.exchange("POST", path, body=urlencode(form).encode(), headers=_FORM)
        if not reply.ok or (isinstance(reply.json, dict) and reply.json.get("error")):
            raise to_error(reply, private)
        if reply.unreadable or reply.json is None:
            raise ProtocolError(reply.unreadable_text, request_id=reply.request_id, status=reply.status)
        return reply


def open_stripe(publishable_key: str, base_url: str, clock: Clock, user_agent: str) -> StripeClient:
    """Make a client; nothing is sent yet. Blocks for some 90 ms: call it in a thread.

    Raises ProtocolError for a key that is not a publishable one: a secret key must never leave the provider.
    """
    if not _PUBLISHABLE.fullmatch(publishable_key):
        raise ProtocolError(SafeText("The provider gave no publishable Stripe key, so no card can be entered here."))
    headers = {"Authorization": f"Bearer {publishable_key}", "User-Agent": user_agent}
    return StripeClient(Transport(base_url, headers=headers, clock=clock))
