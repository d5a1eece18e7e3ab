"""Adding an account, or changing one: what it is called, where it is, how it is shown, and its token."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from string import ascii_letters, punctuation

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input

from tui.account.state import AccountSource
from tui.account.store import AccountDraft, AccountStore
from tui.config.accounts import DEFAULT_BASE_URLS, LONGEST_TOKEN, PROVIDERS, ConfigurationError
from tui.config.unavailable import SecretUnavailable
from tui.providers.errors import BillingError
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.screens.shared.too_small import TooSmallScreen
from tui.widgets.choice import Choice
from tui.widgets.format import BAD, BOLD, DIM, sentence
from tui.widgets.plain_text import PlainText
from tui.widgets.secret_input import SecretInput
from tui.widgets.state_line import error_text

_USUAL = "the usual one"
_PAYMENTS = (("", "allowed"), ("refused", "refused: this account is only looked at"))


class TokenInput(SecretInput):
    """The field for an account's token: hidden, and impossible to copy."""

    BINDING_GROUP_TITLE = "Token"

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        """Begin empty; what no token has, such as line breaks, falls away."""
        super().__init__(id=id, max_length=LONGEST_TOKEN, also=ascii_letters + punctuation)

    def action_copy(self) -> None:
        """Say that a token is not copied."""
        self.notify("A token is not copied.", markup=False)


