"""Dismissing a payment whose outcome nobody can tell: confirmed first, and never forgotten."""

from textual.content import Content

from tui.domain import CheckoutSession
from tui.payments.checkouts.journal import JournalError
from tui.payments.events import Payment
from tui.payments.text import dismissal_lines, outcome_text
from tui.screens.shared.account_text import account_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.host import Host
from tui.widgets.format import sentence


def ask_to_dismiss(app: Host, payment: Payment) -> None:
    """Ask, then stop checking `payment`; what it turned out to be meanwhile is said instead."""

    def answered(yes: bool | None) -> None:
        if yes:
            app.run_worker(_dismiss(app, payment), group="dismiss")

    what = f"the link for {payment.request.title}" if isinstance(payment, CheckoutSession) else payment.title
    lines: list[Content | str] = [account_text(app.snapshot), *dismissal_lines(payment)]
    app.push_screen(ConfirmDialog(f"Dismiss {what}?", lines, "Yes, dismiss it"), answered)


async def _dismiss(app: Host, payment: Payment) -> None:
    try:
        left = await (await app.account_session.open_payments()).dismiss(payment)
    except JournalError as error:
        app.say(f"Not dismissed. {sentence(str(error))}", severity="error")
        return
    said = outcome_text(left, app.zone)
    if left.state.dismissible:
        said = "Not dismissed. Another billtop is handling this payment: dismiss it there, or quit that one."
    elif not left.state.dismissed:
        said = f"It had ended meanwhile. {said}"
    app.say(said)
