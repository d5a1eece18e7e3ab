"""What screens may ask of the app: the feed, the time, dialogs, the clipboard and the browser."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import RenderableType
from textual.app import App
from textual.signal import Signal

from tui.accounts import Accounts
from tui.domain import BadId
from tui.payments.database import JournalError
from tui.providers.base import Capability
from tui.providers.errors import BillingError
from tui.widgets.format import sentence
from tui.widgets.state_line import error_words

if TYPE_CHECKING:
    from tui.desk import Payment
    from tui.domain import CheckoutSession, Clock, Intent, Plan
    from tui.feed import AccountFeed
    from tui.keeping import AccountKeeper
    from tui.screens.change import Change, RechargeWish
    from tui.screens.draft import CardAdded, FundDraft
    from tui.snapshot import AccountSource, Snapshot


LONGEST_COPY = 56_000
"""Bytes sent to a clipboard: in base64 what terminals with a limit take (xterm and hterm cut at 75,000 characters)."""


class Shell(App[int]):
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
        self.keeper: AccountKeeper | None = None
        """Where accounts are kept; None where they cannot be changed."""
        self.own_themes: tuple[str, ...] = ()
        """The names of our own and the user's themes."""
        self.snapshot_signal: Signal[Snapshot] = Signal(self, "snapshot")
        """The account that is shown has a new picture."""
        self.accounts_signal: Signal[Accounts] = Signal(self, "accounts")
        """Something changed in any of the accounts."""
        self.accounts = Accounts(
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
    def feed(self) -> AccountFeed:
        """The feed of the account that is shown."""
        return self.accounts.shown

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture of the account that is shown."""
        return self.feed.snapshot

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

    def why_not(self, action: str) -> str | None:
        """Why an action of the app cannot be done now, in words; None when it can."""
        if action == "add_funds":
            return why_no_funds(self.snapshot)
        return why_no_link(self.snapshot, Capability.PLAN_LINK) if action == "subscribe" else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Adding funds is not offered where the account cannot do it at all, or must not (--read-only)."""
        if action == "add_funds" and self.snapshot.account is not None and not self.snapshot.can_pay:
            return False
        if action == "subscriptions":
            return Capability.SUBSCRIPTION_CHANGES in self.snapshot.capabilities
        return super().check_action(action, parameters)

    def action_subscriptions(self) -> None:
        """List what is subscribed to, with what can be done about each."""
        self.open_subscriptions()

    def payment_settled(self, payment: Payment, account: Snapshot) -> None:
        """A payment of an account came to an outcome; the app announces it."""
        raise NotImplementedError

    def open_add_funds(self, draft: FundDraft | None = None) -> None:
        """Ask for an amount and how to pay it, then show the checkout or the charge; or say why not now."""
        reason = why_no_funds(self.snapshot)
        if reason is not None:
            self.say(reason, severity="warning")
            return
        if Capability.TOP_UP in self.snapshot.capabilities:
            from tui.screens.dialogs.top_up import TopUpDialog

            self.push_screen(TopUpDialog(self.snapshot, draft), self._show_made)
            return
        from tui.screens.dialogs.add_funds import AddFundsDialog

        self.push_screen(AddFundsDialog(self.snapshot, draft), self._show_made)

    def open_subscribe(self, plan: Plan) -> None:
        """Name plan and price, make a payment link for the subscription, show it; or say why not now."""
        reason = why_no_link(self.snapshot, Capability.PLAN_LINK)
        if reason is not None:
            self.say(reason, severity="warning")
            return
        from tui.domain import LinkRequest, Purpose
        from tui.screens.dialogs.subscribe import SubscribeDialog

        request = LinkRequest(Purpose.SUBSCRIBE, plan_id=plan.id, plan_name=plan.name)
        self.push_screen(SubscribeDialog(self.snapshot, plan, request), self._show_made)

    def open_add_card(self, done: Callable[[CardAdded | None], None] | None = None) -> None:
        """Take a card and have it saved; `done` is told how it ended. Or say why not now."""
        reason = why_no_card(self.snapshot)
        if reason is not None:
            self.say(reason, severity="warning")
            return
        from tui.screens.dialogs.add_card import AddCardDialog

        self.push_screen(AddCardDialog(self.snapshot, self.feed.stripe_base_url), done or self._card_added)

    def ask_to_change(self, change: Change) -> None:
        """Ask, make a change that moves no money, and say how it ended."""
        from tui.screens.dialogs.confirm import ConfirmDialog
        from tui.screens.dialogs.making import account_words

        dialog = ConfirmDialog(change.question, [account_words(self.snapshot), *change.means], change.yes)
        self.push_screen(dialog, lambda yes: self.change(change) if yes else None)

    def change(self, change: Change) -> None:
        """Make a change that moves no money, and say how it ended."""
        self.run_worker(self._change(change), group="change")

    async def _change(self, change: Change) -> None:
        try:
            await change.call()
        except (BillingError, BadId) as error:
            lost = isinstance(error, BillingError) and error.maybe_executed
            words = error_words(error) if isinstance(error, BillingError) else sentence(str(error))
            self.say(f"{change.unknown if lost else change.failed} {words}", severity="error")
        else:
            self.say(change.done)

    def _card_added(self, added: CardAdded | None) -> None:
        """Somebody would rather pay by link than type a card."""
        if added is not None and added.card_id is None:
            self.open_add_funds()

    def open_subscriptions(self) -> None:
        """List what is subscribed to with what can be done about each; or say why not now."""
        if Capability.SUBSCRIPTION_CHANGES not in self.snapshot.capabilities:
            self.say(why_no_subscription_changes(self.snapshot), severity="warning")
            return
        from tui.screens.dialogs.subscriptions import SubscriptionsDialog

        self.push_screen(SubscriptionsDialog())

    def open_coupon(self) -> None:
        """Redeem a coupon."""
        from tui.screens.wallet_calls import redeem_coupon

        self.run_worker(redeem_coupon(self), group="wallet")

    def open_withdrawal(self) -> None:
        """Take money out of the wallet."""
        from tui.screens.wallet_calls import withdraw

        self.run_worker(withdraw(self), group="wallet")

    def open_profile(self) -> None:
        """Ask for what shall be new in the billing profile, and change it."""
        from tui.screens.dialogs.form import FormDialog
        from tui.screens.settings_forms import profile_fields, read_profile

        known = self.snapshot.profile.value
        form = FormDialog(
            self.snapshot,
            "Who is billed",
            profile_fields(known),
            lambda typed: read_profile(typed, known),
            lambda change: self.feed.changes.change_profile(change),
            note="Invoices made from now on carry it.",
        )
        self.push_screen(form, lambda change: self.say("The billing profile is changed.") if change else None)

    def open_auto_recharge(self) -> None:
        """Ask for the rule of the automatic recharge; a rule that will charge is asked about once more."""
        from tui.screens.change import RechargeWish
        from tui.screens.dialogs.form import FormDialog
        from tui.screens.settings_forms import read_recharge, recharge_fields

        wallet = self.snapshot.wallet
        unit = wallet.available.unit if wallet else "USD"
        form: FormDialog[RechargeWish] = FormDialog(
            self.snapshot,
            "Automatic recharge",
            recharge_fields(),
            lambda typed: RechargeWish(read_recharge(typed, unit)),
            go="Go on",
            note=f"{self.snapshot.provider_title} does not tell how it is set now.",
        )
        self.push_screen(form, self._ask_about_recharge)

    def _ask_about_recharge(self, wish: RechargeWish | None) -> None:
        from tui.screens.change import recharge_change

        if wish is not None:
            self.ask_to_change(recharge_change(wish.rule, self.feed))

    def show_checkout(self, session: CheckoutSession) -> None:
        """Show a payment link and what becomes of it."""
        from tui.screens.dialogs.checkout import CheckoutDialog

        if not self.leaving:
            self.push_screen(CheckoutDialog(session.session_id))

    def show_charge(self, intent: Intent, *, send: bool = False) -> None:
        """Show a charge and what can be done about it; with `send` it was just confirmed and is sent."""
        if self.leaving:
            # It stays as it is in the journal: nothing is sent that nobody would see the end of.
            return
        if intent.call.adjusts:
            from tui.screens.dialogs.adjustment import AdjustmentDialog

            self.push_screen(AdjustmentDialog(intent, send=send))
            return
        if not intent.call.credits:
            from tui.screens.dialogs.subscription_charge import SubscriptionChargeDialog

            self.push_screen(SubscriptionChargeDialog(intent, send=send))
            return
        from tui.screens.dialogs.charge import ChargeDialog

        self.push_screen(ChargeDialog(intent, send=send), self._go_on)

    def _go_on(self, draft: FundDraft | None) -> None:
        if draft is not None:
            self.open_add_funds(draft)

    def show_in_activity(self, payment_id: str) -> None:
        """Go to the Activity view with the cursor on a payment; the app knows the way."""
        raise NotImplementedError

    def look_up(self, intent: Intent) -> None:
        """Find out by reading what became of an open charge, and say what was found."""
        self.run_worker(self._look_up(intent), group="look")

    async def _look_up(self, intent: Intent) -> None:
        try:
            found = await self.feed.desk.look_up(intent)
        except (BillingError, JournalError) as error:
            words = error_words(error) if isinstance(error, BillingError) else sentence(str(error))
            self.say(f"Could not look for {intent.title}. {words}", severity="warning")
        else:
            if found.state.watched:
                self.say(f"{intent.title}: {sentence(found.note)}")

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
        return sys.platform in {"darwin", "win32"} or bool(
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        )

    def open_or_show(self, url: str, what: str) -> None:
        """Open a checked `url` in the browser, or show it whole where no browser can be opened."""
        if not self.can_open_browser:
            from tui.screens.dialogs.link import LinkDialog

            self.push_screen(LinkDialog(url, what))
            return
        self.run_worker(self._browse(url, what), group="browser", exit_on_error=False)

    async def _browse(self, url: str, what: str) -> None:
        """Open the browser in a thread: a text browser would block."""
        import webbrowser

        opened = await asyncio.to_thread(webbrowser.open, url)
        if opened:
            self.say(f"{what} opened in the browser.")
        else:
            self.say("No browser could be opened. y copies the link.", severity="warning")

    def _show_made(self, payment: Payment | None) -> None:
        from tui.domain import CheckoutSession, Intent

        if isinstance(payment, CheckoutSession):
            self.show_checkout(payment)
        elif isinstance(payment, Intent):
            self.show_charge(payment, send=True)


def _fits_clipboard(text: str) -> bool:
    return len(text) <= LONGEST_COPY and len(text.encode("utf-8", "replace")) <= LONGEST_COPY


def why_no_funds(snapshot: Snapshot) -> str | None:
    """Why no funds can be added now, in words; None when they can."""
    if snapshot.account is not None and not snapshot.can_pay:
        return f"Funds cannot be added to {snapshot.provider_title} from here."
    without_link = {Capability.FUND, Capability.TOP_UP}
    return None if snapshot.capabilities & without_link else why_no_link(snapshot)


def why_no_card(snapshot: Snapshot) -> str | None:
    """Why no card can be added or changed now, in words; None when one can."""
    if snapshot.connect_error is not None or snapshot.account is None:
        return why_no_link(snapshot)
    if Capability.CARD_SETUP not in snapshot.capabilities:
        return f"Cards of {snapshot.provider_title} cannot be changed from here."
    return None


def why_no_subscription_changes(snapshot: Snapshot) -> str:
    """Why subscriptions cannot be changed now, in words."""
    if snapshot.connect_error is not None or snapshot.account is None:
        return why_no_link(snapshot) or ""
    return f"Subscriptions of {snapshot.provider_title} cannot be changed from here."


def why_no_link(snapshot: Snapshot, needed: Capability = Capability.PAYMENT_LINK) -> str | None:
    """Why no payment link can be made now, in words; None when one can."""
    if snapshot.connect_error is not None:
        return f"Not connected to {snapshot.provider_title}: r tries again, then funds can be added."
    if snapshot.account is None:
        return f"Still connecting to {snapshot.provider_title}; try again in a moment."
    if needed not in snapshot.capabilities:
        return f"{snapshot.provider_title} makes no payment links for this."
    return None
