"""The client of Olostep's billing: one reading call, one that buys."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from tui.domain import (
    AccountRef,
    Balance,
    CreditLots,
    Money,
    MoneyAnswer,
    MoneyCall,
    SafeText,
    Subscription,
    SubscriptionReport,
)
from tui.providers.base import Capability
from tui.providers.errors import BillingError, NotFound, ProtocolError
from tui.providers.olostep.credits import to_balance, to_lots, to_subscriptions
from tui.providers.olostep.refusals import failure
from tui.providers.olostep.top_up import SIZES, classify_top_up, top_up_call
from tui.providers.transport import Json, Transport
from tui.providers.transport.refusals import error_in
from tui.providers.unanswered import not_answered

CAPABILITIES = frozenset({Capability.BALANCE, Capability.LOTS, Capability.SUBSCRIPTIONS, Capability.TOP_UP})

Value = TypeVar("Value")


class OlostepClient:
    """The Olostep team its API key belongs to; implements `tui.providers.base.Provider`. Amounts are credits."""

    top_up_sizes = SIZES

    def __init__(self, account: AccountRef, transport: Transport) -> None:
        self.account = account
        self.capabilities: frozenset[Capability] = CAPABILITIES
        self._transport = transport

    @property
    def server_offset(self) -> timedelta:
        """How far Olostep's clock is ahead of ours, from its last answer; zero before the first."""
        return self._transport.server_offset

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def balance(self) -> Balance:
        """Read what is left over all lots. Raises BillingError."""
        return await self._read(to_balance)

    async def lots(self) -> CreditLots:
        """Read all lots that have not expired. Raises BillingError."""
        return await self._read(to_lots)

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Read the team's plan; without one, what stands in its place. Raises BillingError."""
        return await self._read(to_subscriptions)

    async def subscription_status(self, subscription_id: str) -> SubscriptionReport:
        """Say how the plan stands. Raises BillingError; NotFound when the team has another one."""
        for plan in await self.subscriptions():
            if plan.id == subscription_id:
                return SubscriptionReport(plan.id, plan.status, plan.plan_id, plan.period_start)
        raise NotFound(SafeText(f"The team has no plan {subscription_id}."))

    def top_up_call(self, size: Money) -> MoneyCall:
        """Put together the request that buys credits; nothing is sent. Raises Invalid."""
        return top_up_call(size)

    async def send(self, call: MoneyCall, key: str, deadline: timedelta) -> MoneyAnswer:
        """Send a money call once, byte for byte; what comes back, or does not, is judged and never raised.

        No key goes with it: Olostep documents none.
        """
        try:
            reply = await self._transport.exchange(
                call.method, call.path, body=call.body, deadline=deadline.total_seconds()
            )
        except BillingError as trouble:
            return not_answered(trouble)
        return classify_top_up(reply)

    async def _read(self, convert: Callable[[Json], Value]) -> Value:
        reply = await self._transport.exchange("GET", "/user/credits/info")
        if not reply.ok or error_in(reply.json):
            raise failure(reply)
        try:
            if reply.json is None:
                raise ProtocolError(reply.unreadable_text)
            return convert(reply.json)
        except ProtocolError as problem:
            problem.request_id, problem.status = reply.request_id, reply.status
            raise
