"""Cards on file, and who is billed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tui.domain.money import Money
from tui.domain.text import EMPTY, SafeText


class CardExpiry(StrEnum):
    """How long a card still works, in words."""

    VALID = "valid"
    SOON = "expires this month"
    NEXT_MONTH = "expires next month"
    EXPIRED = "expired"
    UNKNOWN = "no expiry given"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A card the provider keeps at its payment processor; never more of its number than the last four digits."""

    id: str
    brand: SafeText
    last4: SafeText
    exp_month: int | None
    exp_year: int | None
    is_default: bool = False

    def expiry(self, now: datetime) -> CardExpiry:
        """Say how the card stands at `now`; a card works until the end of its month."""
        if self.exp_month is None or self.exp_year is None:
            return CardExpiry.UNKNOWN
        months_left = (self.exp_year - now.year) * 12 + self.exp_month - now.month
        if months_left < 0:
            return CardExpiry.EXPIRED
        return {0: CardExpiry.SOON, 1: CardExpiry.NEXT_MONTH}.get(months_left, CardExpiry.VALID)

    @property
    def expires(self) -> str:
        """The date as it stands on the card: `12/27`, or a dash."""
        if self.exp_month is None or self.exp_year is None:
            return "–"
        return f"{self.exp_month:02}/{self.exp_year % 100:02}"


@dataclass(frozen=True, slots=True)
class BillingProfile:
    """Whom invoices are made out to; empty fields are empty text."""

    name: SafeText = EMPTY
    email: SafeText = EMPTY
    tax_id: SafeText = EMPTY
    tax_id_type: SafeText = EMPTY
    address: tuple[SafeText, ...] = ()
    """The lines of the address, country last."""


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """New values of a billing profile; an empty one leaves what is there."""

    name: str = ""
    email: str = ""
    tax_id: str = ""
    tax_id_type: str = ""
    """What kind of number the tax id is (`eu_vat`, `us_ein`); it goes with every tax id."""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    """Two letters (ISO 3166-1)."""


@dataclass(frozen=True, slots=True)
class AutoRecharge:
    """Charge the default card with `amount` whenever less than `threshold` is left."""

    amount: Money
    threshold: Money


@dataclass(frozen=True, slots=True)
class CouponOffer:
    """What a coupon would give, as the provider tells it before it is redeemed."""

    code: str
    description: SafeText
    needs_purchase: bool
    """Whether redeeming it charges a card: it adds to what is bought."""
    gives: Money | None = None
