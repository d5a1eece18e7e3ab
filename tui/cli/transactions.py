"""`billtop transactions`: the newest rows of the ledger, or the newest that match a query."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.output import Output
from tui.cli.parser import Options
from tui.cli.table import local, table
from tui.domain import CREDIT, Direction, Transaction
from tui.ledger.filter import TYPES, Filter, FilterError, parse, sums
from tui.providers.base import Capability, HasLedger, Provider, TransactionQuery, having
from tui.rows import merge_newest, merge_older
from tui.snapshot import LedgerRows

MOST_LOOKED_AT = 5000
"""Rows a query looks through at most: 25 requests of the documented 120 a minute."""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest matching rows, at most as many as were asked for."""

    items: tuple[Transaction, ...]
    total: int | None
    """How many rows match altogether; None when not all were looked at."""
    looked_at: int
    ledger_total: int | None


def run(options: Options, out: Output) -> ExitCode:
    """Print transactions with the sums of those printed."""
    query = parse(options.query)
    if isinstance(query, FilterError):
        raise UsageError(f"The query cannot be used at “{query.word}”: {query.message}")

    async def listed(provider: Provider) -> ExitCode:
        found = await find(provider, query, options.limit)
        out.result(_document(found), _lines(found))
        if found.total is None and len(found.items) < options.limit:
            out.say(f"Only the newest {found.looked_at:,} rows were looked at; older ones may match too.")
        return ExitCode.DONE

    return on_account(options, listed, Capability.LEDGER)


async def find(provider: Provider, query: Filter, limit: int) -> Found:
    """Read pages, newest first, until `limit` rows match or there are no more. Raises BillingError.

    What the provider can filter itself it is asked to, so that it counts the matches.
    """
    direction = _direction(query)
    plain = len(query.terms) == (0 if direction is None else 1)
    most = limit if plain else max(limit, MOST_LOOKED_AT)
    rows: LedgerRows | None = None
    matching: Sequence[Transaction] = ()
    while True:
        known = len(rows.items) if rows else 0
        wanted = min(having(provider, HasLedger).page_size, most - known)
        page = await having(provider, HasLedger).transactions(TransactionQuery(direction, wanted, known))
        longer = merge_newest(None, page) if rows is None else merge_older(rows, page)
        matching = [row for row in longer.items if query.matches(row)]
        stuck = rows is not None and len(longer.items) == len(rows.items)
        rows = longer
        if rows.complete or stuck or not page.items or len(matching) >= limit or len(rows.items) >= most:
            break
    total = rows.total if plain else len(matching) if rows.complete else None
    return Found(tuple(matching[:limit]), total, len(rows.items), rows.total)


def _direction(query: Filter) -> Direction | None:
    """The direction the whole query is about, when a word of it says so."""
    for term in query.terms:
        meant = [each for each in TYPES if term.key == "type" and not term.negated and each.startswith(term.value)]
        if len(meant) == 1:
            return Direction(meant[0])
    return None


def _document(found: Found) -> documents.Document:
    added = sums(found.items)
    return {
        "items": [documents.transaction(row) for row in found.items],
        "count": added.count,
        "total": found.total,
        "credit_total": documents.money(added.credit_total),
        "debit_total": documents.money(added.debit_total),
    }


def _lines(found: Found) -> list[str]:
    if not found.items:
        return ["No transactions match." if found.looked_at or found.ledger_total else "No transactions yet."]
    rows = [
        (
            local(row.at),
            row.direction,
            f"{'+' if row.direction == CREDIT else '-'}{row.amount.digits} {row.amount.unit}",
            row.status.label,
            row.usecase,
            row.source,
            row.reference or "",
        )
        for row in found.items
    ]
    headings = ("Time", "Type", "Amount", "Status", "Use case", "Source", "Reference")
    added = sums(found.items)
    of = "" if found.total is None else f" of {found.total:,}"
    summary = f"{added.count:,}{of} shown, in {added.credit_total}, out {added.debit_total}"
    return [*table(headings, rows, right=frozenset({2})), "", summary]
