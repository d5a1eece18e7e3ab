"""The balance beside a payment: good to know, never worth waiting for."""

import asyncio

from tui.domain import Money
from tui.providers.base import HasBalance
from tui.providers.errors import BillingError

_READING = 5.0
"""Seconds it may take to read: what it goes with is done all the same."""


async def balance_soon(provider: object) -> Money | None:
    """What is left in the wallet; None where that cannot be read now."""
    if not isinstance(provider, HasBalance):
        return None
    try:
        async with asyncio.timeout(_READING):
            return (await provider.balance()).available
    except (BillingError, TimeoutError):
        return None
