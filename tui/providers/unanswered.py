"""A money call that got no answer: what the failure of the connection proves."""

from tui.domain import AnswerKind, MoneyAnswer
from tui.providers.errors import BillingError, NotSent, NotTrusted


def not_answered(trouble: BillingError) -> MoneyAnswer:
    """Say what a failure of the connection proves about the payment."""
    kind = AnswerKind.LOST
    if isinstance(trouble, NotTrusted):
        kind = AnswerKind.NOT_TRUSTED
    elif isinstance(trouble, NotSent):
        kind = AnswerKind.NOT_SENT
    return MoneyAnswer(kind, trouble.message, request_id=trouble.request_id)
