"""What an answer is made of: model base, dollars with two decimals, and JSON that keeps them exact."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Strict, WithJsonSchema

JsonValue = str | int | bool | None | Decimal | list["JsonValue"] | dict[str, "JsonValue"]

Usd = Annotated[Decimal, WithJsonSchema({"type": "number"})]
Stamp = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
MAX_ID = 2**31 - 1


class Wire(BaseModel):
    """Base of every answer and request body of the sandbox; unknown fields of a request are ignored."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    omit_none: ClassVar[bool] = False  # whether fields without a value are left out of the answer


def dollars(cents: int) -> Decimal:
    """Turn integer cents into a Decimal of dollars."""
    return Decimal(cents).scaleb(-2)


def to_cents(amount: Decimal) -> int:
    """Turn dollars with at most two decimals into integer cents."""
    return int(amount.scaleb(2))


def _number_only(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number")
    return Decimal(str(value))


def _whole_cents(value: Decimal) -> Decimal:
    if value != value.quantize(Decimal("0.01")):
        raise ValueError("must not have more than 2 decimal places")
    return value


def _whole_only(value: object) -> object:
    # JSON knows one kind of number: 5.0 is the integer 5.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be an integer")
    return value


WHOLE = BeforeValidator(_whole_only)  # last in an annotation, so that the bounds before it stay in the description
Flag = Annotated[bool, Strict()]
NUMBER_ONLY = BeforeValidator(_number_only)
WHOLE_CENTS = AfterValidator(_whole_cents)


def amount_schema(minimum: int, maximum: int) -> WithJsonSchema:
    """Describe a request field of dollars: a JSON number of whole cents within the bounds (dollars, inclusive)."""
    return WithJsonSchema({"type": "number", "minimum": minimum, "maximum": maximum, "multipleOf": 0.01})


def dumps(value: JsonValue) -> str:
    """Write JSON with every Decimal as a number of two decimals, as the published examples print `75.50`.

    The standard encoder can only write a Decimal through a float.
    """
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{dumps(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(dumps(item) for item in value) + "]"
    return json.dumps(value)


def plain(model: Wire) -> dict[str, JsonValue]:
    """Turn a model into JSON-ready values, amounts still Decimal."""
    values = model.model_dump()
    return {name: value for name, value in values.items() if value is not None} if model.omit_none else values
