"""What screens may ask of the app: the feed, the time, dialogs, the clipboard and the browser."""

from datetime import tzinfo
from pathlib import Path

from textual.app import App
from textual.signal import Signal

from tui.domain import CheckoutSession, Clock, LinkRequest, Plan, Purpose
from tui.feed import AccountFeed
from tui.snapshot import AccountSource, Snapshot


class Shell(App[int]):
    """The app as its screens see it; everything a screen does beyond showing goes through here."""

    def __init__(
        self, source: AccountSource, journal_file: Path, clock: Clock, *, zone: tzinfo | None, remote: bool
    ) -> None:
        """Take the account and what tells the time; `zone` None is this machine's, `remote` means over SSH."""
        super().__init__()
        self.clock = clock
        self.zone = zone
        self.remote = remote
        self.snapshot_signal: Signal[Snapshot] = Signal(self, "snapshot")
        self.feed = AccountFeed(source, journal_file, clock, self.snapshot_signal.publish, self.checkout_closed)

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture of the account."""
        return self.feed.snapshot

    def checkout_closed(self, session: CheckoutSession) -> None:
        """A checkout session ended; the app announces it."""
        raise NotImplementedError

    def open_add_funds(self) -> None:
        """Ask for an amount, make a payment link for the wallet, show it."""
        from tui.screens.dialogs.add_funds import AddFundsDialog

        self.push_screen(AddFundsDialog(), self._show_made)

    def open_subscribe(self, plan: Plan) -> None:
        """Name plan and price, make a payment link for the subscription, show it."""
        from tui.screens.dialogs.subscribe import SubscribeDialog

        request = LinkRequest(Purpose.SUBSCRIBE, plan_id=plan.id, plan_name=plan.name)
        self.push_screen(SubscribeDialog(plan, request), self._show_made)

    def show_checkout(self, session: CheckoutSession) -> None:
        """Show a payment link and what becomes of it."""
        from tui.screens.dialogs.checkout import CheckoutDialog

        self.push_screen(CheckoutDialog(session.session_id))

    def _show_made(self, session: CheckoutSession | None) -> None:
        if session is not None:
            self.show_checkout(session)
