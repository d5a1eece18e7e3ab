"""What adding funds begins with when something led to it: the amount and the way of paying of before."""

from dataclasses import dataclass

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
