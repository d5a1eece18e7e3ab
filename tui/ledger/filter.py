"""A small query over transactions, and the sums of what it leaves.

    type:debit status:failed usecase:image source:wallet free words "a phrase" -without

Words are joined by "and", case does not matter, values may be the beginning of a word so that typing narrows step by
step, `-` turns a word round, quotes keep spaces and colons.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from tui.domain import CREDIT, DEBIT, Money, Transaction

_WORD = re.compile(r'(?P<minus>-?)(?:(?P<key>[A-Za-z_]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<plain>\S*))')

_FIELDS: dict[str, Callable[[Transaction], str]] = {
    "type": lambda row: row.direction,
    "status": lambda row: row.status.label,
    "usecase": lambda row: row.usecase,
    "source": lambda row: row.source,
}
KEYS = tuple(_FIELDS)
"""What may stand before a colon."""
TYPES = (str(CREDIT), str(DEBIT))
"""What `type:` may ask for."""


@dataclass(frozen=True, slots=True)
class FilterError:
    """A query that cannot be used."""

    word: str
    """The word that is wrong, as it was typed."""
    start: int
    """Where it begins in the query."""
    message: str
    """What is wrong and what is possible, in words."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: what a field begins with, or, without a key, what any text of the row contains."""

    key: str | None
    value: str
    """In folded case."""
    negated: bool

    def matches(self, row: Transaction) -> bool:
        """Whether `row` is what this word asks for."""
        return self._found(row) is not self.negated

    def _found(self, row: Transaction) -> bool:
        if self.key is None:
            return self.value in _text(row)
        return _folded(_FIELDS[self.key](row)).startswith(self.value)


@dataclass(frozen=True, slots=True)
class Filter:
    """A query that was understood; without terms it lets everything pass."""

    terms: tuple[Term, ...] = ()

    def matches(self, row: Transaction) -> bool:
        """Whether `row` is what all words ask for."""
        return all(term.matches(row) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Sums:
    """What some transactions come to; rows that moved no money are counted but not added."""

    count: int
    credit_total: Money
    debit_total: Money


def parse(text: str) -> Filter | FilterError:
    """Read a query; an error names the word that is wrong."""
    terms = []
    for found in _WORD.finditer(text):
        if not found.group():
            continue
        term = _term(found)
        if isinstance(term, FilterError):
            return term
        if term is not None:
            terms.append(term)
    return Filter(tuple(terms))


def sums(rows: Iterable[Transaction], unit: str | None = None) -> Sums:
    """Add up `rows`, credits and debits apart, in `unit`: by default that of the first row, or USD without any."""
    held = tuple(rows)
    unit = unit or (held[0].amount.unit if held else "USD")
    totals = {CREDIT: Decimal(0), DEBIT: Decimal(0)}
    for row in held:
        if row.direction in totals and row.status.moved_money and row.amount.unit == unit:
            totals[row.direction] += row.amount.amount
    return Sums(len(held), Money(totals[CREDIT], unit), Money(totals[DEBIT], unit))


def _term(found: re.Match[str]) -> Term | FilterError | None:
    """The term a word stands for; None for an empty one, such as a lone quote or minus that is still being typed."""
    key, phrase = found["key"], found["phrase"]
    value = _folded(found["plain"] if phrase is None else phrase)
    if key is None:
        return Term(None, value, bool(found["minus"])) if value else None
    key = key.lower()
    if key not in _FIELDS:
        return FilterError(found.group(), found.start(), f"unknown word “{key}:”, use {_listed(KEYS, ':')} or quotes")
    if key == "type" and not any(each.startswith(value) for each in TYPES):
        return FilterError(found.group(), found.start(), f"“{key}:” is {' or '.join(TYPES)}")
    if not value:
        return None
    return Term(key, value, bool(found["minus"]))


def _text(row: Transaction) -> str:
    """All text of a row; a word is never found across two fields."""
    return _folded("\n".join((row.usecase, row.source, row.reference or "", row.id, row.status.label)))


def _folded(text: str) -> str:
    """Case and underscores do not matter: `past_due` is found by "past due" and the other way round."""
    return text.casefold().replace("_", " ")


def _listed(words: tuple[str, ...], suffix: str) -> str:
    return ", ".join(f"{word}{suffix}" for word in words)
