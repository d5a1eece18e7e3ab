"""What one dialog hands to the next: a form filled in, a card that was added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.domain import Money


@dataclass(frozen=True, slots=True)
class FundDraft:
    """A form filled in."""

    amount: Money
    card_id: str | None = None
    """The saved card to pay with; None is the payment link."""
    problem: str = ""
    """What was wrong with the amount, in words."""
    begin: bool = False
    """Whether to go on at once: to the link, or to the question before a charge."""


@dataclass(frozen=True, slots=True)
class CardAdded:
    """How adding a card ended: with a saved card, or with the wish for a payment link."""

    card_id: str | None
    """The saved card; None is the payment link."""
