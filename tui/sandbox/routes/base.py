"""What all ModelsLab routers share: their prefix, their guard, and the description of every answer they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from tui.sandbox.contract import PREFIX
from tui.sandbox.models.common import Envelope, EnvelopeList, ErrorEnvelope, Flat
from tui.sandbox.route import ModelsLabRoute
from tui.sandbox.wire import MAX_ID

_ERRORS = {
    402: "The card was declined, or wants authentication.",
    404: "There is no such thing.",
    409: "Not in this state, not completed yet, or the Idempotency-Key is in progress.",
    410: "The checkout expired.",
    425: "Not completed yet.",
}
_HEADERS = {
    name: {"schema": {"type": "integer"}, "required": True, "description": text}
    for name, text in (
        ("X-RateLimit-Limit", "Calls allowed in a window of 60 seconds."),
        ("X-RateLimit-Remaining", "Calls left in this window."),
        ("X-RateLimit-Reset", "When the window ends, in Unix seconds."),
    )
}
# Not declared as a parameter: the description would promise that any key goes with any request, and a key that was
# used with another one is refused.
MUTATION: dict[str, Any] = {
    "x-idempotency-key": "The header Idempotency-Key, 1 to 255 visible ASCII characters, is kept for 24 hours: the "
    "first answer is given again, marked with `idempotency_replay`.",
}

_bearer = HTTPBearer(auto_error=False, description="The agent access token.")

ItemId = Annotated[str, Path(min_length=1, max_length=255)]
SubscriptionId = Annotated[int, Path(ge=1, le=MAX_ID)]


def modelslab(*, secured: bool = True) -> APIRouter:
    """Make a router under the provider's base path."""
    dependencies = [Depends(_bearer)] if secured else []
    return APIRouter(prefix=PREFIX, route_class=ModelsLabRoute, dependencies=dependencies, tags=["ModelsLab"])


def _of(envelope: Any, model: type[BaseModel]) -> Any:
    """Make the envelope of a model at run time, for the description only."""
    return envelope[model]


def answers(
    model: type[BaseModel],
    *errors: int,
    listed: bool = False,
    bare: bool = False,
    other: Any = None,
    extra: Sequence[Any] = (),
) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of an endpoint: its success, its own `errors`, and those common to all.

    `bare` is without the envelope, unless the settings put it there; `other` is the success in the shape that a
    setting switches to; `extra` are further successes by status.
    """
    success: Any = _of(EnvelopeList if listed else Envelope, model)
    if bare:
        success = model | success
    elif other is not None:
        success = success | other
    described: dict[int | str, dict[str, Any]] = {
        200: {"model": success, "headers": _HEADERS},
        400: {"model": ErrorEnvelope, "description": "The body cannot be read.", "headers": _HEADERS},
        401: {"model": Flat, "description": "Unauthenticated.", "headers": _HEADERS},
        403: {"model": ErrorEnvelope, "description": "The token's scopes do not allow it.", "headers": _HEADERS},
        422: {"model": ErrorEnvelope, "description": "The input is not valid.", "headers": _HEADERS},
        429: {"model": ErrorEnvelope, "description": "Too many calls.", "headers": _HEADERS},
    }
    for status in errors:
        described[status] = {"model": ErrorEnvelope, "description": _ERRORS[status], "headers": _HEADERS}
    if 404 in errors:
        # A path that is none at all is refused before any limit counts it.
        described[404] = {"model": ErrorEnvelope | Flat, "description": _ERRORS[404]}
    for status, kind in extra:
        described[status] = {"model": _of(Envelope, kind), "headers": _HEADERS}
    return described
