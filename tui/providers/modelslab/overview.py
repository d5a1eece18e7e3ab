"""ModelsLab's summary of an account: no source shows its shape, so each part is taken where it can be read.

Known of it: `wallet_balance` (published skill), and in prose a wallet summary, cards, subscriptions, invoice count.
"""

from collections.abc import Callable
from typing import TypeVar

from tui.domain import Balance, Overview
from tui.providers.errors import ProtocolError
from tui.providers.modelslab.customer import to_cards
from tui.providers.modelslab.subscriptions import to_subscriptions
from tui.providers.modelslab.wallet import to_balance
from tui.providers.transport import Json
from tui.providers.wire import count_or_none

_CARD_KEYS = ("payment_methods", "cards")
_SUBSCRIPTION_KEYS = ("subscriptions", "active_subscriptions", "active_subscription")
_INVOICE_KEYS = ("invoice_count", "invoices_count", "total_invoices", "invoices")

Part = TypeVar("Part")


def to_overview(data: Json) -> Overview:
    """Read what is there; a garbled balance raises ProtocolError, other parts that cannot be read count as missing."""
    summary = data if isinstance(data, dict) else {}
    return Overview(
        balance=_balance(summary),
        subscriptions=_part(summary, _SUBSCRIPTION_KEYS, to_subscriptions),
        payment_methods=_part(summary, _CARD_KEYS, to_cards),
        invoice_count=_invoice_count(summary),
    )


def _balance(summary: dict[str, Json]) -> Balance | None:
    told = any(summary.get(key) is not None for key in ("wallet", "balance", "wallet_balance"))
    return to_balance(summary) if told else None


def _part(
    summary: dict[str, Json], keys: tuple[str, ...], convert: Callable[[Json], tuple[Part, ...]]
) -> tuple[Part, ...] | None:
    """Convert the list under the first of `keys`; a mere count, or rows too short to be read, are no list."""
    for key in keys:
        if isinstance(summary.get(key), list | dict):
            try:
                return convert(summary[key])
            except ProtocolError:
                return None
    return None


def _invoice_count(summary: dict[str, Json]) -> int | None:
    for key in _INVOICE_KEYS:
        told = summary.get(key)
        if isinstance(told, dict):
            told = told.get("count", told.get("total"))
        count = len(told) if isinstance(told, list) else count_or_none(told)
        if count is not None:
            return count
    return None
