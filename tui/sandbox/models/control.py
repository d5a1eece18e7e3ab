"""Models of the control surface."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from tui.sandbox.wire import WHOLE, Flag, Stamp, Wire

_MOMENT = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:.+", re.ASCII)


def moment(value: object) -> object:
    """Take text only, and keep it within the years that a clock can show."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("must be an ISO 8601 time with an offset")
    year = int(found[1])
    if year < 2000:
        return "2000-01-01T00:00:00Z"
    return value if year < 2100 else "2099-12-31T00:00:00Z"


_STRICT = ConfigDict(frozen=True, extra="forbid")


class ChargeRow(Wire):
    """Money that was taken: a decimal string and its unit, the request that took it, when."""

    id: int
    amount: str
    unit: str
    path: str
    idempotency_key: str | None
    time: Stamp
    payment_intent_id: str
    payment_method_id: str | None


class ChargeList(Wire):
    """Every charge in the order it was made; `total` is a decimal string in USD."""

    charges: list[ChargeRow]
    count: int
    total: str


class CheckoutState(Wire):
    """A session as it is now; `charged` says whether this very request took the money."""

    session_id: str
    payment_url: str
    purpose: str
    amount: str
    status: str
    payment_status: str
    expires_at: Stamp
    fulfilled: bool
    charged: bool = False


class CheckoutList(Wire):
    """Every session, oldest first."""

    checkouts: list[CheckoutState]


class EventState(Wire):
    """An event for Product Factory; `status` is the last answer to it, null before the first or without any."""

    id: str
    channel: str
    body: str
    headers: dict[str, str]
    attempts: int
    status: int | None


class EventList(Wire):
    """Every event, oldest first."""

    events: list[EventState]


class Choice(Wire):
    """What was chosen where no source says."""

    topic: str
    choice: str


class ChoiceList(Wire):
    """Every choice a client must not depend on."""

    choices: list[Choice]


class Match(Wire):
    """Which calls a fault strikes: a method, and a part of the path or a glob."""

    model_config = _STRICT

    method: Literal["GET", "POST", "PUT", "DELETE"] | None = None
    path: Annotated[str, Field(max_length=500)] = ""


class FaultRequest(Wire):
    """A fault to order; `body` text goes out as it is, an object as JSON. `times` null means every time."""

    model_config = _STRICT

    match: Match = Match()
    status: Annotated[int, Field(ge=200, le=599), WHOLE] | None = None
    body: str | dict[str, object] | list[object] | None = None
    headers: dict[
        Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,64}$")], Annotated[str, Field(pattern="^[ -~]{0,500}$")]
    ] = Field(default={}, json_schema_extra={"additionalProperties": False})
    times: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = 1
    delay_ms: Annotated[int, Field(ge=0, le=600_000), WHOLE] = 0
    after_commit: Flag = False
    drop: Flag = False
    error_code: Annotated[str, Field(max_length=100)] | None = None


class FaultState(Wire):
    """An ordered fault, how often it will still strike and how often it has."""

    id: int
    method: str | None
    path: str
    status: int | None
    times: int | None
    delay_ms: int
    after_commit: bool
    drop: bool
    error_code: str | None
    struck: int


class FaultList(Wire):
    """Every fault ordered since the last clearing."""

    faults: list[FaultState]


class Advance(Wire):
    """Move the clock on, or back, by seconds."""

    model_config = _STRICT

    advance_seconds: Annotated[int, Field(ge=-315_360_000, le=315_360_000), WHOLE]


class Show(Wire):
    """Let the clock show a time and run on from there."""

    model_config = _STRICT

    set: Annotated[AwareDatetime, BeforeValidator(moment)]


class RealTime(Wire):
    """Return the clock to real time."""

    model_config = _STRICT

    reset: Literal[True]


class ClockState(Wire):
    """What the sandbox's clock shows, and its offset from real time in seconds."""

    now: Stamp
    offset_seconds: int


class LatencyRequest(Wire):
    """Milliseconds that every answer but the control surface's is held back."""

    model_config = _STRICT

    ms: Annotated[int, Field(ge=0, le=60_000), WHOLE]


class TransactionRequest(Wire):
    """Rows to add to the ledger as if the account had just been used; amount in whole cents."""

    model_config = _STRICT

    type: Literal["credit", "debit"] = "debit"
    amount_cents: Annotated[int, Field(ge=1, le=10_000_000), WHOLE] = 5
    usecase: Annotated[str, Field(min_length=1, max_length=500)] = "image_generation"
    source: Annotated[str, Field(min_length=1, max_length=500)] = "wallet"
    status: Annotated[str, Field(min_length=1, max_length=100)] = "success"
    count: Annotated[int, Field(ge=1, le=10_000), WHOLE] = 1


class TransactionIds(Wire):
    """The rows that were added."""

    ids: list[int]


class CouponRequest(Wire):
    """A coupon to add: it adds a percentage to a purchase by card, once or any number of times."""

    model_config = _STRICT

    code: Annotated[str, Field(pattern="^[A-Za-z0-9]{1,64}$")]
    percent: Annotated[int, Field(ge=1, le=100), WHOLE]
    reusable: Flag = False


class SettleRequest(Wire):
    """The status that a row gets."""

    model_config = _STRICT

    status: Annotated[str, Field(min_length=1, max_length=100)]
