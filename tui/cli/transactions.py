"""`billtop transactions`: the newest rows of the ledger, or the newest that match a query."""

from collections.abc import Sequence
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


def run(options: Options, out: Output) -> ExitCode:
    """Print transactions with the sums of those printed."""
    query = typed_query(options)
    # The newest rows alone need no more than themselves; any row may match a query.
    enough = None if query.filters else options.limit
    return on_ledger(options, out, partial(_list, out, query, options.limit), enough)


def _list(out: Output, query: Query, limit: int, store: LedgerStore, _account: AccountRef) -> ExitCode:
    """Print the newest `limit` rows of a query. Raises LedgerError."""
    selection = Selection(query, NEWEST_FIRST)
    with store.explained() as db:
        items = selection.first(db, limit)
        matching = selection.totals(db).count
    # How many match altogether; not known when not all have been read.
    total = matching if store.complete else None if query.filters else store.provider_total
    added = totals(items)
    document = {
        **documents.items(items, documents.transaction),
        "count": added.count,
        "total": total,
        "credit_total": documents.money(added.sums[0].credit),
        "debit_total": documents.money(added.sums[0].debit),
    }
    of = "" if total is None else f" of {total:,}"
    if items:
        lines = [*_table(items), "", f"{added.count:,}{of} shown, {added.moved}"]
    else:
        lines = ["No transactions match." if store.count() else "No transactions yet."]
    out.result(document, lines)
    if total is None and len(items) < limit:
        out.say(f"Only the newest {store.count():,} rows were looked at; older ones may match too.")
    return ExitCode.DONE


def _table(items: Sequence[Transaction]) -> list[str]:
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
        for row in items
    ]
    headings = ("Time", "Type", "Amount", "Status", "Use case", "Source", "Reference")
    return table(headings, rows, right=frozenset({2}))
