"""Payment links at ModelsLab: the body that asks for one, built once, and the answer that names it.

`POST /billing/payment-link` (docs.modelslab.com, billing and wallet): `purpose` fund with `amount` in dollars, or
subscribe with `plan_id`, an integer; the pages to return to are ModelsLab's own.
"""

import json
from decimal import Decimal

from tui.domain import LinkRequest, Money, PaymentLink, Purpose, SafeText, checked_id
from tui.providers.errors import Invalid, ProtocolError
from tui.providers.modelslab.models import DOLLARS, WireLink
from tui.providers.transport import Json
from tui.providers.wire import read


def link_body(request: LinkRequest) -> bytes:
    """Return the exact bytes to send. Raises Invalid for what ModelsLab cannot be asked, BadId for a bad plan id."""
    if request.purpose is Purpose.FUND:
        return f'{{"purpose": "fund", "amount": {dollars(request.amount)}}}'.encode()
    if request.plan_id is None:
        raise Invalid(SafeText("A subscription needs a plan."))
    return f'{{"purpose": "subscribe", "plan_id": {plan_number(request.plan_id)}}}'.encode()


def to_link(data: Json) -> PaymentLink:
    """Read the link; a session without a page to pay on, or the other way round, raises ProtocolError."""
    wire = read(WireLink, data, "payment link")
    if wire.payment_url is None:
        raise ProtocolError(SafeText("The answer cannot be read: payment link: payment_url is missing."))
    return PaymentLink(session_id=wire.session_id, url=wire.payment_url, expires_at=wire.expires_at)


def dollars(amount: Money | None) -> str:
    """Write dollars as a JSON number: `25`, `12.50`; never through a float."""
    if amount is None or amount.unit != DOLLARS or amount.amount <= 0:
        raise Invalid(SafeText("The wallet takes an amount of dollars above zero."))
    if amount.amount != (exact := amount.amount.quantize(Decimal("0.01"))):
        raise Invalid(SafeText("An amount of dollars has at most two decimals."))
    return str(exact.to_integral_value()) if exact == exact.to_integral_value() else str(exact)


def plan_number(plan_id: str) -> str:
    """Write the id of a plan as JSON: a number where it is one. Raises BadId."""
    checked = checked_id(plan_id)
    is_integer = checked.isdecimal() and len(checked) <= 18 and (checked == "0" or not checked.startswith("0"))
    return checked if is_integer else json.dumps(checked)
