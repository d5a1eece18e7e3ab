"""Card data on its way to Stripe: never printed, never kept."""

from dataclasses import dataclass, field
from typing import Never

from tui.domain.redaction import checks_out

CARD_SAVED = "The card is saved."
_SEPARATORS = str.maketrans("", "", " -")


class BadCard(ValueError):
    """What was typed cannot be a card; `part` names the field, the text says why without quoting it."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(why)
        self.part = part


@dataclass(frozen=True, slots=True, repr=False)
class CardDetails:
    """A card as it was typed; spaces and dashes in the number are taken out.

    Its repr shows the last four digits and no more (PCI DSS 4.0, 3.4.1), and it refuses to be pickled. Raises BadCard.
    """

    number: str = field(compare=False)
    exp_month: int
    exp_year: int
    cvc: str = field(compare=False)

    def __post_init__(self) -> None:
        digits = self.number.translate(_SEPARATORS)
        if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19 and checks_out([*map(int, digits)])):
            raise BadCard("number", "This is no card number: a digit is missing or wrong.")
        if not 1 <= self.exp_month <= 12:
            raise BadCard("exp_month", "The month lies between 1 and 12.")
        if not (self.cvc.isascii() and self.cvc.isdigit() and len(self.cvc) in (3, 4)):
            raise BadCard("cvc", "The security code has three digits, four on American Express.")
        object.__setattr__(self, "number", digits)

    @property
    def last4(self) -> str:
        """The last four digits: all that may be shown."""
        return self.number[-4:]

    def __repr__(self) -> str:
        return f"CardDetails(···· {self.last4})"

    def __reduce__(self) -> Never:
        raise TypeError("card data is not stored")
