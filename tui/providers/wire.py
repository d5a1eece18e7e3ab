"""What the wire models of all providers share: tolerant of shape, strict about money, safe by type."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, ClassVar, TypeVar

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticUndefined

from tui.domain import CREDITS, LATEST, Money, SafeText, checked_id, parse_iso
from tui.providers.errors import ProtocolError
from tui.providers.recorder import current_recorder
from tui.providers.transport.documents import Json

_NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")
_MOST_DIGITS = 15
_FINEST = -12
_PLAIN_ID = 10**18
_MOST = 10**12
"""The highest count that is believed."""
_LAST_SECOND = int(LATEST.timestamp())
_MOST_ROWS = 10_000
"""Rows of one list; pages have 200 at most, and lists without pages are short."""
_LONGEST_URL = 8192
_WORD = 40
"""Characters of a text that may come again and again."""
_TRUE_WORDS = frozenset({"1", "true", "yes"})


class WireModel(BaseModel):
    """An object a provider sent: unknown fields are ignored, null means left out, input never shows in errors."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)

    expected: ClassVar[frozenset[str]] = frozenset()
    """Fields a published page shows, which may be left out all the same; `billtop doctor --contract` tells of it."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_missing(cls, raw: object) -> object:
        if (recorder := current_recorder()) is not None and isinstance(raw, dict):
            recorder.saw(cls.__name__, absent_from(cls, raw))
        if isinstance(raw, dict):
            return {key: value for key, value in raw.items() if value is not None} if None in raw.values() else raw
        return {} if raw == [] else raw  # PHP writes an object without fields as an empty array.


def _text(raw: object) -> SafeText:
    if isinstance(raw, str) and len(raw) <= _WORD:
        return _word(raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return SafeText()
    return SafeText(raw)


@lru_cache(maxsize=1024)
def _word(raw: str) -> SafeText:
    """A short text, made once: lists repeat the same few words."""
    return SafeText(raw)


def exact_amount(raw: object) -> Decimal:
    """Return a finite amount of at most 16 digits before the point and 12 behind it. Raises ValueError."""
    if isinstance(raw, str):
        raw = raw.strip()
        if not _NUMBER.fullmatch(raw):
            raise ValueError("not an amount")
        return Decimal(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise ValueError("not an amount")
    amount = raw if isinstance(raw, Decimal) else Decimal(raw)
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < _FINEST or amount.adjusted() > _MOST_DIGITS:
        raise ValueError("not an amount")
    return amount


def _amount_or_none(raw: object) -> Decimal | None:
    return None if raw is None or (isinstance(raw, str) and not raw.strip()) else exact_amount(raw)


def _unit(raw: object) -> str:
    if isinstance(raw, str) and (word := raw.strip()).isascii():
        if word.lower() == CREDITS:
            return CREDITS
        if len(word) == 3 and word.isalpha():
            return word.upper()
    raise ValueError("not a currency")


def _instant(raw: object) -> datetime | None:
    try:
        if isinstance(raw, str):
            return parse_iso(raw)
        # Compared before it is made whole, which is what a large exponent makes costly.
        if isinstance(raw, int | Decimal) and not isinstance(raw, bool) and 0 <= raw <= _LAST_SECOND:
            return datetime.fromtimestamp(int(raw), UTC)
    except (ValueError, ArithmeticError):
        return None
    return None


def exact_id(raw: object) -> str:
    """Return an id that may go back to the provider. Raises ValueError."""
    if type(raw) is int and 0 <= raw < _PLAIN_ID:
        return str(raw)  # Most are such, and come by the thousand.
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueError("not an id")
    return checked_id(raw)


def id_or_none(raw: object) -> str | None:
    """Return an id that may go back to the provider, or None for anything else."""
    try:
        return exact_id(raw)
    except ValueError:
        return None


def count_or_none(raw: object) -> int | None:
    """Return a whole number from zero to a trillion, or None for anything else."""
    try:
        number = int(exact_amount(raw))
    except ValueError:
        return None
    return number if 0 <= number <= _MOST else None


def _flag(raw: object) -> bool:
    return str(raw).strip().lower() in _TRUE_WORDS


def url_or_none(raw: object) -> str | None:
    """Return a URL byte for byte when `raw` can be one at all; whether it may be opened the payment gate decides."""
    if not isinstance(raw, str) or len(raw) > _LONGEST_URL or "://" not in raw or not raw.isprintable():
        return None
    return raw


Text = Annotated[SafeText, PlainValidator(_text)]
"""Text for people, cleaned; anything but a word or number is empty."""

Amount = Annotated[Decimal, PlainValidator(exact_amount)]
"""A finite number from an integer, a decimal or digits in a string; never from a float, a bool or `1,148.31`."""

OptionalAmount = Annotated[Decimal | None, PlainValidator(_amount_or_none)]
"""An amount that may be missing or blank, but not garbled."""

Unit = Annotated[str, PlainValidator(_unit)]
"""A currency code in upper case, or `credits`."""

Instant = Annotated[datetime | None, PlainValidator(_instant)]
"""A moment in UTC, from ISO 8601 or Unix seconds; None when it cannot be read or is out of range."""

Id = Annotated[str, PlainValidator(exact_id)]
"""An id that may go back to the provider."""

OptionalId = Annotated[str | None, PlainValidator(id_or_none)]
"""An id that is only shown or compared; None when it could not go back."""

Count = Annotated[int | None, PlainValidator(count_or_none)]
"""A whole number from zero to a trillion; None when it cannot be read."""

Flag = Annotated[bool, PlainValidator(_flag)]
"""Yes or no, from a bool, 0 and 1, or their words."""

Url = Annotated[str | None, PlainValidator(url_or_none)]
"""An address as it was sent; None when it is none."""

Blank = BeforeValidator(lambda raw: raw if isinstance(raw, dict) else {})
"""For nested objects that may be missing: anything but an object counts as an empty one."""

Model = TypeVar("Model", bound=WireModel)
Row = TypeVar("Row")


def absent_from(model: type[WireModel], raw: dict[str, object]) -> frozenset[str]:
    """The expected fields that `raw` has under none of their names, by the first of these; null counts as there."""
    absent = set()
    for field in model.expected:
        alias = model.model_fields[field].validation_alias or field
        names = alias.choices if isinstance(alias, AliasChoices) else [alias]
        paths = [name if isinstance(name, AliasPath) else AliasPath(name) for name in names]
        if all(path.search_dict_for_path(raw) is PydanticUndefined for path in paths):
            absent.add(".".join(str(part) for part in paths[0].path))
    return frozenset(absent)


def no_list() -> ProtocolError:
    """The error for an answer that should have been a list."""
    return ProtocolError(SafeText("The answer cannot be read: there is no list in it."))


def bounded(rows: list[Json]) -> list[Json]:
    """Return the rows of a list; raises ProtocolError when there are more than anybody asked for."""
    if len(rows) > _MOST_ROWS:
        raise ProtocolError(SafeText(f"The answer cannot be read: a list in it has more than {_MOST_ROWS:,} rows."))
    return rows


def inner(data: Json, *names: str) -> Json:
    """Return the object under the first of `names` that holds one, else `data`: `{"wallet": {...}}` and its content."""
    if isinstance(data, dict):
        for name in names:
            if isinstance(data.get(name), dict):
                return data[name]
    return data


def each(found: list[Json], convert: Callable[[Json, str], Row], what: str) -> tuple[Row, ...]:
    """Convert all rows; one that cannot be read fails the list, naming its number: none is left out in silence."""
    return tuple(convert(row, f"{what} {number}") for number, row in enumerate(found, 1))


def optional_money(amount: Decimal | None, unit: str) -> Money | None:
    """Put an amount and its unit together where there is one."""
    return None if amount is None else Money(amount, unit)


def words(found: Iterable[object]) -> tuple[SafeText, ...]:
    """Return the texts among `found`, without empty ones."""
    return tuple(text for text in (SafeText(item) for item in found if isinstance(item, str)) if text)


def read(model: type[Model], raw: Json, what: str) -> Model:
    """Read `raw` as `model`; raises ProtocolError that names `what` and the field, never its content."""
    try:
        return model.model_validate(raw)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        missing = first["type"] == "missing"
    except RecursionError:
        field, missing = "", False
    if not field:
        raise ProtocolError(SafeText(f"The answer cannot be read: {what} is not an object."))
    trouble = "is missing" if missing else "has a value billtop does not understand"
    raise ProtocolError(SafeText(f"The answer cannot be read: {what}: {field} {trouble}."))
