"""What the control surface can switch while the sandbox runs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from tui.sandbox.wire import WHOLE, Flag, Wire

PendingStyle = Literal["409", "202", "200_pending", "402", "422", "425"]
TopUpOutcome = Literal["paid", "processing", "declined", "no_customer", "no_card", "unknown", "unknown_charged"]


EnvelopeFlag = Literal["success", "ok", "none"]
RedirectField = Literal["url", "checkout_url", "redirect_url", "session_url", "portal_url"]


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
    topup_outcome: TopUpOutcome = "paid"
    issue_seconds: Annotated[int, Field(ge=0, le=31_536_000), WHOLE] = 6
    topup_cooldown_seconds: Annotated[int, Field(ge=0, le=86_400), WHOLE] = 60
    olostep_allow_usage: Flag = True
    olostep_plan: Flag = True
    olostep_key_status: Literal[401, 402] = 402
    envelope_flag: EnvelopeFlag = "success"
    error_as_text: Flag = False
    redirect_field: RedirectField = "url"
    order_id_field: Literal["id", "order_id"] = "id"
    secure_session_cookie: Flag = False
    session_lifetime_seconds: Annotated[int, Field(ge=1, le=31_536_000), WHOLE] = 604_800
    hold_webhooks: Flag = False


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
    topup_outcome: TopUpOutcome | None = None
    issue_seconds: Annotated[int, Field(ge=0, le=31_536_000), WHOLE] | None = None
    topup_cooldown_seconds: Annotated[int, Field(ge=0, le=86_400), WHOLE] | None = None
    olostep_allow_usage: Flag | None = None
    olostep_plan: Flag | None = None
    olostep_key_status: Literal[401, 402] | None = None
    envelope_flag: EnvelopeFlag | None = None
    error_as_text: Flag | None = None
    redirect_field: RedirectField | None = None
    order_id_field: Literal["id", "order_id"] | None = None
    secure_session_cookie: Flag | None = None
    session_lifetime_seconds: Annotated[int, Field(ge=1, le=31_536_000), WHOLE] | None = None
    hold_webhooks: Flag | None = None
