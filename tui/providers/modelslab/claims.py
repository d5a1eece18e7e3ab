"""What ModelsLab's answers claim about a payment: its field names, and the shared reading of them.

No source documents what `confirm-checkout`, `fund` and the calls on subscriptions answer on success; the names are
those of the published examples and of Stripe's objects.
"""

from tui.domain import Claims, Money, Subject
from tui.providers.claims import Names, read_claims
from tui.providers.errors import ProtocolError
from tui.providers.modelslab.envelope import unwrap
from tui.providers.modelslab.wallet import to_balance
from tui.providers.transport import Json, Reply

NAMES = Names(
    places=("session", "checkout", "checkout_session", "payment", "payment_intent", "subscription"),
    flags=frozenset({"success", "ok", "valid"}),
    amounts=frozenset({"amount", "purchase_amount", "amount_paid", "amount_charged"}),
    credited=frozenset({"credited"}),
    charged=frozenset({"charged"}),
    ids={
        "session_id": Subject.SESSION,
        "checkout_session_id": Subject.SESSION,
        "payment_intent_id": Subject.PAYMENT_INTENT,
        "payment_intent": Subject.PAYMENT_INTENT,
        "payment_method_id": Subject.PAYMENT_METHOD,
        "payment_method": Subject.PAYMENT_METHOD,
        "plan_id": Subject.PLAN,
        "subscription_id": Subject.SUBSCRIPTION,
        "coupon_code": Subject.COUPON,
    },
    objects={
        "session": Subject.SESSION,
        "checkout": Subject.SESSION,
        "checkout_session": Subject.SESSION,
        "payment": Subject.PAYMENT_INTENT,
        "payment_intent": Subject.PAYMENT_INTENT,
        "payment_method": Subject.PAYMENT_METHOD,
        "plan": Subject.PLAN,
        "subscription": Subject.SUBSCRIPTION,
    },
    period_starts=frozenset({"current_period_start"}),
    pages=frozenset({"checkout_url", "payment_url"}),
)


def claims_in(reply: Reply) -> Claims:
    """Collect the claims of a readable success; never raises."""
    data = unwrap(reply.json)
    return read_claims(reply, data, NAMES, _balance(data))


def _balance(data: Json) -> Money | None:
    """The balance an answer gives; a garbled one counts as none."""
    if not isinstance(data, dict):
        return None
    for place in (data, {"balance": data.get("new_balance"), "currency": data.get("currency")}):
        try:
            return to_balance(place).available
        except ProtocolError:
            continue
    return None
