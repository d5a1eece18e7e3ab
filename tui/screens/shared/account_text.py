"""What every dialog about an account says: whose money it is about, and why the provider refused."""

from textual.content import Content

from tui.account.state import Snapshot
from tui.domain import Mode
from tui.payments.checkouts.gate import BadPaymentUrl
from tui.providers.errors import BillingError
from tui.storage.database import JournalBusy
from tui.widgets.format import BAD, DIM, sentence
from tui.widgets.state_line import error_text


def account_text(snapshot: Snapshot) -> Content:
    """Whose money this is about, and whether it is real."""
    style = "bold $status-wait" if snapshot.mode is Mode.LIVE else DIM
    return Content.assemble(
        snapshot.name, (" · ", DIM), snapshot.provider_title, (", ", DIM), (snapshot.mode.value.upper(), style)
    )


def real_money_text(snapshot: Snapshot) -> str:
    """Whether money moves when the person agrees."""
    return "This is real money." if snapshot.mode is Mode.LIVE else "This is a sandbox: no real money moves."


def money_lines(snapshot: Snapshot, *means: str) -> list[Content | str]:
    """What a question about money names: the account, what agreeing means, whether it is real."""
    return [account_text(snapshot), *means, Content.styled(real_money_text(snapshot), DIM)]


def not_sent_text(error: Exception) -> Content:
    """Why a payment was not sent, and what to do."""
    if isinstance(error, JournalBusy):
        busy = "Not charged: the payments journal is busy. "
        return Content.assemble((busy, BAD), "Another program keeps it locked. Try again in a moment.")
    return Content.assemble(("Nothing was sent. ", BAD), refusal_text(error))


def refusal_text(error: Exception) -> str:
    """Why no link was made, and what to do."""
    if isinstance(error, BillingError):
        return error_text(error)
    if isinstance(error, BadPaymentUrl):
        return f"The provider's link was refused: {error}. Nothing can be paid with it; tell the provider."
    return sentence(str(error))
