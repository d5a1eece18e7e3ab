"""What an answer proves about a payment, as the executor finds out: the client collects, the evidence is judged."""

from datetime import timedelta

from tests.conftest import NOW
from tui.domain import CheckoutSession, ConfirmAnswer, Intent, Money, MoneyAnswer, MoneyCall, SafeText
from tui.payments.evidence import judge, judge_checkout
from tui.providers.base import HasMoneyCalls, HasPaymentLink

AMPLE = timedelta(seconds=20)


def intent_of(call: MoneyCall, amount: Money, before: Money | None = None) -> Intent:
    """Our own record of a call, with `before` as the balance right before it was sent."""
    return Intent(
        intent_id="i1",
        account="account",
        base_url="https://modelslab.com/api",
        title=SafeText("a payment"),
        amount=amount,
        payment_method_id=None,
        call=call,
        key="key",
        created_at=NOW,
        balance_before=before,
    )


async def sent(provider: HasMoneyCalls, call: MoneyCall, amount: Money, key: str = "key") -> MoneyAnswer:
    """Send a call once and judge its answer."""
    return judge(intent_of(call, amount), await provider.send(call, key, AMPLE))


async def confirmed(provider: HasPaymentLink, session: CheckoutSession) -> ConfirmAnswer:
    """Ask once about a checkout and judge the answer."""
    return judge_checkout(session, await provider.confirm_checkout(session))
