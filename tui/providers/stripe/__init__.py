"""Stripe, as far as a publishable key may go: making a payment method of card data, and confirming a setup intent."""

from tui.providers.stripe.cards import CardDetails
from tui.providers.stripe.client import StripeClient, open_stripe
from tui.providers.stripe.errors import CardNotSaved, CardRefused, TokenizationRefused
from tui.providers.stripe.models import SetupOutcome, SetupState

__all__ = [
    "CardDetails",
    "CardNotSaved",
    "CardRefused",
    "SetupOutcome",
    "SetupState",
    "StripeClient",
    "TokenizationRefused",
    "open_stripe",
]
