"""The envelope around every ModelsLab answer, and the plain answers several endpoints share."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from tui.sandbox.wire import Wire

D = TypeVar("D", bound=BaseModel)


class Meta(Wire):
    """`request_id` is a UUID; `idempotency_replay` is present and true on a replayed answer."""

    request_id: str
    idempotency_replay: bool = False


class Envelope(Wire, Generic[D]):
    """A successful answer."""

    data: D
    error: None = None
    meta: Meta


class EnvelopeList(Wire, Generic[D]):
    """A successful answer whose `data` is a list."""

    data: list[D]
    error: None = None
    meta: Meta


class ErrorBody(Wire):
    """`details` is an object, or `[]` where there are none (the provider's framework writes empty bags so)."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    details: dict[str, Any] | list[Any]


class ErrorEnvelope(Wire):
    """An answer other than success."""

    data: None = None
    error: ErrorBody
    meta: Meta


class Flat(Wire):
    """The framework's own errors: 401 without a valid token, a path that does not exist."""

    message: str


class Unauthorized(Wire):
    """Every 401: flat where the token is missing, enveloped where the password is wrong."""

    message: str = ""


class Message(Wire):
    """An answer that only says that it is done."""

    message: str
