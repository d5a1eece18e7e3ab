"""JSON from outside: exact numbers, nothing that means two things, and nothing that costs more than it is worth."""

import json
from decimal import Decimal
from enum import Enum
from typing import Final, Never, TypeAlias

_LONGEST_NUMBER = 100
"""Characters of a number, and places before or behind its point: no price, count or time needs half of that."""
_MOST_VALUES = 100_000
"""Values of one document: fifty times those of the longest page that is asked for."""
_DEEPEST = 64
"""Lists and objects within each other; the deepest documented answer has six."""
_FORM = bytes(set(range(256)) - set(b'[]{}"'))
"""All bytes but those that tell how a document is nested."""


class Unusable(Enum):
    """What stands in a document for a value that no field can hold: whoever reads that field finds it garbled."""

    OUT_OF_RANGE = "a number out of range"
    """Made whole, `1e9999999` has ten million digits; even looking at it would stop everything else."""


OUT_OF_RANGE: Final = Unusable.OUT_OF_RANGE

Json: TypeAlias = "bool | int | str | Decimal | Unusable | list[Json] | dict[str, Json] | None"
"""A parsed answer; numbers with a point are Decimal, never float."""


class Unreadable(ValueError):
    """Bytes that are no JSON document billtop accepts; the text says why, without quoting them."""


def parse_json(body: bytes | bytearray) -> Json:
    """Read one UTF-8 JSON document; raises Unreadable for anything else.

    NaN, Infinity and repeated keys are refused: an amount must have one value. A number out of range is unusable, and
    nothing else is for that: a balance must not be lost to a date beside it.
    """
    try:
        text = body.decode()
        _check_form(body)
        document: Json = json.loads(
            text, parse_int=_whole, parse_float=_number, parse_constant=_not_a_number, object_pairs_hook=_object
        )
    except Unreadable:
        raise
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8 text") from None
    except RecursionError:
        # Only what never ends: that is no document, so its form told nothing.
        raise Unreadable("it is nested too deep") from None
    except ValueError:
        raise Unreadable("it is not proper JSON") from None
    return document


def _check_form(body: bytes | bytearray) -> None:
    """Raise Unreadable for a document with too many values, or too deep, from a look at its brackets alone."""
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in body else body
    form = plain.translate(None, _FORM).replace(b'""', b"")
    if b'"' in form:  # a text with brackets in it
        form = b"".join(form.split(b'"')[::2])
    if len(form) // 2 + body.count(b",") > _MOST_VALUES:
        raise Unreadable("it has more values than billtop reads at once")
    for _ in range(_DEEPEST):
        inner = form.replace(b"{}", b"").replace(b"[]", b"")
        if len(inner) in (0, len(form)):
            return  # nothing is left, or brackets without a partner: the parser says so
        form = inner
    raise Unreadable("it is nested too deep")


def _whole(digits: str) -> int | Unusable:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else OUT_OF_RANGE


def _number(digits: str) -> Decimal | Unusable:
    if len(digits) > _LONGEST_NUMBER:
        return OUT_OF_RANGE
    try:
        number = Decimal(digits)
    except ArithmeticError:  # an exponent beyond what Decimal can hold
        return OUT_OF_RANGE
    return number if -_LONGEST_NUMBER <= number.adjusted() <= _LONGEST_NUMBER else OUT_OF_RANGE


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise Unreadable("it names the same field twice")
    return document


def _not_a_number(_: str) -> Never:
    raise Unreadable("it contains a number without a value")
