"""Credits in lots: batches that were given or bought, each with its own expiry."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tui.domain.money import Money
from tui.domain.text import OpenEnum


class LotKind(OpenEnum):
    """Where a lot came from, in the provider's word."""

    __slots__ = ()
    KNOWN: ClassVar[frozenset[str]] = frozenset({"Subscription", "Top-up", "Manual", "Setup", "Pending"})


TOP_UP = LotKind("Top-up")


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch of credits; providers give it no id."""

    kind: LotKind
    allocated: Money
    """Its size when it was issued."""
    remaining: Money
    expires_at: datetime | None
    """None where the provider names no end."""


@dataclass(frozen=True, slots=True)
class CreditLots:
    """All lots that have not expired."""

    items: tuple[Lot, ...]
    usable: bool | None = None
    """Whether the credits may be spent now; None where the provider does not say."""
