"""What Stripe answers (docs.stripe.com/api: payment methods, setup intents, errors)."""

from dataclasses import dataclass

from pydantic import AliasChoices, AliasPath, Field

from tui.domain import OpenEnum, SafeText
from tui.providers.stripe.cards import CARD_SAVED
from tui.providers.wire import Id, OptionalId, Text, WireModel

_WORDS = {
    "succeeded": CARD_SAVED,
    "requires_action": (
        "The bank wants to ask the card holder (3-D Secure), which a terminal cannot show. The card is not saved: "
        "use a payment link."
    ),
    "requires_confirmation": "Stripe has not confirmed the card. It is not saved.",
    "requires_payment_method": "The card was refused. It is not saved: use another card, or a payment link.",
    "processing": "Stripe is still checking the card. It is not saved yet: look at the cards on file in a minute.",
    "canceled": "Saving the card was cancelled. It is not saved: begin again.",
}


@dataclass(frozen=True, slots=True)
class SetupOutcome:
    """How the saving of a card ended."""

    state: OpenEnum
    """Stripe's word for where the setup intent stands; only `succeeded` means that the card is saved."""
    payment_method_id: str | None = None

    @property
    def saved(self) -> bool:
        """Whether the card is saved: nothing but success is."""
        return self.state == "succeeded" and self.payment_method_id is not None

    @property
    def message(self) -> SafeText:
        """The outcome in words, with what to do now."""
        if self.state == "succeeded" and self.payment_method_id is None:
            return SafeText("Stripe names no saved card. Look at the cards on file before you enter it again.")
        unknown = f'Stripe says "{self.state.label or "nothing"}". The card is not taken as saved.'
        return SafeText(_WORDS.get(str(self.state), unknown))


class WirePaymentMethod(WireModel):
    """`{"id": "pm_…"}`; nothing else of it is used."""

    id: Id


class WireSetupIntent(WireModel):
    """A setup intent; its payment method is an id, or an object when it was expanded."""

    id: Id
    status: Text = SafeText()
    payment_method: OptionalId = Field(
        default=None, validation_alias=AliasChoices(AliasPath("payment_method", "id"), "payment_method")
    )
