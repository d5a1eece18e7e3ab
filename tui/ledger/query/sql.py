"""A query as SQL with parameters: over the rows, or over the rollup where whole days and facets are all it asks for.

A row's facet is looked up once for all rows that share it; only ids and references are looked at row by row.
"""

from dataclasses import dataclass
from typing import TypeAlias

from tui.ledger.query.conditions import AmountSpan, Begins, Condition, Contains, IsId, TimeSpan
from tui.ledger.query.folding import folded, folded_ascii
from tui.ledger.query.query import Filter, Query
from tui.ledger.store.rows import split, to_micros

Parameter: TypeAlias = int | str
Fragment: TypeAlias = tuple[str, list[Parameter]]

DIMENSION_COLUMNS = {
    "type": "direction",
    "status": "status_folded",
    "usecase": "usecase_folded",
    "source": "source_folded",
}
"""Where the values of a key stand in a facet."""
_TIMELESS = 1
"""The first number of the rollup that is a day."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition with its parameters; everything passes an empty one."""

    sql: str
    parameters: tuple[Parameter, ...]
    by_time: bool = False
    """Whether a stretch of time is asked for, which the index narrows."""
    texts: bool = False
    """Whether ids and references are looked at, which are in the rows alone, not in the index."""

    @property
    def clause(self) -> str:
        """`WHERE …`, or nothing."""
        return f" WHERE {self.sql}" if self.sql else ""


def over_rows(query: Query) -> Where:
    """The query over `tx`."""
    return _joined(query, rollup=False)


def over_rollup(query: Query) -> Where | None:
    """The query over `rollup`; None when it asks for something that days and facets do not tell."""
    for one in query.filters:
        for each in one.conditions:
            if not isinstance(each, Begins) and not (isinstance(each, TimeSpan) and each.days is not None):
                return None
    return _joined(query, rollup=True)


def _joined(query: Query, *, rollup: bool) -> Where:
    """All filters; those about facets alone are one look-up."""
    facets = [one for one in query.filters if all(isinstance(each, Begins) for each in one.conditions)]
    others = [_filter(one, rollup=rollup) for one in query.filters if one not in facets]
    parts: list[Fragment] = []
    if facets:
        sql, parameters = _all([_filter(one, rollup=rollup) for one in facets])
        parts.append((f"facet IN (SELECT key FROM facet WHERE {sql})", parameters))
    sql, parameters = _all([*parts, *others])
    narrowing = (one for one in query.filters if not one.negated)
    by_time = any(all(isinstance(each, TimeSpan) for each in one.conditions) for one in narrowing)
    texts = any(isinstance(each, Contains | IsId) for one in query.filters for each in one.conditions)
    return Where(sql, tuple(parameters), by_time, texts)


def _filter(one: Filter, *, rollup: bool) -> Fragment:
    inner = all(isinstance(each, Begins) for each in one.conditions)
    parts = [_condition(each, rollup=rollup, inner=inner) for each in one.conditions]
    sql = " OR ".join(part for part, _ in parts)
    parameters = [each for _, values in parts for each in values]
    # A row without a time or a reference makes a comparison NULL, which is no match and, turned round, one.
    return (f"NOT coalesce({sql}, 0)" if one.negated else f"({sql})"), parameters


def _all(parts: list[Fragment]) -> Fragment:
    return " AND ".join(sql for sql, _ in parts), [each for _, values in parts for each in values]


def _all_of(parts: list[Fragment], otherwise: str) -> Fragment:
    """All `parts` as one condition; without any, `otherwise`."""
    sql, parameters = _all(parts)
    return (f"({sql})", parameters) if parts else (otherwise, [])


def _condition(condition: Condition, *, rollup: bool, inner: bool) -> Fragment:
    """One condition; `inner` stands within the look-up of facets already."""
    match condition:
        case Begins():
            sql = f"substr({DIMENSION_COLUMNS[condition.field]}, 1, ?) = ?"
            within = sql if inner else f"facet IN (SELECT key FROM facet WHERE {sql})"
            return within, [len(condition.value), condition.value]
        case Contains():
            return _contains(condition.value)
        case IsId():
            return "(tx.id = ? OR tx.reference IS ?)", [condition.value, condition.value]
        case AmountSpan():
            return _amount(condition)
        case TimeSpan():
            return _days(condition) if rollup else _time(condition)


def _contains(value: str) -> Fragment:
    words, ids = folded(value), folded_ascii(value)
    facet = (
        "instr(usecase_folded, ?) OR instr(source_folded, ?) OR instr(status_folded, ?)"
        " OR instr(replace(lower(direction), '_', ' '), ?)"
    )
    in_id, in_reference = _id_contains("tx.id", ids), _id_contains("tx.reference", ids)
    return (
        f"(facet IN (SELECT key FROM facet WHERE {facet}) OR {in_id[0]} OR coalesce({in_reference[0]}, 0))",
        [words, words, words, ids, *in_id[1], *in_reference[1]],
    )


def _id_contains(column: str, value: str) -> Fragment:
    """Look for folded letters; LIKE is the fast way, but a space in it must not stand for any letter."""
    pattern = value.replace("\\", "\\\\").replace("%", "\\%").replace(" ", "_")
    like = f"{column} LIKE ? ESCAPE '\\'"
    if " " not in value:
        return like, [f"%{pattern}%"]
    return f"({like} AND instr(replace(lower({column}), '_', ' '), ?))", [f"%{pattern}%", value]


def _amount(span: AmountSpan) -> Fragment:
    parts: list[Fragment] = []
    for bound, included, sign in ((span.low, span.low_included, ">"), (span.high, span.high_included, "<")):
        if bound is not None:
            whole, frac = split(bound)
            parts.append((f"(whole, frac) {sign}{'=' if included else ''} (?, ?)", [whole, frac]))
    return _all_of(parts, "1")


def _time(span: TimeSpan) -> Fragment:
    parts: list[Fragment] = []
    if span.since is not None:
        parts.append(("tx.at >= ?", [to_micros(span.since)]))
    if span.until is not None:
        parts.append(("tx.at < ?", [to_micros(span.until)]))
    return _all_of(parts, "tx.at IS NOT NULL")


def _days(span: TimeSpan) -> Fragment:
    low, high = span.days or (None, None)
    parts: list[Fragment] = [("day >= ?", [max(_TIMELESS, low or _TIMELESS)])]
    if high is not None:
        parts.append(("day < ?", [high]))
    return _all_of(parts, "1")
