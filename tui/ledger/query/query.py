"""The query of the ledger: what a person types, understood or refused with the word that is wrong.

    type:debit status:failed,pending amount:>=5 amount:1..20 since:30d until:2026-02-01 month:2026-01 on:monday
    usecase:image -source:stripe id:pi_3Qx "free text"

Words are joined by "and", values behind a comma by "or", `-` turns a word round, case does not matter.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from tui.domain import CREDIT, DEBIT
from tui.ledger.query.conditions import DIMENSIONS, AmountSpan, Begins, Condition, Contains, IsId, TimeSpan
from tui.ledger.query.date_ranges import DateRange, read_moment, read_month
from tui.ledger.query.folding import folded
from tui.ledger.query.grammar import RawTerm, RawValue, tokenize
from tui.ledger.query.lint import BadTerm, lint

KEYS = (*DIMENSIONS, "amount", "since", "until", "on", "month", "id")
"""What may stand before a colon."""
TYPES = (str(CREDIT), str(DEBIT))
"""What `type:` may ask for."""
LONGEST_QUERY = 1000
"""Characters: more is no question a person asks."""

_NUMBER = re.compile(r"\$?([0-9]{1,16}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")
_DAY_WORDS = "a day such as 2026-02-01, 2026-02, today, yesterday, monday, 30d, 2w, 3m or 1y"


@dataclass(frozen=True, slots=True)
class QueryError:
    """A query that cannot be used."""

    word: str
    """The word that is wrong, as it was typed."""
    start: int
    """Where it begins in the query."""
    message: str
    """What is wrong and what is possible, in words."""

    def __str__(self) -> str:
        return f"The query cannot be used at “{self.word}”: {self.message}"


@dataclass(frozen=True, slots=True)
class Filter:
    """One word of a query: any of its conditions, or with `negated` none of them; it always has one at least."""

    conditions: tuple[Condition, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query, parsed once where it is typed and handed on; two are alike that ask for the same.

    Without filters it lets everything pass, so one with an `error` must not be looked up.
    """

    filters: tuple[Filter, ...] = ()
    error: QueryError | None = None
    text: str = field(default="", compare=False)
    """As it was typed."""
    tokens: tuple[RawTerm, ...] = field(default=(), compare=False)

    def at(self, now: datetime, zone: tzinfo | None = None) -> "Query":
        """The same query as it is meant at another time: `today` is another day then."""
        renewed = _resolved(self.text, self.tokens, now, zone)
        return self if renewed.error is not None else renewed

    def without(self, start: int, now: datetime, zone: tzinfo | None = None) -> "Query":
        """The query without its term at `start`."""
        return _resolved(self.text, tuple(each for each in self.tokens if each.start != start), now, zone)


EVERYTHING = Query()


def parse(text: str, now: datetime, zone: tzinfo | None = None, *, finished: bool = False) -> Query:
    """Parse a query; its error names the word that is wrong.

    `now` is what relative days are seen from, `zone` (None: the local one) whose days they are. A key at the end may
    be without its value, as it is while somebody types, unless the query is `finished`.
    """
    if len(text) > LONGEST_QUERY:
        message = f"a query has at most {LONGEST_QUERY} characters"
        return Query(error=QueryError(text[LONGEST_QUERY:][:20], LONGEST_QUERY, message), text=text)
    return _resolved(text, tokenize(_printable(text)), now, zone, finished=finished)


def _resolved(
    text: str, tokens: tuple[RawTerm, ...], now: datetime, zone: tzinfo | None, *, finished: bool = False
) -> Query:
    """What `tokens` ask for, or why they cannot be used."""
    try:
        if tokens and tokens[-1].malformed:
            at = tokens[-1].start
            raise BadTerm(
                at, at + len(text[at:].split()[0]), "put a space between words, and quotes around what has any"
            )
        lint(tokens, finished=finished)
        asked = ((each.negated, tuple(_conditions(each, now, zone))) for each in tokens)
        filters = tuple(Filter(conditions, negated) for negated, conditions in asked if conditions)
    except BadTerm as bad:
        return Query(error=QueryError(text[bad.start : bad.end], bad.start, bad.message), text=text, tokens=tokens)
    return Query(filters, text=text, tokens=tokens)


def _refusal(word: RawTerm | RawValue, message: str) -> BadTerm:
    return BadTerm(word.start, word.end, message)


