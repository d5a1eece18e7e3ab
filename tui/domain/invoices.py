"""What was billed."""

from dataclasses import dataclass
from datetime import datetime

from tui.domain.money import Money
from tui.domain.text import OpenEnum, SafeText


class InvoiceStatus(OpenEnum):
    """Stripe's invoice states (draft, open, paid, uncollectible, void), and whatever else a provider says."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One thing an invoice bills for."""

    description: SafeText
    amount: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """One bill; a list gives it without lines."""

    id: str
    number: SafeText
    """What people call it; the id where the provider has no number."""
    amount: Money
    status: InvoiceStatus
    at: datetime | None
    period_start: datetime | None = None
    period_end: datetime | None = None
    due_at: datetime | None = None
    description: SafeText | None = None
    lines: tuple[InvoiceLine, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceLinks:
    """Where an invoice can be seen; either may be missing, for example while it is a draft.

    The addresses are the provider's words: they pass the payment gate before anything opens or shows them as links.
    """

    pdf_url: str | None = None
    hosted_url: str | None = None
