"""What a query means, in Python: the plain meaning that the store's SQL is held to."""

from tui.domain import Transaction
from tui.ledger.query.conditions import AmountSpan, Begins, Condition, Contains, IsId, TimeSpan
from tui.ledger.query.folding import folded, folded_ascii
from tui.ledger.query.query import Query


def matches(query: Query, row: Transaction) -> bool:
    """Whether `row` is what all words ask for."""
    return all(any(_meets(each, row) for each in one.conditions) is not one.negated for one in query.filters)


def _meets(condition: Condition, row: Transaction) -> bool:
    match condition:
        case Begins():
            texts = {"type": row.direction, "status": row.status, "usecase": row.usecase, "source": row.source}
            return folded(texts[condition.field]).startswith(condition.value)
        case Contains(value):
            words, ids = folded(value), folded_ascii(value)
            return any(words in folded(text) for text in (row.usecase, row.source, row.status)) or any(
                ids in folded_ascii(text) for text in (row.direction, row.id, row.reference or "")
            )
        case IsId(value):
            return value in (row.id, row.reference)
        case AmountSpan():
            return _in_amounts(condition, row)
        case TimeSpan():
            if row.at is None or (condition.since is not None and row.at < condition.since):
                return False
            return condition.until is None or row.at < condition.until


def _in_amounts(span: AmountSpan, row: Transaction) -> bool:
    amount = row.amount.amount
    if span.low is not None and (amount < span.low or (amount == span.low and not span.low_included)):
        return False
    return span.high is None or amount < span.high or (amount == span.high and span.high_included)
