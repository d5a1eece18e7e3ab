"""What the control surface can switch while the sandbox runs."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from tui.sandbox.wire import Wire

PendingStyle = Literal["409", "202", "200_pending", "402", "422", "425"]


class Settings(Wire):
    """Choices that no source documents and that a client must not depend on; see `tui.sandbox.choices`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirm_pending_style: PendingStyle = "409"
    rate_limits: bool = True
    url_length: int = Field(default=433, ge=140, le=5000)
    checkout_lifetime_seconds: int = Field(default=1800, ge=1, le=86400)
    nested_balance: bool = False
    envelope_everything: bool = False
    flat_subscriptions: bool = False


class SettingsChange(Wire):
    """The same fields, each optional: what is given is changed, the rest stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirm_pending_style: PendingStyle | None = None
    rate_limits: bool | None = None
    url_length: int | None = Field(default=None, ge=140, le=5000)
    checkout_lifetime_seconds: int | None = Field(default=None, ge=1, le=86400)
    nested_balance: bool | None = None
    envelope_everything: bool | None = None
    flat_subscriptions: bool | None = None
