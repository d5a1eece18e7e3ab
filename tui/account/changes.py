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
    from tui.domain import (
        AdminPlan,
        AutoRecharge,
        CheckIn,
        CheckInTerms,
        CouponTerms,
        PlanTerms,
        ProfileChange,
        Subscription,
    )
    from tui.providers.base import Provider
    from tui.providers.stripe import CardDetails

T = TypeVar("T")

_SUBSCRIBED = (Snapshot.subscriptions, Snapshot.invoices, Snapshot.balance)
"""What a change of a subscription may touch: nobody says whether a part of a month is charged or given back."""


class AccountChanges:
    """Sends changes of one account in tasks of their own: a dialog that closes cancels the wait, not the call.

    `read_again` is told which parts of the picture a change touched: once it is done, and once its answer is lost.
    """

    def __init__(self, provider: Provider, read_again: Callable[..., None]) -> None:
        self._provider = provider
        self._read_again = read_again
        self._calls: set[asyncio.Task[object]] = set()

    async def save_card(self, card: CardDetails, *, make_default: bool) -> str:
        """Save a card and return its id. Raises BillingError."""
        call = having(self._provider, HasCardSetup).save_card(card, make_default=make_default)
        return await self._send(call, Snapshot.payment_methods)

    async def make_default_card(self, card_id: str) -> None:
        """Make a saved card the default one. Raises BillingError, BadId."""
        await self._send(having(self._provider, HasCardSetup).make_default_card(card_id), Snapshot.payment_methods)

    async def remove_card(self, card_id: str) -> None:
        """Take a saved card off file. Raises BillingError, BadId."""
        await self._send(having(self._provider, HasCardSetup).remove_card(card_id), Snapshot.payment_methods)

    async def check_in(self) -> CheckIn:
        """Ask for today's credits. Raises BillingError."""
        return await self._send(having(self._provider, HasCheckIn).check_in(), Snapshot.balance, Snapshot.ledger)

    async def save_plan(self, plan: AdminPlan | None, terms: PlanTerms) -> None:
        """Change a plan, or add one. Raises BillingError, BadId."""
        admin = having(self._provider, HasAdmin)
        call = admin.create_plan(terms) if plan is None else admin.change_plan(plan, terms)
        await self._send(call, Snapshot.admin, Snapshot.plans)

    async def create_coupon(self, terms: CouponTerms) -> None:
        """Add a coupon. Raises BillingError."""
        await self._send(having(self._provider, HasAdmin).create_coupon(terms), Snapshot.admin)

    async def change_check_in(self, terms: CheckInTerms) -> None:
        """Set the daily check-in up. Raises BillingError."""
        await self._send(having(self._provider, HasAdmin).change_check_in(terms), Snapshot.admin)

    async def change_plan(self, subscription: Subscription, plan_id: str) -> None:
        """Move a subscription to another plan. Raises BillingError, BadId."""
        await self._send(self._subscriptions.change_plan(subscription, plan_id), *_SUBSCRIBED)

    async def pause(self, subscription: Subscription) -> None:
        """Pause a subscription. Raises BillingError, BadId."""
        await self._send(self._subscriptions.pause_subscription(subscription), *_SUBSCRIBED)

    async def resume(self, subscription: Subscription) -> None:
        """Let a paused subscription run again. Raises BillingError, BadId."""
        await self._send(self._subscriptions.resume_subscription(subscription), *_SUBSCRIBED)

    @property
    def _subscriptions(self) -> HasSubscriptionChanges:
        return having(self._provider, HasSubscriptionChanges)

    async def change_profile(self, change: ProfileChange) -> None:
        """Change who is billed. Raises BillingError."""
        await self._send(having(self._provider, HasProfileChanges).change_profile(change), Snapshot.profile)

    async def set_auto_recharge(self, rule: AutoRecharge) -> None:
        """Switch the automatic recharge on. Raises BillingError."""
        await self._send(having(self._provider, HasAutoRecharge).set_auto_recharge(rule), Snapshot.balance)

    async def stop_auto_recharge(self) -> None:
        """Switch the automatic recharge off. Raises BillingError."""
        await self._send(having(self._provider, HasAutoRecharge).stop_auto_recharge(), Snapshot.balance)

    async def drain(self) -> None:
        """Wait for the calls under way; each ends within its own deadline."""
        if self._calls:
            # Not gather: cancelling the wait must not cancel the calls.
            await asyncio.wait(self._calls)

    async def _send(self, call: Coroutine[None, None, T], *touched: Section[Any]) -> T:
        task: asyncio.Task[T] = asyncio.ensure_future(self._watched(call, touched))
        self._calls.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._calls.discard(task)
        if not task.cancelled():
            # Seen here: whoever asked may have closed the dialog, and nobody else would look.
            task.exception()

    async def _watched(self, call: Coroutine[None, None, T], touched: tuple[Section[Any], ...]) -> T:
        try:
            done = await call
        except BillingError as trouble:
            if trouble.maybe_executed:
                self._read_again(*touched)
            raise
        self._read_again(*touched)
        return done
