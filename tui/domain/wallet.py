"""What is left, and what came and went."""

from datetime import datetime
from typing import NamedTuple

from tui.domain.money import Money
from tui.domain.text import OpenEnum, SafeText


class Balance(NamedTuple):
    """What an account can still spend."""

    available: Money
    credited: Money | None = None
    """All that was ever put in; None where the provider does not say."""
    used: Money | None = None
    """All that was ever spent; None where the provider does not say."""


class Direction(OpenEnum):
    """Which way a transaction moved money, seen from the account: credit or debit."""

    __slots__ = ()


CREDIT = Direction("credit")
DEBIT = Direction("debit")


class TransactionStatus(OpenEnum):
    """How far a transaction got: success, pending, failed, refunded, …"""

    __slots__ = ()

    @property
    def moved_money(self) -> bool:
        """False for failed and cancelled rows, which sums leave out."""
        return str(self) not in {"failed", "canceled", "cancelled", "declined"}


class Transaction(NamedTuple):
    """One row of the ledger; the amount is positive, the direction says which way.

    A named tuple: there may be a million, and a frozen dataclass takes three times as long to make.
    """

    id: str
    at: datetime | None
    direction: Direction
    amount: Money
    status: TransactionStatus
    usecase: SafeText
    """What it was for, in the provider's words."""
    source: SafeText
    """Where the money came from or went through: stripe, wallet, coupon, …"""
    reference: SafeText | None = None
    """The payment's id at the payment processor, where there is one."""


class TransactionPage(NamedTuple):
    """A stretch of the ledger, newest first."""

    items: tuple[Transaction, ...]
    offset: int
    total: int | None
    """How many rows the whole answer has; None where the provider does not count."""
    balance: Balance | None = None
    """The wallet as the same answer tells it."""
