"""Changes to an account that move no money, whatever screen asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from tui.account.state import Section, Snapshot
from tui.providers.base import HasAdmin, HasCheckIn, having
from tui.providers.changing import HasAutoRecharge, HasCardSetup, HasProfileChanges, HasSubscriptionChanges
from tui.providers.errors import BillingError

if TYPE_CHECKING:
    from tui.providers.base import Provider

P = TypeVar("P")
T = TypeVar("T")

_TOUCHED: dict[type[Any], tuple[Section[Any], ...]] = {
    HasCardSetup: (Snapshot.payment_methods,),
    HasCheckIn: (Snapshot.balance, Snapshot.ledger),
    HasAdmin: (Snapshot.admin,),
    # Nobody says whether a part of a month is charged or given back.
    HasSubscriptionChanges: (Snapshot.subscriptions, Snapshot.invoices, Snapshot.balance),
    HasProfileChanges: (Snapshot.profile,),
    HasAutoRecharge: (Snapshot.balance,),
}
"""The parts of the picture that a change may touch, by what makes it."""


class AccountChanges:
    """Sends changes of one account in tasks of their own: a dialog that closes cancels the wait, not the call.

    `read_again` is told which parts of the picture a change touched: once it is done, and once its answer is lost.
    """

    def __init__(self, provider: Provider, read_again: Callable[..., None]) -> None:
        self._provider = provider
        self._read_again = read_again
        self._calls: set[asyncio.Task[object]] = set()

    async def send(self, protocol: type[P], change: Callable[[P], Coroutine[Any, Any, T]], *also: Section[Any]) -> T:
        """Make a change of `protocol`, which touches its parts of the picture and `also` those named here.

        Raises BillingError, BadId.
        """
        call = change(having(self._provider, protocol))
        task: asyncio.Task[T] = asyncio.ensure_future(self._watched(call, (*_TOUCHED[protocol], *also)))
        self._calls.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait for the calls under way; each ends within its own deadline."""
        if self._calls:
            # Not gather: cancelling the wait must not cancel the calls.
            await asyncio.wait(self._calls)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._calls.discard(task)
        if not task.cancelled():
            # Seen here: whoever asked may have closed the dialog, and nobody else would look.
            task.exception()

    async def _watched(self, call: Coroutine[Any, Any, T], touched: tuple[Section[Any], ...]) -> T:
        try:
            done = await call
        except BillingError as trouble:
            if trouble.maybe_executed:
                self._read_again(*touched)
            raise
        self._read_again(*touched)
        return done
