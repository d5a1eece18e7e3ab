"""Models of Olostep's two billing calls (docs.olostep.com, Balance and billing)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tui.sandbox.wire import WHOLE, Wire

Size = Literal[10000, 20000, 80000, 100000]


class LotRow(Wire):
    """One batch of credits; `expiry_date` in Unix seconds."""

    purchase_kind: Literal["Subscription", "Top-up", "Manual", "Setup", "Pending"]
    allocated_units: int
    remaining_units: int
    expiry_date: int


class ActiveSubscription(Wire):
    """The plan, `SUB_BASE` when none is active; `created_at` in Unix seconds."""

    omit_none: ClassVar[bool] = True

    id: str
    display_name: str
    credits: int
    created_at: int | None = Field(default=None, json_schema_extra={"type": "integer"})


class CreditsInfo(Wire):
    """What the team has left; `credits` is the sum over all lots that have not expired."""

    credits: int
    breakdown: list[LotRow]
    active_subscription: ActiveSubscription
    allow_usage: bool


class TopUpRequest(Wire):
    """How many credits to buy."""

    credits: Annotated[Size, WHOLE]


class TopUpPaid(Wire):
    """200: the charge succeeded; the credits follow when the processor's webhook arrives."""

    success: Literal[True] = True
    payment_intent_id: str
    credits: int


class TopUpProcessing(Wire):
    """202: the charge is still being processed."""

    success: Literal[True] = True
    status: Literal["processing"] = "processing"
    payment_intent_id: str
    message: str
    credits: int


class OlostepError(Wire):
    """An answer other than success; an API key that is not valid has no code."""

    omit_none: ClassVar[bool] = True

    success: Literal[False] = False
    error: str | None = Field(default=None, json_schema_extra={"type": "string"})
    message: str


class UseRequest(Wire):
    """Credits to spend, as a job of the team would."""

    units: Annotated[int, Field(ge=1, le=10_000_000), WHOLE]


class CreditsLeft(Wire):
    """What is left afterwards."""

    credits: int
