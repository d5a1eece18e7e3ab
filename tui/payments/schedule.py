"""How long payments take: when to look at a checkout session again, and how long a call may be under way."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from tui.domain import CheckoutSession

DEADLINE = timedelta(seconds=90)
"""How long all sendings of one money call may take together."""
FIRST = timedelta(seconds=3)
SECOND = timedelta(seconds=8)
GROWTH = 1.5
LONGEST = timedelta(seconds=30)
GRACE = timedelta(minutes=10)
"""How long after its expiry a session is still looked at: a payment of the last second may arrive late."""
MAX_RETRY_AFTER = timedelta(minutes=5)
UNDATED_LIFE = timedelta(hours=24)
"""How long a session without an expiry is watched: Stripe's longest (docs.stripe.com, Checkout: expires_at)."""


def pause_after(checks: int, jitter: Random) -> timedelta:
    """How long to wait after `checks` looks: 3 s, then 8 s growing to 30 s, with up to a fifth taken off at random.

    Eight seconds keep a session under half of the strictest documented limit, 15 requests a minute.
    """
    if checks == 0:
        return FIRST
    pause = min(SECOND * GROWTH ** min(checks - 1, 20), LONGEST)
    return max(pause * (1 - 0.2 * jitter.random()), SECOND)


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait until `event` is set, `seconds` at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def end_of_watch(session: CheckoutSession) -> datetime:
    """The moment after which one last look decides: on the provider's clock when it told an expiry, else on ours."""
    return (session.expires_at or session.created_at + UNDATED_LIFE) + GRACE
