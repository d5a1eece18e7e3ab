"""What screens may ask of the app: the account session, the time, dialogs, the clipboard and the browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import RenderableType
from textual.app import App
from textual.signal import Signal

from tui.account.registry import AccountRegistry

if TYPE_CHECKING:
    from tui.account.session import AccountSession
    from tui.account.state import AccountSource, Snapshot
    from tui.account.store import AccountStore
    from tui.domain import CheckoutSession, Clock, Intent, Plan
    from tui.payments.text import Payment
    from tui.screens.payments.drafts import CardAdded, FundDraft
    from tui.screens.shared.change import Change


LONGEST_COPY = 56_000
"""Bytes sent to a clipboard: in base64 what terminals with a limit take (xterm and hterm cut at 75,000 characters)."""


class Host(App[int]):
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
        self.snapshot_signal: Signal[Snapshot] = Signal(self, "snapshot")
        """The account that is shown has a new picture."""
        self.accounts_signal: Signal[AccountRegistry] = Signal(self, "accounts")
        """Something changed in any of the accounts."""
        self.accounts = AccountRegistry(
            sources,
            journal_file,
            clock,
            on_shown=self.snapshot_signal.publish,
            on_change=lambda: self.accounts_signal.publish(self.accounts),
            on_settled=self.payment_settled,
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

    def show_account(self, name: str, view_id: str | None = None) -> None:
        """Show another account; the app knows the way."""
        raise NotImplementedError

    def put_account(self, source: AccountSource, *, instead_of: str | None) -> None:
        """Take an account in, at the place of another or at the end; the app knows what else changes."""
        raise NotImplementedError

    def drop_account(self, name: str) -> None:
        """Let go of an account; the app knows what else changes."""
        raise NotImplementedError

    def account_shown(self) -> None:
        """Another account is shown from now on; the app gives it its theme."""
        raise NotImplementedError

    def payment_settled(self, payment: Payment, account: Snapshot) -> None:
        """A payment of an account came to an outcome; the app announces it."""
        raise NotImplementedError

    def show_in_activity(self, payment_id: str) -> None:
        """Go to the Activity view with the cursor on a payment; the app knows the way."""
        raise NotImplementedError

    def say(self, words: str, *, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Show a toast; its text is never read as markup."""
        self.notify(words, severity=severity, markup=False)

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

    def why_not(self, action: str) -> str | None:
        """Why an action of the app cannot be done now, in words; None when it can."""
        raise NotImplementedError

    def open_add_funds(self, draft: FundDraft | None = None) -> None:
        """Ask for an amount and how to pay it, then show the checkout or the charge; or say why not now."""
        raise NotImplementedError

    def open_subscribe(self, plan: Plan) -> None:
        """Name plan and price, make a payment link for the subscription, show it; or say why not now."""
        raise NotImplementedError

    def open_add_card(self, done: Callable[[CardAdded | None], None] | None = None) -> None:
        """Take a card and have it saved; `done` is told how it ended. Or say why not now."""
        raise NotImplementedError

    def ask_to_change(self, change: Change) -> None:
        """Ask, make a change that moves no money, and say how it ended."""
        raise NotImplementedError

    def change(self, change: Change) -> None:
        """Make a change that moves no money, and say how it ended."""
        raise NotImplementedError

    def open_subscriptions(self) -> None:
        """List what is subscribed to with what can be done about each; or say why not now."""
        raise NotImplementedError

    def open_coupon(self) -> None:
        """Redeem a coupon."""
        raise NotImplementedError

    def open_withdrawal(self) -> None:
        """Take money out of the wallet."""
        raise NotImplementedError

    def open_profile(self) -> None:
        """Ask for what shall be new in the billing profile, and change it."""
        raise NotImplementedError

    def open_auto_recharge(self) -> None:
        """Ask for the rule of the automatic recharge; a rule that will charge is asked about once more."""
        raise NotImplementedError

    def show_checkout(self, session: CheckoutSession) -> None:
        """Show a payment link and what becomes of it."""
        raise NotImplementedError

    def show_charge(self, intent: Intent, *, send: bool = False) -> None:
        """Show a charge and what can be done about it; with `send` it was just confirmed and is sent."""
        raise NotImplementedError

    def look_up(self, intent: Intent) -> None:
        """Find out by reading what became of an open charge, and say what was found."""
        raise NotImplementedError

    def open_or_show(self, url: str, what: str) -> None:
        """Open a checked `url` in the browser, or show it whole where no browser can be opened."""
        raise NotImplementedError


def _fits_clipboard(text: str) -> bool:
    return len(text) <= LONGEST_COPY and len(text.encode("utf-8", "replace")) <= LONGEST_COPY
