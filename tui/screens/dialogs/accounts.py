"""Choosing the account that is shown, and changing which accounts there are."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from tui.accounts import Accounts
from tui.screens.accounts import AccountRow
from tui.screens.dialogs.dialog import Dialog
from tui.widgets.format import BOLD, DIM
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable


class AccountsDialog(Dialog[None]):
    """Lists the accounts; enter shows the one under the cursor."""

    DEFAULT_CSS = """
    AccountsDialog > #box { width: 96; }
    AccountsDialog RecordTable { height: auto; max-height: 12; margin-top: 1; }
    AccountsDialog #told { margin-top: 1; min-height: 1; }
    """
    BINDING_GROUP_TITLE = "Accounts"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show_account", "show account"),
        Binding("a", "close", "close", show=False),
    ]

    def compose_dialog(self) -> Iterable[Widget]:
        """The accounts, and what happened to them."""
        yield PlainText(Content.styled("Accounts", BOLD))
        yield RecordTable[AccountRow](_columns(), lambda row: str(row.account.name), id="accounts-list")
        yield PlainText(id="told")

    def on_mount(self) -> None:
        """Follow all accounts, the cursor on the one shown."""
        self.app.accounts_signal.subscribe(self, self._changed)
        self._changed(self.app.accounts)
        self._table.go_to(str(self.app.snapshot.name))
        self._table.focus()

    @property
    def _table(self) -> RecordTable[AccountRow]:
        # query_one cannot be given a parametrised class; only this table has the id.
        table: RecordTable[AccountRow] = self.query_one("#accounts-list", RecordTable)
        return table

    def _changed(self, accounts: Accounts) -> None:
        now, zone, shown = self.app.clock.now(), self.app.zone, self.app.snapshot.name
        rows = [AccountRow.of(each, now, zone, shown=each.name == shown) for each in accounts.snapshots]
        self._table.set_records(tuple(rows))

    def on_record_table_selected(self) -> None:
        """A click on the row with the cursor."""
        self.action_show_account()

    def action_show_account(self) -> None:
        """Show the account under the cursor, and close."""
        row = self._table.current
        self.finish(None)
        if row is not None and not row.shown:
            self.app.show_account(str(row.account.name))


def _columns() -> list[Column[AccountRow]]:
    return [
        Column("account", 12, lambda row: str(row.account.name), grow=1, most=30),
        Column("provider", 15, lambda row: row.account.provider_title),
        Column("", 7, lambda row: row.account.mode.value.upper(), lambda row: f"${row.account.mode.value} bold"),
        Column("balance", 14, lambda row: row.balance, right=True),
        Column("", 9, lambda row: "shown now" if row.shown else "", lambda row: DIM),
    ]
