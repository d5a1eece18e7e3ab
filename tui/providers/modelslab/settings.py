"""The bodies that change the billing profile and the automatic recharge, by the documented names.

`PUT /billing/info` takes what is to change; `PUT /wallet/auto-funding` takes `auto_charge_amount` (dollars, at least 5)
and `charge_threshold` (at least 1) (docs.modelslab.com, billing and wallet).
"""

import json
from decimal import Decimal

from tui.domain import AutoRecharge, Money, ProfileChange, SafeText
from tui.providers.errors import Invalid
from tui.providers.modelslab.links import dollars

_ADDRESS = ("line1", "line2", "city", "state", "postal_code", "country")
_LEAST_AMOUNT, _LEAST_THRESHOLD = Money(Decimal(5), "USD"), Money(Decimal(1), "USD")


def profile_body(change: ProfileChange) -> bytes:
    """Return the bytes that change a profile. Raises Invalid when nothing is to change."""
    values = {name: getattr(change, name) for name in ("name", "email", "tax_id", "tax_id_type")}
    values |= {f"address_{name}": getattr(change, name) for name in _ADDRESS}
    told = {name: value for name, value in values.items() if value}
    if not told:
        raise Invalid(SafeText("Nothing is to change."), hint=SafeText("Fill in what shall be new."))
    return json.dumps(told).encode()


def recharge_body(rule: AutoRecharge) -> bytes:
    """Return the bytes that switch the automatic recharge on. Raises Invalid below the documented minima."""
    if rule.amount < _LEAST_AMOUNT:
        raise Invalid(SafeText(f"The card is charged with at least {_LEAST_AMOUNT}."))
    if rule.threshold < _LEAST_THRESHOLD:
        raise Invalid(SafeText(f"The threshold is at least {_LEAST_THRESHOLD}."))
    body = f'{{"auto_charge_amount": {dollars(rule.amount)}, "charge_threshold": {dollars(rule.threshold)}}}'
    return body.encode()
