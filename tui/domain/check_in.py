"""Credits for coming by once a day."""

from dataclasses import dataclass

from tui.domain.money import Money
from tui.domain.text import EMPTY, SafeText


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a daily check-in came to."""

    done_before: bool
    """Whether today had its check-in already: nothing was given."""
    awarded: Money | None = None
    """What was given, where the provider says."""
    balance: Money | None = None
    """What is left with it, where the provider says."""
    message: SafeText = EMPTY
    """The provider's own words."""
