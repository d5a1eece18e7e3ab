"""Pages of the ledger put together: rows that arrive while paging lose and repeat nothing."""

from dataclasses import replace

from tui.domain import Transaction, TransactionPage
from tui.snapshot import LedgerRows


def merge_newest(known: LedgerRows | None, page: TransactionPage) -> LedgerRows:
    """Put a newly read first page in front of what is known; read rows win, since a status may have changed.

    When the page does not touch what is known (too much is new), the older rows are forgotten: a gap must not hide.
    """
    fresh = page.items
    if known is None or not known.items:
        return LedgerRows(fresh, page.total, page.balance)
    ids = {row.id for row in fresh}
    older = tuple(row for row in known.items if row.id not in ids)
    if len(older) == len(known.items):
        return LedgerRows(fresh, page.total, page.balance or known.balance)
    return LedgerRows(fresh + older, page.total, page.balance or known.balance)


def merge_older(known: LedgerRows, page: TransactionPage) -> LedgerRows:
    """Put a page that follows behind what is known, without the rows that slid onto it meanwhile.

    Returns `known` itself when the page brought nothing and the ledger is not longer than thought.
    """
    ids = {row.id for row in known.items}
    added: tuple[Transaction, ...] = tuple(row for row in page.items if row.id not in ids)
    if not added:
        return known if known.complete or page.items else replace(known, total=len(known.items))
    return LedgerRows(known.items + added, page.total, page.balance or known.balance)