def _conditions(term: RawTerm, now: datetime, zone: tzinfo | None) -> list[Condition]:
    """What a term asks for; nothing when it is still being typed."""
    if term.key is None:
        return [Contains(each.low) for each in term.values if each.low.strip()]
    if term.key not in KEYS:
        known = ", ".join(f"{key}:" for key in KEYS)
        raise _refusal(term, f"unknown word “{term.key}:”, use {known} or quotes")
    read_value = _READERS[term.key]
    found = (read_value(term.key, each, now, zone) for each in term.values if each.low or each.high)
    return [each for each in found if each is not None]


def _text(key: str, value: RawValue, _now: datetime, _zone: tzinfo | None) -> Condition:
    _no_bounds(key, value)
    begin = folded(value.low)
    if key == "type" and not any(each.startswith(begin) for each in TYPES):
        raise _refusal(value, f"“type:” is {' or '.join(TYPES)}")
    return Begins(key, begin)


def _id(key: str, value: RawValue, _now: datetime, _zone: tzinfo | None) -> Condition:
    _no_bounds(key, value)
    return IsId(value.low)


def _amount(_key: str, value: RawValue, _now: datetime, _zone: tzinfo | None) -> Condition | None:
    low, high = _number(value, value.low), _number(value, value.high)
    if value.is_range:
        if low is not None and high is not None and low > high:
            raise _refusal(value, "“amount:” takes the smaller number first, such as 1..20")
        return AmountSpan(low, high)
    match value.operator:
        case ">" | ">=":
            return AmountSpan(low=low, low_included=value.operator == ">=")
        case "<" | "<=":
            return AmountSpan(high=low, high_included=value.operator == "<=")
    return AmountSpan(low, low)


def _number(value: RawValue, text: str) -> Decimal | None:
    if not text:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None:
        signed = text[:1] in {"-", "−"}
        raise _refusal(
            value,
            "amounts have no sign here: type:debit amount:>=5"
            if signed
            else "“amount:” takes a number such as 5, >=5, <0.50 or 1..20",
        )
    return Decimal(found[1])


def _time(key: str, value: RawValue, now: datetime, zone: tzinfo | None) -> Condition:
    if value.operator or (value.is_range and key in {"since", "until"}):
        hint = "one day; both ends: since: and until:" if value.is_range else _DAY_WORDS
        raise _refusal(value, f"“{key}:” takes {hint}")
    low = _date_range(key, value, value.low, now, zone)
    high = _date_range(key, value, value.high, now, zone) if value.is_range else low
    try:
        return _between(key, value, None if key == "until" else low, None if key == "since" else high, zone)
    except (ValueError, OverflowError):
        raise _refusal(value, f"“{key}:” takes {_DAY_WORDS}") from None


def _date_range(key: str, value: RawValue, text: str, now: datetime, zone: tzinfo | None) -> DateRange | None:
    if not text:
        return None
    if key == "month":
        try:
            found = read_month(text, now.astimezone(zone).date())
        except ValueError:
            found = None
        if found is None:
            raise _refusal(value, "“month:” takes a month such as 2026-01 or january, or a year")
        return found
    found = read_moment(text, now, zone)
    if found is None or (key == "on" and found.moment is not None):
        raise _refusal(value, f"“{key}:” takes {_DAY_WORDS}")
    return found


def _between(key: str, value: RawValue, low: DateRange | None, high: DateRange | None, zone: tzinfo | None) -> TimeSpan:
    """From the first day of one to the last of the other; without the one, or the other, it has no such end."""
    first = low.first if low else None
    last = high.last if high else None
    moments = any(each and each.moment for each in (low, high))
    if first is not None and last is not None and first > last:
        raise _refusal(value, f"“{key}:” takes the earlier day first; these are {first} and {last}")
    return TimeSpan(
        since=low.begins(zone) if low else None,
        until=high.ends(zone) if high else None,
        days=None if moments else (first.toordinal() if first else None, last.toordinal() + 1 if last else None),
    )


def _no_bounds(key: str, value: RawValue) -> None:
    if value.operator or value.is_range:
        raise _refusal(value, f"“{key}:” takes words; put them in quotes when they begin with = < > or have two dots")


_READERS: dict[str, Callable[[str, RawValue, datetime, tzinfo | None], Condition | None]] = {
    **dict.fromkeys(DIMENSIONS, _text),
    **dict.fromkeys(("since", "until", "on", "month"), _time),
    "amount": _amount,
    "id": _id,
}


def _printable(text: str) -> str:
    """The text without what no database takes: halves of characters and the null character; as long as before."""
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)
