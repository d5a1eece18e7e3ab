"""What screens may ask of the app: the account session, the time, dialogs, the clipboard and the browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.console import RenderableType
from textual.actions import ActionParseResult, parse
from textual.dom import DOMNode
from textual.signal import Signal

from tui.account.registry import AccountRegistry
from tui.terminal.textual_compat import AppHooks
from tui.widgets.commands import HasCommands

if TYPE_CHECKING:
    from tui.account.payments import PaymentsService
    from tui.account.session import AccountSession
    from tui.account.state import AccountSource, Snapshot
    from tui.account.store import AccountStore
    from tui.domain import CheckoutSession, Clock, Intent, Plan
    from tui.payments.events import Payment, PaymentChanged
    from tui.screens.payments.drafts import CardAdded, FundDraft
    from tui.screens.shared.change import Change


LONGEST_COPY = 56_000
"""Bytes sent to a clipboard: in base64 what terminals with a limit take (xterm and hterm cut at 75,000 characters)."""


if TYPE_CHECKING:

    class _DoneByApp:
        """What the app does for its screens, for types alone; `app/` has it and says what each does."""

        def show_account(self, name: str, view_id: str | None = None) -> None: ...
        def put_account(self, source: AccountSource, *, instead_of: str | None) -> None: ...
        def drop_account(self, name: str) -> None: ...
        def account_shown(self) -> None: ...
        def payment_changed(self, event: PaymentChanged[Payment], account: Snapshot) -> None: ...
        def show_in_activity(self, payment_id: str) -> None: ...
        def open_add_funds(self, draft: FundDraft | None = None) -> None: ...
        def open_subscribe(self, plan: Plan) -> None: ...
        def open_add_card(self, done: Callable[[CardAdded | None], None] | None = None) -> None: ...
        def ask_to_change(self, change: Change[Any]) -> None: ...
        def show_checkout(self, session: CheckoutSession) -> None: ...
        def pay(self, prepare: Callable[[PaymentsService], Awaitable[Intent]]) -> None: ...
        def show_charge(self, intent: Intent, *, send: bool = False) -> None: ...
        def look_up(self, intent: Intent) -> None: ...
        def open_or_show(self, url: str, what: str) -> None: ...

else:
    _DoneByApp = object


class Host(HasCommands, AppHooks[int], _DoneByApp):
    """The app as its screens see it; everything a screen does beyond showing goes through here."""

    def __init__(
        self, sources: Sequence[AccountSource], journal_file: Path, clock: Clock, *, zone: tzinfo | None, remote: bool
    ) -> None:
        """Take the accounts, the first one shown; `zone` None is this machine's, `remote` means over SSH."""
        super().__init__()
        self.clock = clock
        self.zone = zone
        self.remote = remote
        self._no_more_dialogs = False
        self.account_store: AccountStore | None = None
        """Where accounts are kept; None where they cannot be changed."""
        self.own_themes: tuple[str, ...] = ()
        """The names of our own and the user's themes."""
        self.bound: Mapping[str, str] = {}
        """What the user's keymap makes of the keys of commands, by id."""
        self.snapshot_signal: Signal[Snapshot] = Signal(self, "snapshot")
        """The account that is shown has a new picture."""
        self.accounts_signal: Signal[AccountRegistry] = Signal(self, "accounts")
        """Something changed in any of the accounts."""
        self.payment_signal: Signal[PaymentChanged[Payment]] = Signal(self, "payment")
        """A payment of any account changed; snapshots have it already."""
        self.followed_payments: set[str] = set()
        """The ids of the payments whose outcome an open dialog tells."""
        self.accounts = AccountRegistry(
            sources,
            journal_file,
            clock,
            on_shown=self.snapshot_signal.publish,
            on_change=lambda: self.accounts_signal.publish(self.accounts),
            on_payment=self.payment_changed,
        )

    @property
    def leaving(self) -> bool:
        """Whether the app is being taken down: a dialog that is still pushed then has no widgets to fill."""
        return self._no_more_dialogs

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave; from now on no dialog opens: on a screen that is taken down it would find no place."""
        self._no_more_dialogs = True
        super().exit(result, return_code, message)

    @property
    def account_session(self) -> AccountSession:
        """The session of the account that is shown."""
        return self.accounts.shown

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture of the account that is shown."""
        return self.account_session.snapshot

    def say(self, words: str, *, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Show a toast; its text is never read as markup."""
        self.notify(words, severity=severity, markup=False)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do it, or say why it cannot be done now; what is not offered here leaves its key to others."""
        node = default_namespace or self
        if isinstance(action, str) and isinstance(node, HasCommands) and (reason := node.why_not(action)) is not None:
            namespace, name, parameters = parse(action)
            if namespace or node.check_action(name, parameters):
                if not node.tell_why_not(reason):
                    self.say(reason, severity="warning")
                return True
        return await super().run_action(action, default_namespace, namespaces)

    def copy_text(self, text: str, what: str) -> None:
        """Send `text` to the terminal's clipboard (OSC 52), which does not tell whether it took it."""
        self.copy_to_clipboard(text)
        if not _fits_clipboard(text):
            return
        tmux = " In tmux it arrives only with: set -g set-clipboard on." if "TMUX" in os.environ else ""
        self.say(f"{what} sent to the terminal's clipboard.{tmux}")

    def copy_to_clipboard(self, text: str) -> None:
        """Send `text`, whoever copies it; what a terminal would cut or drop is refused instead."""
        if _fits_clipboard(text):
            super().copy_to_clipboard(text)
        else:
            self.say(f"Not copied: terminals take {LONGEST_COPY:,} bytes at most.", severity="warning")

    @property
    def can_open_browser(self) -> bool:
        """Whether a browser would open where the person is: not over SSH, not without a display."""
        if self.remote:
            return False
        return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _fits_clipboard(text: str) -> bool:
    return len(text) <= LONGEST_COPY and len(text.encode("utf-8", "replace")) <= LONGEST_COPY
