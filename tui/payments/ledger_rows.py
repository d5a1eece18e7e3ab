"""Finding a payment of ours among the rows of the provider's ledger: by reference, else by amount and time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain import CREDIT, Money, Transaction
from tui.providers.base import HasLedger, TransactionQuery

AROUND = timedelta(minutes=30)
"""A payment of the same amount so near to ours makes it unclear which is which."""
BEFORE = timedelta(seconds=3)
AFTER = timedelta(seconds=3)
"""How far the provider may date a payment before it was sent and after its answer was lost: its times are told to the
second, and so is the difference of the clocks."""
_PAGES = 5


@dataclass(frozen=True, slots=True)
class LedgerMatches:
    """The rows of one amount around a payment."""

    ours: tuple[Transaction, ...]
    """Within the time in which the payment can have been made."""
    near: tuple[Transaction, ...]
    """Before or after it, but near: another machine's, or ours with a wrong time."""


async def credits_since(provider: HasLedger, moment: datetime) -> list[Transaction]:
    """Read the newest credits, back to `moment` on the provider's clock; at most 1,000. Raises BillingError."""
    rows: dict[tuple[str, str], Transaction] = {}
    read = 0
    for _ in range(_PAGES):
        page = await provider.transactions(TransactionQuery(direction=CREDIT, limit=200, offset=read))
        read += len(page.items)
        known = len(rows)
        rows.update({(row.id, str(row.reference)): row for row in page.items})
        oldest = next((row.at for row in reversed(page.items) if row.at), None)
        # A page without a new row: the end, or a server that ignores the offset.
        if len(rows) == known or (oldest and oldest < moment):
            break
    return list(rows.values())


def matching(
    rows: Sequence[Transaction], amount: Money, begins: datetime, ends: datetime, taken: Collection[str]
) -> LedgerMatches:
    """Pick the settled card payments of `amount`; times are the provider's, `taken` references belong to others."""
    same = [row for row in rows if _is_payment_of(row, amount) and str(row.reference) not in taken]
    ours = tuple(row for row in same if row.at and begins - BEFORE <= row.at <= ends + AFTER)
    near = tuple(row for row in same if row not in ours and row.at and begins - AROUND <= row.at <= ends + AROUND)
    return LedgerMatches(ours, near)


def _is_payment_of(row: Transaction, amount: Money) -> bool:
    return row.amount == amount and row.status == "success" and row.source in {"stripe", "card"}
