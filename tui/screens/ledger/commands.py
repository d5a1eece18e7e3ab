"""The commands of the ledger, and when each can be used."""

from typing import Any

from tui.widgets.commands import command
from tui.widgets.filter_bar import FilterBar


def _is_not_typing(view: Any) -> bool:
    """While a query is typed, its key is a character like any other."""
    return not view.query_one(FilterBar).has_focus_within


def _why_no_rows(view: Any) -> str | None:
    return None if view._table.count else "There are no transactions here."


def _why_no_export(view: Any) -> str | None:
    return _why_no_rows(view) or (None if view.shown else "The transactions are still being read.")


COMMANDS = (
    command(
        "ledger.filter",
        "slash",
        "filter",
        "Find transactions by a query",
        synonyms=("Search",),
        when=_is_not_typing,
    ),
    command("ledger.details", "enter", "detail", "Show the whole row", why_not=_why_no_rows),
    command(
        "ledger.export",
        "e",
        "export",
        "Write what is shown to a file",
        synonyms=("Save", "Download"),
        why_not=_why_no_export,
    ),
    command("ledger.saved", "s", "saved filters", "Use, keep or delete a filter"),
    command("ledger.go-to-date", "g", "go to date", "Go to a day", why_not=_why_no_rows),
    command("ledger.by-time", "t", "by time", "Sort by time; again reverses", action="sort('time')", show=False),
    command(
        "ledger.by-amount", "m", "by amount", "Sort by amount; again reverses", action="sort('amount')", show=False
    ),
    command("ledger.copy", "y", "copy", "Copy the row's id", action="copy('id')", show=False, why_not=_why_no_rows),
    command(
        "ledger.copy-row",
        "Y",
        "copy the row",
        "Copy all of the row",
        action="copy('row')",
        show=False,
        why_not=_why_no_rows,
    ),
    command("ledger.clear-filter", "escape", "clear the filter", show=False),
)
"""What can be done with the transactions; their conditions are asked of the view."""
