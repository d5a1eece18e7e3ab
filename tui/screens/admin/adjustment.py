"""One adjustment of somebody's credits: how it is going, its story, and what can be done about it now."""

from typing import ClassVar

from tui.domain import Intent
from tui.screens.payments.charge import ChargeDialog
from tui.screens.payments.intent_text import BOOKING, CallText

_NOT_AGAIN = frozenset({"other_card", "try_again", "link", "repeat"})


class AdjustmentDialog(ChargeDialog):
    """Like a charge, but never sent a second time: the provider knows no key by which it would tell them apart."""

    BINDING_GROUP_TITLE = "Adjustment"
    saying: ClassVar[CallText] = BOOKING
    no_repeat: ClassVar[str] = (
        "Sent again it could be booked twice, so it is not: enter looks for it among everybody's transactions."
    )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what only a payment can do."""
        return False if action in _NOT_AGAIN else super().check_action(action, parameters)

    def doing(self, intent: Intent) -> str:
        """What is going on while it is sent."""
        return f"Booking {intent.title}…"

    def outcome(self, intent: Intent) -> None:
        """Stay: what was refused is told here."""
