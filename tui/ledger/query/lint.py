"""Words that the grammar lets pass and that would be taken for something else than was meant.

A number beside a wrong question is worse than none, so these are refused, with what to type instead.
"""

import re
from collections.abc import Sequence

from tui.ledger.query.date_ranges import is_month_name
from tui.ledger.query.grammar import RawTerm, RawValue

_OPERATORS = {
    "OR": "either of several is status:failed,pending",
    "AND": "words are joined by “and” as they are",
    "NOT": "all but some is -status:failed",
}
_DAY_OR_YEAR = re.compile(r"[0-9]{1,4}(st|nd|rd|th)?,?")
_BELOW_THOUSAND = re.compile(r"\$?[0-9]{1,3}")
_THREE_DIGITS = re.compile(r"[0-9]{3}(\.[0-9]*)?")


class BadTerm(Exception):
    """A part of a query that cannot be used: where it is, and why."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start, self.end, self.message = start, end, message


def lint(terms: Sequence[RawTerm], *, finished: bool) -> None:
    """Raise BadTerm for the first word that asks for something else than it seems to.

    The last word may be one that is still being typed, unless the query is `finished`.
    """
    for at, term in enumerate(terms):
        last = at + 1 == len(terms)
        message = None if last and not finished else _unfinished(term)
        message = message or (_day_of_month(terms[at - 1], term) if at else None)
        if message is not None:
            raise BadTerm(term.start, term.end, message)
        _refuse_thousand(term)


def _unfinished(term: RawTerm) -> str | None:
    """A sign or key without what belongs to it, and words that join others elsewhere."""
    if term.key is None and not term.values:
        return "“-” stands right before what it turns round: -status:failed"
    if term.key is not None and not any(each.low or each.high or each.is_range for each in term.values):
        return f"“{term.key}:” has its value right behind it, without a space"
    word = term.values[0]
    if term.key is None and not word.is_phrase and word.low in _OPERATORS:
        return f"{_OPERATORS[word.low]}; to look for “{word.low}” put it in quotes"
    return None


def _day_of_month(before: RawTerm, term: RawTerm) -> str | None:
    """`march 5` would be all of March, and rows with a 5 in them."""
    if before.key not in {"since", "until", "on", "month"} or not before.values or term.key is not None:
        return None
    month, number = before.values[-1].low, term.values[0] if term.values else None
    if number is None or number.is_phrase or not is_month_name(month) or not _DAY_OR_YEAR.fullmatch(number.low):
        return None
    return "a day is written 2026-03-05, a month of another year 2025-01; to look for a number put it in quotes"


def _refuse_thousand(term: RawTerm) -> None:
    """`>=1,500` would be one and more, or five hundred."""
    if term.key != "amount":
        return
    for one, other in zip(term.values, term.values[1:], strict=False):
        if _looks_grouped(one, other):
            raise BadTerm(one.start, other.end, "a comma separates values: write a thousand without a comma, 1000")


def _looks_grouped(one: RawValue, other: RawValue) -> bool:
    begins = one.high if one.is_range else one.low
    if other.operator or other.start != one.end + 1 or not _BELOW_THOUSAND.fullmatch(begins):
        return False
    bounded = bool(one.operator) or one.is_range
    return _THREE_DIGITS.fullmatch(other.low) is not None and (
        other.low.startswith("0") or (bounded and not other.is_range)
    )
