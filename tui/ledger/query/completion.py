"""What may stand at the cursor of a query: keys, and the values that the ledger has."""

from dataclasses import dataclass

from tui.ledger.query.date_ranges import RELATIVE
from tui.ledger.query.folding import folded
from tui.ledger.query.grammar import RawTerm
from tui.ledger.query.query import KEYS, TYPES, Query
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


def complete(query: Query, cursor: int, vocabulary: Vocabulary) -> Completion:
    """Say what may stand at `cursor`; no options when nothing is known that begins like what is typed."""
    term = next((each for each in query.tokens if each.start < cursor <= each.end), None)
    if term is None:
        return Completion(cursor, cursor, tuple(f"{key}:" for key in KEYS))
    if term.malformed:
        return Completion(cursor, cursor, ())
    word = term.start + term.negated
    if term.key is None or cursor <= word + len(term.key):
        return _keys(word, query.text[word:cursor])
    return _values(term, cursor, query.text, vocabulary)


def _keys(start: int, typed: str) -> Completion:
    """Keys that begin like a word; a phrase is text and stays so."""
    options = tuple(f"{key}:" for key in KEYS if key.startswith(typed.lower()))
    return Completion(start, start + len(typed), options)


def _values(term: RawTerm, cursor: int, text: str, vocabulary: Vocabulary) -> Completion:
    """Values of the term's key that begin like the one at the cursor."""
    value = next((each for each in term.values if each.start < cursor <= each.end), None)
    start = value.start if value is not None else cursor
    if value is not None and (value.operator or value.is_range):
        return Completion(start, cursor, ())
    typed = text[start:cursor]
    begin = folded(typed.strip('"') if value is not None and value.is_phrase else typed)
    chosen = {each.low for each in term.values if each is not value}
    known = [
        each for each in _known(term.key or "", vocabulary) if folded(each).startswith(begin) and each not in chosen
    ]
    # What is typed in full already is no offer.
    offers = tuple(offer for each in known if (offer := _quoted(each)) and typed not in {each, offer})
    return Completion(start, cursor, offers, term.key, term.start)


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


def _quoted(word: str) -> str:
    """A value as it must be typed: quotes keep spaces and commas together; what has quotes itself is begun only."""
    plain = word.partition('"')[0]
    special = any(char.isspace() or char == "," for char in plain) or ".." in plain or plain[:1] in {"<", ">", "="}
    return f'"{plain}"' if special and plain not in _AMOUNTS else plain
