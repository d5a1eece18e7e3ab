"""What the clients of all providers have in common: an account, its transport, and a money call sent once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from tui.domain import AccountRef, AnswerKind, MoneyAnswer, MoneyCall
from tui.providers.base import Capability
from tui.providers.errors import BillingError, NotSent, NotTrusted, ProtocolError
from tui.providers.transport import Reply, Transport

_UNSENT: Mapping[type[BillingError], AnswerKind] = {NotSent: AnswerKind.NOT_SENT, NotTrusted: AnswerKind.NOT_TRUSTED}
"""What a failure of the connection proves about a payment; after any other it may have been made."""


class ProviderClient:
    """One account at one provider; what its methods do is said once, in the protocols of `base` and `changing`."""

    def __init__(self, account: AccountRef, transport: Transport, capabilities: frozenset[Capability]) -> None:
        self.account = account
        self.capabilities = capabilities
        self._transport = transport

    @property
    def server_offset(self) -> timedelta:
        """How far the provider's clock is ahead of ours, from its last answer; zero before the first."""
        return self._transport.server_offset

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _send_once(
        self,
        call: MoneyCall,
        deadline: timedelta,
        classify: Callable[[Reply], MoneyAnswer],
        headers: Mapping[str, str] | None = None,
    ) -> MoneyAnswer:
        """Send a money call byte for byte; what comes back, or does not, is judged and never raised."""
        try:
            reply = await self._transport.exchange(
                call.method, call.path, body=call.body, headers=headers, deadline=deadline.total_seconds()
            )
        except BillingError as trouble:
            kind = _UNSENT.get(type(trouble), AnswerKind.LOST)
            return MoneyAnswer(kind, trouble.message, request_id=trouble.request_id)
        return classify(reply)


@contextmanager
def about(reply: Reply) -> Iterator[None]:
    """What cannot be read names the request for the provider's support."""
    try:
        yield
    except ProtocolError as problem:
        problem.request_id, problem.status = reply.request_id, reply.status
        raise
