"""Wire models of Stripe's surface: answers as Stripe prints them, and the forms it takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field

from tui.sandbox.wire import Wire


class PaymentMethod(Wire):
    """A tokenized card; times in Unix seconds."""

    id: str
    object: Literal["payment_method"] = "payment_method"
    type: str
    card: dict[str, Any]
    created: int
    customer: None = None
    livemode: bool = False
    metadata: dict[str, str] = Field(default={})


class SetupIntent(Wire):
    """The saving of a card: succeeded, or requires_action with `next_action`."""

    id: str
    object: Literal["setup_intent"] = "setup_intent"
    status: str
    payment_method: str | None
    client_secret: str
    next_action: dict[str, Any] | None
    created: int
    livemode: bool = False
    usage: str = "off_session"


class StripeErrorBody(Wire):
    """`type` is always there; `code`, `param` and `decline_code` where they apply."""

    type: str
    message: str
    request_log_url: str


class StripeErrorAnswer(Wire):
    """An answer other than success."""

    error: StripeErrorBody


_NEXT_YEAR = datetime.now(UTC).year + 1  # of real time: the description cannot follow the sandbox's clock


def _form(outer: str, required: bool, extra: dict[str, Any]) -> dict[str, Any]:
    card = f"{outer}[card]" if outer else "card"
    kind = f"{outer}[type]" if outer else "type"
    properties: dict[str, Any] = {
        kind: {"type": "string", "enum": ["card"]},
        f"{card}[number]": {"type": "string", "enum": ["4242424242424242", "4000000000000002", "4000002500003155"]},
        f"{card}[exp_month]": {"type": "integer", "minimum": 1, "maximum": 12},
        f"{card}[exp_year]": {"type": "integer", "minimum": _NEXT_YEAR, "maximum": _NEXT_YEAR + 49},
        f"{card}[cvc]": {"type": "string", "pattern": "^[0-9]{3}$"},
        **extra,
    }
    needed = [kind, *(f"{card}[{name}]" for name in ("number", "exp_month", "exp_year"))] if required else []
    schema = {"type": "object", "properties": properties, "required": [*needed, *extra]}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


CARD_FORM = _form("", True, {})
CONFIRM_FORM = _form("payment_method_data", True, {"client_secret": {"type": "string", "minLength": 1}})
