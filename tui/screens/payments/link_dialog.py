"""Asking for a payment link from a dialog: once, with the answer or the reason in words."""

from textual.content import Content

from tui.domain import CheckoutSession, LinkRequest
from tui.payments.checkouts.gate import BadPaymentUrl
from tui.providers.errors import BillingError, Invalid
from tui.screens.payments.payment_dialog import PaymentDialog
from tui.screens.shared.account_text import refusal_text
from tui.storage.database import JournalError
from tui.widgets.format import BAD, DIM

CHARGES_NOTHING = "Making a link charges nothing: you pay on the checkout page it leads to."


class LinkDialog(PaymentDialog):
    """A dialog that may end in a payment link.

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
        self.run_worker(self._asked(request))

    async def _asked(self, request: LinkRequest) -> None:
        try:
            session = await self.app.account_session.open_checkout(request)
        except (BillingError, BadPaymentUrl, JournalError) as error:
            self._making = False
            self.show_making(busy=False)
            shown = isinstance(error, Invalid) and self.show_fields(error)
            self.tell("" if shown else Content.assemble(("No link was made. ", BAD), refusal_text(error)))
        else:
            self._making = False
            self.made(session)

    def made(self, session: CheckoutSession) -> None:
        """The link is there."""
        self.finish(session)

    def show_making(self, *, busy: bool) -> None:
        """Show in the dialog's own widgets that a link is being made, or that it no longer is."""

    def show_fields(self, error: Invalid) -> bool:
        """Show a refusal beside the field it is about; False when it is about none of the dialog's."""
        return False

    def action_close(self) -> None:
        """Close; a link under way is kept."""
        if self._making:
            self.app.say("The link is still being made: it will be in 6 Activity.")
        super().action_close()
