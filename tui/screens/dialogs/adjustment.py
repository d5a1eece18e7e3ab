"""One adjustment of somebody's credits: how it is going, its story, and what can be done about it now."""

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from tui.domain import Intent
from tui.screens.adjust_words import MAY_BE_BOOKED, NOTHING_BOOKED
from tui.screens.dialogs.charge import ChargeDialog

_NOT_AGAIN = frozenset({"other_card", "try_again", "link", "repeat"})


class AdjustmentDialog(ChargeDialog):
    """Like a charge, but never sent a second time: the provider knows no key by which it would tell them apart."""

    BINDING_GROUP_TITLE = "Adjustment"
    no_repeat: ClassVar[str] = (
        "Sent again it could be booked twice, so it is not: enter looks for it among everybody's transactions."
    )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what only a payment can do."""
        return False if action in _NOT_AGAIN else super().check_action(action, parameters)

    def doing(self, intent: Intent) -> str:
        """What is going on while it is sent."""
        return f"Booking {intent.title}…"

    def aside_means(self, intent: Intent) -> Sequence[Content | str]:
        """What setting it aside means."""
        return [
            MAY_BE_BOOKED if intent.sent_at else f"It was never sent. {NOTHING_BOOKED}",
            "Set aside, it no longer stops the same adjustment from being made again, and nothing looks for it then.",
        ]

    def _ended(self, intent: Intent) -> None:
        """Stay: what was refused is told here."""
        self.note_outcome(intent)
