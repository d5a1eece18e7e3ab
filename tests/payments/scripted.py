"""A provider that answers confirm-checkout from a script, and a clock that is turned by hand."""

from collections import deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tui.config.accounts import make_account
from tui.domain import (
    CheckoutSession,
    ConfirmAnswer,
    ConfirmKind,
    LinkRequest,
    Money,
    PaymentLink,
    Purpose,
)

START = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
URL = "https://checkout.stripe.com/c/pay/cs_live_a1#fid"
PENDING = ConfirmAnswer(ConfirmKind.PENDING)
PAID = ConfirmAnswer(ConfirmKind.PAID, balance=Money(Decimal("125.50"), "USD"))


class HandClock:
    """Stands still until it is turned."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


class ScriptedProvider:
    """Stands in for the provider: answers in order, the last one for ever, and remembers what was asked."""

    def __init__(self, *answers: ConfirmAnswer) -> None:
        self.account = make_account(
            name="work", provider="modelslab", base_url="https://modelslab.com/api", token="t0ken"
        ).ref
        self.server_offset = timedelta(0)
        self.answers = deque(answers)
        self.asked: list[tuple[Purpose, str]] = []
        self.link = PaymentLink("cs_live_a1", URL, START + timedelta(minutes=30))

    async def create_payment_link(self, request: LinkRequest, idempotency_key: str) -> PaymentLink:
        assert idempotency_key
        return self.link

    async def confirm_checkout(self, session: CheckoutSession) -> ConfirmAnswer:
        self.asked.append((session.request.purpose, session.session_id))
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]


def session(provider: ScriptedProvider, session_id: str = "cs_live_a1", minutes: float = 30) -> CheckoutSession:
    """A session as it stands right after its link was made."""
    return CheckoutSession(
        session_id=session_id,
        account=provider.account.fingerprint,
        base_url=provider.account.base_url,
        request=LinkRequest(Purpose.FUND, amount=Money(Decimal(50), "USD")),
        url=URL,
        created_at=START,
        expires_at=START + timedelta(minutes=minutes),
        next_check_at=START + timedelta(seconds=3),
    )
