"""The errors of the ModelsLab wire, raised anywhere below a route and turned into an answer in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.sandbox.wire import JsonValue

Details = Mapping[str, JsonValue]


class ApiError(Exception):
    """An answer other than success: HTTP status, `error.code`, `error.message`, `error.details`, extra headers.

    `stored` tells whether an Idempotency-Key keeps this answer; refused input and refused callers are not kept.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Details | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    @property
    def stored(self) -> bool:
        """Whether a replay of the same key returns this very answer."""
        return self.status not in (401, 403, 422, 429)


class Unauthenticated(ApiError):
    """401: no token, an unknown one, or one that has expired; answered flat, as the framework does."""

    def __init__(self) -> None:
        super().__init__(401, "unauthenticated", "Unauthenticated.")


def invalid(field: str, message: str) -> ApiError:
    """Build the 422 of one refused field."""
    return ApiError(422, "validation_error", "The given data was invalid.", {field: [message]})


def not_found(what: str, code: str) -> ApiError:
    """Build the 404 of a thing that does not exist."""
    return ApiError(404, code, f"{what} not found.")


def field_bag(errors: list[Any]) -> dict[str, JsonValue]:
    """Turn pydantic's list of errors into Laravel's bag `{field: [messages]}`; a body that is no JSON gives none."""
    bag: dict[str, list[JsonValue]] = {}
    for error in errors:
        if error["type"] == "json_invalid":
            return {}
        path = [str(part) for part in error["loc"][1:]]
        field = ".".join(path) or "body"
        bag.setdefault(field, []).append(_sentence(field, error))
    return {field: list(messages) for field, messages in bag.items()}


def _sentence(field: str, error: Mapping[str, Any]) -> str:
    name = field.replace("_", " ")
    if error["type"] == "missing":
        return f"The {name} field is required."
    if error["type"] == "greater_than_equal":
        return f"The {name} field must be at least {error['ctx']['ge']}."
    if error["type"] == "less_than_equal":
        return f"The {name} field must not be greater than {error['ctx']['le']}."
    text = str(error["msg"]).removeprefix("Value error, ")
    return f"The {name} field is invalid: {text}."
