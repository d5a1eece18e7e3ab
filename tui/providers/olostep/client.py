"""The client of Olostep's billing: one reading call, one that buys."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from tui import domain
from tui.domain import SafeText
from tui.providers.base import Capability
from tui.providers.client import ProviderClient, about
from tui.providers.errors import NotFound, ProtocolError
from tui.providers.olostep import top_up
from tui.providers.olostep.credits import to_balance, to_lots, to_subscriptions
from tui.providers.olostep.refusals import failure
from tui.providers.transport import Json, Transport
from tui.providers.transport.refusals import error_in

CAPABILITIES = frozenset({Capability.BALANCE, Capability.LOTS, Capability.SUBSCRIPTIONS, Capability.TOP_UP})

Value = TypeVar("Value")


class OlostepClient(ProviderClient):
    """The Olostep team its API key belongs to. Amounts are credits."""

    top_up_sizes = top_up.SIZES
    top_up_call = staticmethod(top_up.top_up_call)

    def __init__(self, account: domain.AccountRef, transport: Transport) -> None:
        super().__init__(account, transport, CAPABILITIES)

    async def balance(self) -> domain.Balance:
        return await self._read(to_balance)

    async def lots(self) -> domain.CreditLots:
        return await self._read(to_lots)

    async def subscriptions(self) -> tuple[domain.Subscription, ...]:
        """Read the team's plan; without one, what stands in its place. Raises BillingError."""
        return await self._read(to_subscriptions)

    async def subscription_status(self, subscription_id: str) -> domain.SubscriptionReport:
        """Say how the plan stands. Raises BillingError; NotFound when the team has another one."""
        for plan in await self.subscriptions():
            if plan.id == subscription_id:
                return domain.SubscriptionReport(plan.id, plan.status, plan.plan_id, plan.period_start)
        raise NotFound(SafeText(f"The team has no plan {subscription_id}."))

    async def send(self, call: domain.MoneyCall, key: str, deadline: timedelta) -> domain.MoneyAnswer:
        """Send a money call once, byte for byte; never raises. No key goes with it: Olostep documents none."""
        return await self._send_once(call, deadline, top_up.classify_top_up)

    async def _read(self, convert: Callable[[Json], Value]) -> Value:
        reply = await self._transport.exchange("GET", "/user/credits/info")
        if not reply.ok or error_in(reply.json):
            raise failure(reply)
        with about(reply):
            if reply.json is None:
                raise ProtocolError(reply.unreadable_text)
            return convert(reply.json)
