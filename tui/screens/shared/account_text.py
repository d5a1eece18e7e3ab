"""What every dialog about an account says: whose money it is about, and why the provider refused."""

from textual.content import Content

from tui.account.state import Snapshot
from tui.domain import Mode
from tui.payments.checkouts.gate import BadPaymentUrl
from tui.providers.errors import BillingError
from tui.widgets.format import DIM, sentence
from tui.widgets.state_line import error_text


def account_text(snapshot: Snapshot) -> Content:
    """Whose money this is about, and whether it is real."""
    style = "bold $status-wait" if snapshot.mode is Mode.LIVE else DIM
    return Content.assemble(
        snapshot.name, (" · ", DIM), snapshot.provider_title, (", ", DIM), (snapshot.mode.value.upper(), style)
    )


def refusal_text(error: Exception) -> str:
    """Why no link was made, and what to do."""
    if isinstance(error, BillingError):
        return error_text(error)
    if isinstance(error, BadPaymentUrl):
        return f"The provider's link was refused: {error}. Nothing can be paid with it; tell the provider."
    return sentence(str(error))
