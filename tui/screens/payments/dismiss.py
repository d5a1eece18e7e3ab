"""Setting aside a payment link that nobody can tell the end of: asked first, and never forgotten."""

from textual.content import Content

from tui.domain import CheckoutSession, CheckoutState
from tui.payments.checkouts.journal import JournalError
from tui.screens.payments.checkout_outcome import MAY_BE_PAID, outcome_text
from tui.screens.shared.account_text import account_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.host import Host
from tui.widgets.format import sentence

_MEANS = "Nothing looks at it any more, and it stops no other payment. It stays in Activity, where c looks again."
_PAYABLE = "The link itself is not taken back: who has it may still pay it."


def ask_to_dismiss(app: Host, session: CheckoutSession) -> None:
    """Ask, then stop looking at `session`; what it turned out to be meanwhile is said instead."""

    def answered(yes: bool | None) -> None:
        if yes:
            app.run_worker(_dismiss(app, session.session_id), group="dismiss")

    known = f"{sentence(session.note)} {MAY_BE_PAID}" if session.note else MAY_BE_PAID
    lines: list[Content | str] = [account_text(app.snapshot), known, _MEANS, _PAYABLE]
    app.push_screen(
        ConfirmDialog(f"Set aside the link for {session.request.title}?", lines, "Yes, set it aside"), answered
    )


async def _dismiss(app: Host, session_id: str) -> None:
    session = app.account_session.session(session_id)
    if session is None:
        return
    try:
        aside = await (await app.account_session.open_payments()).dismiss_checkout(session)
    except JournalError as error:
        app.say(f"It was not set aside. {sentence(str(error))}", severity="error")
        return
    said = outcome_text(aside, app.zone)
    app.say(said if aside.state is CheckoutState.SET_ASIDE else f"It had ended meanwhile. {said}")
