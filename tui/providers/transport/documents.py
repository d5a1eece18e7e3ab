"""JSON from outside: exact numbers, and nothing that means two things."""

import json
from decimal import Decimal
from typing import Never, TypeAlias

Json: TypeAlias = "bool | int | str | Decimal | list[Json] | dict[str, Json] | None"
"""A parsed answer; numbers with a point are Decimal, never float."""


class Unreadable(ValueError):
    """Bytes that are no JSON document billtop accepts; the text says why, without quoting them."""


def parse_json(body: bytes) -> Json:
    """Read one UTF-8 JSON document; raises Unreadable for anything else.

    NaN, Infinity and repeated keys are refused: an amount must have one value.
    """
    try:
        document: Json = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_not_a_number, object_pairs_hook=_object
        )
    except Unreadable:
        raise
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8 text") from None
    except RecursionError:
        raise Unreadable("it is nested too deep") from None
    except (ValueError, ArithmeticError):
        # Not only JSONDecodeError: integers of more than 4300 digits raise ValueError, exponents of more than
        # eighteen raise decimal.InvalidOperation.
        raise Unreadable("it is not proper JSON") from None
    return document


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise Unreadable("it names the same field twice")
    return document


def _not_a_number(_: str) -> Never:
    raise Unreadable("it contains a number without a value")
