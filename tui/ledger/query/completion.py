"""What may stand at the cursor of a query: keys, and the values that the ledger has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui.ledger.query.date_ranges import RELATIVE
from tui.ledger.query.folding import folded
from tui.ledger.query.grammar import GrammarError, RawTerm, read
from tui.ledger.query.query import KEYS, TYPES
from tui.ledger.query.vocabulary import Vocabulary

_AMOUNTS = (">=", "<=", "1..20")


@dataclass(frozen=True, slots=True)
class Completion:
    """Words that may take the place of a stretch of the query."""

    start: int
    end: int
    """The stretch: from `start` up to the cursor."""
    options: tuple[str, ...]
    """Each is put there whole: a key with its colon, a value with quotes where it needs them."""
    key: str | None = None
    """The key whose values they are."""
    term: int = 0
    """Where the word with that key begins."""
    counts: tuple[int, ...] = ()
    """Rows that each option finds together with the rest of the query; empty where that is not known."""

    @property
    def counted(self) -> tuple[tuple[str, int | None], ...]:
        """Each option with its rows."""
        return tuple(zip(self.options, self.counts or (None,) * len(self.options), strict=True))


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion:
    """Say what may stand at `cursor`; no options when nothing is known that begins like what is typed."""
    before = text[:cursor]
    try:
        terms = read(before)
    except GrammarError:
        return Completion(cursor, cursor, ())
    last = terms[-1] if terms and terms[-1].end == len(before) else None
    if last is None:
        return Completion(cursor, cursor, tuple(f"{key}:" for key in KEYS))
    if last.key is None:
        return _keys(last, before)
    return _values(last, before, vocabulary)


def _keys(term: RawTerm, before: str) -> Completion:
    """Keys that begin like a word; a phrase is text and stays so."""
    start = term.start + term.negated
    word = before[start:].lower()
    return Completion(start, len(before), tuple(f"{key}:" for key in KEYS if key.startswith(word)))


def _values(term: RawTerm, before: str, vocabulary: Vocabulary) -> Completion:
    """Values that begin like the last one of a key."""
    value = term.values[-1] if term.values and term.values[-1].end == len(before) else None
    start = value.start if value is not None else len(before)
    if value is not None and (value.operator or value.is_range):
        return Completion(start, len(before), ())
    typed = folded(value.low) if value is not None else ""
    chosen = {each.low for each in term.values if each is not value}
    known = [
        each for each in _known(term.key or "", vocabulary) if folded(each).startswith(typed) and each not in chosen
    ]
    return Completion(start, len(before), tuple(_offers(known, before[start:])), term.key, term.start)


def _known(key: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    match key:
        case "type":
            return TYPES
        case "status" | "usecase" | "source" | "month":
            words: tuple[str, ...] = getattr(vocabulary, key)
            return words
        case "since" | "until" | "on":
            return tuple(each for each in RELATIVE if key != "on" or not each.endswith("h"))
        case "amount":
            return _AMOUNTS
    return ()


def _offers(known: Iterable[str], typed: str) -> Iterator[str]:
    """What is not typed in full yet."""
    for each in known:
        offer = _quoted(each)
        if offer and typed not in {each, offer}:
            yield offer


def _quoted(word: str) -> str:
    """A value as it must be typed: quotes keep spaces and commas together; what has quotes itself is begun only."""
    plain = word.partition('"')[0]
    special = any(char.isspace() or char == "," for char in plain) or ".." in plain or plain[:1] in {"<", ">", "="}
    return f'"{plain}"' if special and plain not in _AMOUNTS else plain