class AccountFormDialog(Dialog[AccountSource]):
    """Takes an account's settings and its token; ends with the account as it is kept from then on.

    A token is tried with one read of the balance before anything is kept. It is gone from the field once it is sent
    and when the dialog closes.
    """

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    AccountFormDialog .row { height: 1; }
    AccountFormDialog .label { width: 14; color: $label; }
    AccountFormDialog .hint { width: auto; padding-left: 2; color: $label; }
    AccountFormDialog Input { width: 1fr; max-width: 30; background: $panel; }
    AccountFormDialog #address { max-width: 100%; }
    AccountFormDialog #low, AccountFormDialog #currency { width: 12; }
    AccountFormDialog #title, AccountFormDialog #told { margin-bottom: 1; }
    AccountFormDialog #told { margin-top: 1; min-height: 1; }
    AccountFormDialog Button { min-width: 8; }
    """
    BINDING_GROUP_TITLE = "Account"

    def __init__(self, account_store: AccountStore, before: AccountDraft | None, themes: Sequence[str]) -> None:
        """Ask for a new account, or for changes of `before`; `themes` are the names to choose from."""
        super().__init__()
        self._account_store = account_store
        self._before = before
        self._themes = [("", _USUAL), *((name, name) for name in themes)]
        self._busy = False

    def compose_dialog(self) -> Iterable[Widget]:
        """A line a field."""
        before = self._before or AccountDraft("", next(iter(PROVIDERS)))
        yield PlainText(Content.styled(f"Change {before.name}" if self._before else "Add an account", BOLD), id="title")
        provider: Widget = Choice(list(PROVIDERS.items()), before.provider, id="provider")
        address: Widget = Input(placeholder=_usual_address(before.provider), id="address", max_length=500, compact=True)
        if self._before is not None:
            # Open payments belong to the address, so it stays.
            provider = PlainText(PROVIDERS.get(before.provider, before.provider))
            address = PlainText(before.base_url)
        payments = Choice(_PAYMENTS, "refused" if before.read_only else "", id="payments")
        rows: list[tuple[str, Widget, str]] = [
            ("Name", Input(before.name, id="name", max_length=40, compact=True), "letters, digits, - and _"),
            ("Provider", provider, ""),
            ("Address", address, ""),
            ("Token", TokenInput(id="token"), "empty: the token stays" if self._before else "f2 shows it"),
            ("Theme", Choice(self._themes, before.theme, id="theme"), "← → choose"),
            (
                "Low balance",
                Input(before.low_balance, id="low", max_length=12, compact=True),
                "warn below; may be empty",
            ),
            ("Currency", Input(before.currency, id="currency", max_length=3, compact=True), "where prices name none"),
            ("Payments", payments, ""),
        ]
        for label, field, hint in rows:
            with Horizontal(classes="row"):
                yield PlainText(label, classes="label")
                yield field
                if hint:
                    yield PlainText(hint, classes="hint")
        yield PlainText(id="told")
        yield Button(Content(" Save " if self._before else " Try the token and add "), id="go", compact=True)

    # -- keys ---------------------------------------------------------------------------------------------------

    @on(Choice.Changed)
    def _show_usual_address(self) -> None:
        """Another provider has another address."""
        if self._before is None:
            self.query_one("#address", Input).placeholder = _usual_address(self.query_one("#provider", Choice).value)

    @on(Input.Submitted)
    @on(SecretInput.Entered)
    @on(Button.Pressed)
    def _go(self) -> None:
        """Check and keep it."""
        if not self._busy and self.is_active:
            self._keep(in_file=False, token=self.query_one(TokenInput).value)

    def _keep(self, *, in_file: bool, token: str) -> None:
        if not token and self._before is None:
            self._tell("The token is missing.")
            self.query_one(TokenInput).focus()
            return
        draft = self._draft()
        self._busy = True
        self.query_one("#go", Button).disabled = True
        self._tell("Trying the token…" if token else "Saving…", style=DIM)
        self.run_worker(self._kept(draft, token, in_file=in_file))

    async def _kept(self, draft: AccountDraft, token: str, *, in_file: bool) -> None:
        """Keep it, in a thread: a server and a keyring are asked."""
        account_store, before = self._account_store, self._before
        keep = account_store.add if before is None else partial(account_store.edit, before.name)
        try:
            source = await asyncio.to_thread(keep, draft, token, in_file=in_file)
        except BillingError as error:
            self._refused(f"Nothing was kept. {error_text(error)}")
        except ConfigurationError as error:
            if isinstance(error, SecretUnavailable) and not in_file:
                self._ask_for_a_file(error, token)
            else:
                self._refused(f"Nothing was kept. {sentence(str(error))}")
        else:
            self.finish(source)

    def _draft(self) -> AccountDraft:
        before = self._before
        return AccountDraft(
            name=self.query_one("#name", Input).value.strip(),
            provider=before.provider if before else self.query_one("#provider", Choice).value,
            base_url=before.base_url if before else self.query_one("#address", Input).value.strip(),
            theme=self.query_one("#theme", Choice).value,
            low_balance=self.query_one("#low", Input).value.strip(),
            read_only=self.query_one("#payments", Choice).value == "refused",
            currency=self.query_one("#currency", Input).value.strip(),
        )

    def _ask_for_a_file(self, why: SecretUnavailable, token: str) -> None:
        """Without a keyring a file is agreed to, or nothing is kept."""
        self._show_idle()
        lines = [str(why), "The token can be kept in a file that only you can read (0600)."]
        dialog = ConfirmDialog("Keep the token in a file?", lines, "Yes, in a file")

        def answered(yes: bool | None) -> None:
            if yes:
                self._keep(in_file=True, token=token)
            else:
                self._tell("Nothing was kept.")

        self.app.push_screen(dialog, answered)

    # -- showing ------------------------------------------------------------------------------------------------

    def _refused(self, words: str) -> None:
        self._show_idle()
        self._tell(words)

    def _show_idle(self) -> None:
        self._busy = False
        self.query_one("#go", Button).disabled = False

    def _tell(self, words: str, *, style: str = BAD) -> None:
        self.query_one("#told", PlainText).set_text(Content.styled(words, style))

    # -- what stays and what goes -------------------------------------------------------------------------------

    def on_screen_suspend(self) -> None:
        """A terminal made too small keeps what was typed, hidden; anything else over this dialog takes the token."""
        field = self.query_one(TokenInput)
        field.conceal()
        if not isinstance(self.app.screen, TooSmallScreen):
            field.clear()

    def finish(self, result: AccountSource | None) -> None:
        """Close with no token left in the field."""
        self.query_one(TokenInput).clear()
        super().finish(result)


def _usual_address(provider: str) -> str:
    return DEFAULT_BASE_URLS.get(provider, "https://… where it runs")
