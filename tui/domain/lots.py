"""Credits in lots: batches that were given or bought, each with its own expiry."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tui.domain.money import Money
from tui.domain.text import OpenEnum


class LotKind(OpenEnum):
    """Where a lot came from, in the provider's word: Subscription, Top-up, Manual, Setup, Pending, …"""

    __slots__ = ()


_NEVER = datetime.max.replace(tzinfo=UTC)
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

    @property
    def by_expiry(self) -> tuple[Lot, ...]:
        """The lots, what expires first before the rest; what never does comes last."""
        return tuple(sorted(self.items, key=lambda lot: (lot.expires_at is None, lot.expires_at or _NEVER)))

    def ending(self, now: datetime, within: timedelta) -> Lot | None:
        """The lot that will be the first to lose credits, when it does so in this time; None when none does."""
        soon = [lot for lot in self.by_expiry if lot.remaining.amount > 0 and lot.expires_at]
        return next((lot for lot in soon if lot.expires_at and lot.expires_at <= now + within), None)


def expiry_words(moment: datetime | None, now: datetime) -> str:
    """When a lot expires: `in 12 days`, `in 5 hours`, `today`; in whole days, rounded down."""
    if moment is None:
        return "never"
    left = moment - now
    if left <= timedelta(0):
        return "expired"
    if left.days:
        return f"in {left.days:,} day{'' if left.days == 1 else 's'}"
    hours = left.seconds // 3600
    return f"in {hours} hour{'' if hours == 1 else 's'}" if hours else "within the hour"
