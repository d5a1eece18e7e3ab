"""The grammar of a query: words, phrases, and keys with values.

    query  = term { space term }
    term   = [ "-" ] ( key [ value { "," value } ] | word | phrase )
    value  = [ "<" | "<=" | ">" | ">=" | "=" ] text | [ text ] ".." [ text ] | phrase

A query that is still being typed is a query: a value, a bound or the closing quote may be missing.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The parser library is imported with the first query: a start has other things to do.
    from lark import Lark, Token, Tree

_GRAMMAR = r"""
start: _SPACE? terms?
terms: term | terms _SPACE term | terms _SPACE
term: NOT? (pair | WORD | PHRASE) | NOT
pair: KEY value? (_COMMA value?)*
value: OPERATOR TEXT? | TEXT | TEXT RANGE | RANGE TEXT | TEXT RANGE TEXT | RANGE | PHRASE

NOT.4: "-"
KEY.3: /[A-Za-z_]+:/
PHRASE.2: /"[^"]*"?/
WORD.1: /[^\s"]+/
OPERATOR.6: /[<>]=?|=/
RANGE.6: ".."
_COMMA.6: ","
TEXT.5: /(?:(?!\.\.)[^\s,"])+/
_SPACE: /\s+/
"""


@dataclass(frozen=True, slots=True)
class RawValue:
    """One value of a key, as it was typed."""

    start: int
    end: int
    """Where it stands in the query."""
    operator: str = ""
    """`<`, `<=`, `>`, `>=`, `=` or nothing."""
    low: str = ""
    high: str = ""
    """The text behind `..`; with `is_range` the value lies between both, else `low` is the value."""
    is_range: bool = False
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class RawTerm:
    """One term, as it was typed."""

    start: int
    end: int
    negated: bool
    key: str | None
    """In lower case, without its colon; None for a word or phrase."""
    values: tuple[RawValue, ...]
    malformed: bool = False
    """Whether it is no term but the rest of a text that is no query from here on."""


def tokenize(text: str) -> tuple[RawTerm, ...]:
    """Take a query apart; what no query can go on with is one malformed term at the end."""
    if not text.strip():
        return ()
    from lark.exceptions import UnexpectedToken

    rest: tuple[RawTerm, ...] = ()
    try:
        tree = load_parser().parse(text)
    except UnexpectedToken as error:
        position = error.pos_in_stream or 0
        rest = (RawTerm(position, len(text), negated=False, key=None, values=(), malformed=True),)
        # What stands before it is a query: the parser has read that already.
        tree = error.interactive_parser.feed_eof()  # type: ignore[no-untyped-call]
    terms = (_term(each) for each in tree.find_data("term"))
    return (*sorted(terms, key=lambda term: term.start), *rest)


@lru_cache(maxsize=1)
def load_parser() -> "Lark":
    """Import the parser library and build the parser, once; takes too long for an event loop."""
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True)


def _term(tree: "Tree[Token]") -> RawTerm:
    start, end = tree.meta.start_pos, tree.meta.end_pos
    negated = False
    key: str | None = None
    values: list[RawValue] = []
    for child in tree.children:
        if not isinstance(child, str):
            key = str(child.children[0])[:-1].lower()
            values = [_value(each) for each in child.children if not isinstance(each, str)]
        elif child.type == "NOT":
            negated = True
        else:
            values = [_plain(child)]
    return RawTerm(start, end, negated, key, tuple(values))


def _value(tree: "Tree[Token]") -> RawValue:
    """A value with its bounds: what stands before and behind `..`, or behind an operator."""
    tokens = [child for child in tree.children if isinstance(child, str)]
    start, end = tree.meta.start_pos, tree.meta.end_pos
    kinds = [token.type for token in tokens]
    if "RANGE" in kinds:
        middle = kinds.index("RANGE")
        low, high = ("".join(tokens[:middle]), "".join(tokens[middle + 1 :]))
        return RawValue(start, end, low=low, high=high, is_range=True)
    if kinds[0] == "OPERATOR":
        return RawValue(start, end, operator=str(tokens[0]), low="".join(tokens[1:]))
    return _plain(tokens[0])


def _plain(token: "Token") -> RawValue:
    start = token.start_pos or 0
    end = start + len(token)
    if token.type == "PHRASE":
        return RawValue(start, end, low=str(token)[1:].removesuffix('"'), is_phrase=True)
    return RawValue(start, end, low=str(token))
