"""`billtop transactions`: the newest rows of the ledger, or the newest that match a query."""

from dataclasses import dataclass
from functools import partial

from tui.cli import documents
from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.synced import on_ledger, typed_query
from tui.cli.table import local, table
from tui.domain import CREDIT, AccountRef, Transaction
from tui.ledger.query.query import Query
from tui.ledger.results.result import NEWEST_FIRST, Selection
from tui.ledger.results.totals import totals
from tui.ledger.store.store import LedgerStore


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest matching rows, at most as many as were asked for."""

    items: tuple[Transaction, ...]
    total: int | None
    """How many rows match altogether; None when that is not known, as not all have been read."""
    held: int
    """How many rows have been read."""


def run(options: Options, out: Output) -> ExitCode:
    """Print transactions with the sums of those printed."""
    query = typed_query(options)
    # The newest rows alone need no more than themselves; any row may match a query.
    enough = None if query.filters else options.limit
    return on_ledger(options, out, partial(_list, out, query, options.limit), enough)


def _list(out: Output, query: Query, limit: int, store: LedgerStore, _account: AccountRef) -> ExitCode:
    found = find(store, query, limit)
    out.result(_document(found), _lines(found))
    if found.total is None and len(found.items) < limit:
        out.say(f"Only the newest {found.held:,} rows were looked at; older ones may match too.")
    return ExitCode.DONE


def find(store: LedgerStore, query: Query, limit: int) -> Listing:
    """Look for the newest `limit` rows of a query. Raises LedgerError."""
    selection = Selection(query, NEWEST_FIRST)
    with store.explained() as db:
        items = selection.first(db, limit)
        matching = selection.totals(db).count
    total = matching if store.complete else None if query.filters else store.provider_total
    return Listing(items, total, store.count())


def _document(found: Listing) -> documents.Document:
    added = totals(found.items)
    return {
        "items": [documents.transaction(row) for row in found.items],
        "count": added.count,
        "total": found.total,
        "credit_total": documents.money(added.sums[0].credit),
        "debit_total": documents.money(added.sums[0].debit),
    }


def _lines(found: Listing) -> list[str]:
    if not found.items:
        return ["No transactions match." if found.held else "No transactions yet."]
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
    added = totals(found.items)
    of = "" if found.total is None else f" of {found.total:,}"
    return [*table(headings, rows, right=frozenset({2})), "", f"{added.count:,}{of} shown, {added.moved}"]
