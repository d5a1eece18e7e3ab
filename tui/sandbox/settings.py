"""What the control surface can switch while the sandbox runs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from tui.sandbox.wire import WHOLE, Flag, Wire

PendingStyle = Literal["409", "202", "200_pending", "402", "422", "425"]


class Settings(Wire):
    """Choices that no source documents and that a client must not depend on; see `tui.sandbox.choices`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirm_pending_style: PendingStyle = "409"
    rate_limits: Flag = True
    url_length: Annotated[int, Field(ge=140, le=5000), WHOLE] = 433
    checkout_lifetime_seconds: Annotated[int, Field(ge=1, le=86400), WHOLE] = 1800
    nested_balance: Flag = False
    envelope_everything: Flag = False
    flat_subscriptions: Flag = False


class SettingsChange(Wire):
    """The same fields, each optional: what is given is changed, the rest stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirm_pending_style: PendingStyle | None = None
    rate_limits: Flag | None = None
    url_length: Annotated[int, Field(ge=140, le=5000), WHOLE] | None = None
    checkout_lifetime_seconds: Annotated[int, Field(ge=1, le=86400), WHOLE] | None = None
    nested_balance: Flag | None = None
    envelope_everything: Flag | None = None
    flat_subscriptions: Flag | None = None
