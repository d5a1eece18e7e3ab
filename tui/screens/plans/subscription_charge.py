"""One charge of a subscription: how it is going, its story, and what can be done about it now."""

from tui.domain import Intent
from tui.providers.base import Capability
from tui.screens.payments.charge import ChargeDialog
from tui.screens.payments.drafts import FundDraft

_OF_THE_WALLET = {"other_card", "try_again", "link"}
"""What would add funds to the wallet instead."""


class SubscriptionChargeDialog(ChargeDialog):
    """Like a charge, but the provider chooses the card, and nothing of it reaches the wallet."""

    BINDING_GROUP_TITLE = "Subscription"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what only adding funds can do."""
        return False if action in _OF_THE_WALLET else super().check_action(action, parameters)

    def doing(self, intent: Intent) -> str:
        """What is going on while it is sent."""
        return f"Charging: {intent.title}…"

    def _may_pay(self, intent: Intent) -> bool:
        return Capability.SUBSCRIPTION_CHANGES in self.app.snapshot.capabilities

    def _draft(self, intent: Intent, *, link: bool = False) -> FundDraft | None:
        return None

    def outcome(self, intent: Intent) -> None:
        """Stay: what was refused is told here."""
