"""Choosing the account that is shown, and changing which accounts there are."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui.account.registry import AccountRegistry
from tui.account.state import AccountSource
from tui.account.store import AccountDraft, AddressUnconfirmed
from tui.config.accounts import ConfigurationError
from tui.config.stored import address_question
from tui.providers.errors import BillingError
from tui.screens.accounts.account_form import AccountFormDialog
from tui.screens.accounts.view import AccountRow
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.widgets.commands import command
from tui.widgets.format import BAD, BOLD, DIM, GOOD, plural, sentence
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.state_line import error_text

_NOT_HERE = "The accounts of the demo are its own: `billtop login` makes one of yours."
_LAST = "It is the only account: add another one first, or leave with q."


class AccountsDialog(Dialog[None]):
    """Lists the accounts; enter shows the one under the cursor, the other keys change which there are."""

    DEFAULT_CSS = """
    AccountsDialog > #box { width: 96; }
    AccountsDialog RecordTable { height: auto; max-height: 12; margin-top: 1; }
    AccountsDialog #told { margin-top: 1; min-height: 1; }
    """
    BINDING_GROUP_TITLE = "Accounts"
    _table = getters.query_one[RecordTable[AccountRow]]("#accounts-list", RecordTable)

    def _why_fixed(self) -> str | None:
        """Why accounts cannot be changed here."""
        return _NOT_HERE if self.app.account_store is None else None

    def _why_not_removed(self) -> str | None:
        return self._why_fixed() or (None if self.app.accounts.several else _LAST)

    BINDINGS: ClassVar[list[BindingType]] = [
        command("accounts.show", "enter", "show account", action="show_account"),
        command("accounts.add", "n", "add", why_not=_why_fixed),
        command("accounts.edit", "e", "change", why_not=_why_fixed),
        command("accounts.test", "t", "test", why_not=_why_fixed),
        command(
            "accounts.confirm-address", "c", "confirm address", when=lambda self: self._changed_address() is not None
        ),
        command("accounts.remove", "d", "remove", why_not=_why_not_removed),
        command("accounts.close", "a", "close", show=False),
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

    def _changed(self, accounts: AccountRegistry) -> None:
        self._table.set_records(AccountRow.all_of(self.app))

    def on_record_table_highlighted(self) -> None:
        """Another account under the cursor has other keys."""
        self.refresh_bindings()

    @on(RecordTable.Selected)
    def action_show_account(self) -> None:
        """Show the account under the cursor, and close."""
        row = self._table.current
        self.finish(None)
        if row is not None and not row.shown:
            self.app.show_account(str(row.account.name))

    # -- changing -----------------------------------------------------------------------------------------------

    def tell_why_not(self, reason: str) -> bool:
        """Beside what happened to accounts."""
        self._tell(reason, DIM)
        return True

    def action_add(self) -> None:
        """Ask for a new account."""
        self._open_form(None)

    def action_edit(self) -> None:
        """Ask for changes of the account under the cursor."""
        self._with_stored(self._open_form)

    def _open_form(self, draft: AccountDraft | None) -> None:
        if self.app.account_store is not None:
            form = AccountFormDialog(self.app.account_store, draft, self.app.own_themes)
            self.app.push_screen(form, lambda source: self._added(source, draft.name if draft else None))

    def _added(self, source: AccountSource | None, instead_of: str | None) -> None:
        if source is not None:
            self.app.put_account(source, instead_of=instead_of)
            self._changed(self.app.accounts)
            self._table.go_to(str(source.name))
            self._tell(f"{source.name} is kept.", GOOD)

    def action_remove(self) -> None:
        """Ask before the account under the cursor is removed."""
        self._with_stored(self._ask_to_remove)

    def _ask_to_remove(self, draft: AccountDraft) -> None:
        account_session = self.app.accounts.account_session(draft.name)
        if account_session is None or account_session.paying:
            self._tell("A payment call of it is on its way: try again when it is answered.", BAD)
            return
        snapshot = account_session.snapshot
        still_open = len(snapshot.waiting) + sum(each.state.open for each in snapshot.intents)
        lines = ["Its token is removed from this machine; it stays valid until it is revoked."]
        if still_open:
            lines.append(f"{plural(still_open, 'payment')} of it still open: nobody here looks at them any more then.")
        question = f"Remove {draft.name} ({snapshot.provider_title}, {snapshot.mode.value.upper()})?"
        dialog = ConfirmDialog(question, lines, "Yes, remove it")
        self.app.push_screen(dialog, lambda yes: self._remove(draft.name) if yes else None)

    def _remove(self, name: str) -> None:
        account_store = self.app.account_store
        if account_store is None:
            return

        async def remove() -> None:
            await asyncio.to_thread(account_store.remove, name)
            self.app.drop_account(name)
            self._tell(f"{name} is removed.", GOOD)

        self.run_worker(self._telling(remove), name="remove")

    def _changed_address(self) -> AddressUnconfirmed | None:
        """Why the account under the cursor is not connected, when that is its address."""
        row = self._table.current
        error = row.account.connect_error if row else None
        return error if isinstance(error, AddressUnconfirmed) else None

    def action_confirm_address(self) -> None:
        """Show the old and the new address of the account under the cursor, and ask."""
        row, changed, account_store = self._table.current, self._changed_address(), self.app.account_store
        if row is None or changed is None or changed.wanted is None or account_store is None:
            return
        name, wanted = str(row.account.name), changed.wanted

        async def confirm() -> None:
            self.app.put_account(await asyncio.to_thread(account_store.confirm_address, name, wanted), instead_of=name)
            self._changed(self.app.accounts)
            self._tell(f"{name} uses the new address.", GOOD)

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._telling(confirm), name="confirm")
            else:
                self._tell(f"Nothing was sent. Restore the address of {name} in accounts.toml, or remove it.", DIM)

        lines = [*changed.changes, "Confirm only an address that you entered yourself."]
        self.app.push_screen(ConfirmDialog(address_question(name), lines, "Yes, use it"), answered)

    def action_test(self) -> None:
        """Try the token of the account under the cursor with one read of the balance."""
        row, account_store = self._table.current, self.app.account_store
        if row is None or account_store is None:
            return
        name = str(row.account.name)
        self._tell(f"Testing {name}…", DIM)

        async def test() -> None:
            said = await asyncio.to_thread(account_store.test, name)
            self._tell(f"{name} works: {said}", GOOD)

        self.run_worker(self._telling(test), name="test")

    def _with_stored(self, then: Callable[[AccountDraft], None]) -> None:
        """Read the account under the cursor from where it is stored, and go on with it."""
        row, account_store = self._table.current, self.app.account_store
        if row is None or account_store is None:
            return
        name = str(row.account.name)

        async def read() -> None:
            draft = await asyncio.to_thread(account_store.stored, name)
            if draft is None:
                self._tell(f"{name} comes from the environment (BILLTOP_TOKEN): it is changed there.", DIM)
            elif self.is_active:
                then(draft)

        self.run_worker(self._telling(read), name="read")

    async def _telling(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something, and say why when it could not be done."""
        try:
            await work()
        except BillingError as error:
            self._tell(error_text(error), BAD)
        except ConfigurationError as error:
            self._tell(sentence(str(error)), BAD)

    def _tell(self, words: str, style: str) -> None:
        self.query_one("#told", PlainText).set_text(Content.styled(words, style))


def _columns() -> list[Column[AccountRow]]:
    return [
        Column("account", 12, lambda row: str(row.account.name), grow=1, most=30),
        Column("provider", 15, lambda row: row.account.provider_title),
        Column("", 7, lambda row: row.account.mode.value.upper(), lambda row: f"${row.account.mode.value} bold"),
        Column("balance", 14, lambda row: row.balance, right=True),
        Column("", 9, lambda row: "shown now" if row.shown else "", lambda row: DIM),
    ]
