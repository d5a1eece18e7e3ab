"""Asking for a payment link from a dialog: once, with the answer or the reason in words."""

from textual.content import Content
from textual.worker import Worker, WorkerState

from tui.domain import CheckoutSession, LinkRequest
from tui.payments.checkouts.gate import BadPaymentUrl
from tui.payments.checkouts.journal import JournalError
from tui.payments.text import Payment
from tui.providers.errors import BillingError, Invalid
from tui.screens.shared.account_text import refusal_text
from tui.screens.shared.dialog import Dialog
from tui.widgets.format import BAD, DIM
from tui.widgets.plain_text import PlainText

CHARGES_NOTHING = "Making a link charges nothing: you pay on the checkout page it leads to."


class LinkDialog(Dialog[Payment]):
    """A dialog that ends in a payment link; it has a Text of id `made` for what is going on.

    The call belongs to the account session: closing the dialog does not cancel it, and a second press does nothing.
    """

    _making = False

    def make(self, request: LinkRequest) -> None:
        """Ask for a link; the answer closes the dialog, a refusal is told in it."""
        if self._making:
            return
        self._making = True
        self.show_making(busy=True)
        self.tell(Content.styled(f"Asking {self.app.snapshot.provider_title} for a payment link…", DIM))
        self.run_worker(self.app.account_session.open_checkout(request), name="make", exit_on_error=False)

    def made(self, session: CheckoutSession) -> None:
        """The link is there."""
        self.finish(session)

    def show_making(self, *, busy: bool) -> None:
        """Show in the dialog's own widgets that a link is being made, or that it no longer is."""

    def show_fields(self, error: Invalid) -> bool:
        """Show a refusal beside the field it is about; False when it is about none of the dialog's."""
        return False

    def tell(self, words: Content | str) -> None:
        """Say what is going on."""
        self.query_one("#made", PlainText).set_text(words)

    def action_close(self) -> None:
        """Close; a link under way is kept."""
        if self._making:
            self.app.say("The link is still being made: it will be in 6 Activity.")
        super().action_close()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The link is there, or the reason why not."""
        if event.worker.name != "make" or event.state not in {WorkerState.SUCCESS, WorkerState.ERROR}:
            return
        self._making = False
        result = event.worker.result
        if isinstance(result, CheckoutSession):
            self.made(result)
            return
        self.show_making(busy=False)
        error = event.worker.error
        if isinstance(error, Invalid) and self.show_fields(error):
            self.tell("")
        elif isinstance(error, (BillingError, BadPaymentUrl, JournalError)):
            self.tell(Content.assemble(("No link was made. ", BAD), refusal_text(error)))
        elif isinstance(error, BaseException):
            # A fault of our own: it ends the app like any other, without being swallowed by the worker.
            raise error
