"""What waiting for a payment says meanwhile."""

from tui.cli.exit import ExitCode, Failure
from tui.cli.output import Output
from tui.domain import CheckoutSession, SafeText


class Progress:
    """Tells what the looks say, on stderr, and only what is new."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._told: dict[str, str] = {}

    def looked(self, session: CheckoutSession) -> None:
        """A look at `session` is over."""
        if self._told.get(session.session_id) == session.note:
            return
        self._told[session.session_id] = session.note
        if session.state.open:
            self._out.say(f"{session.request.title}: {session.note}; the next check is automatic.")


def refusal(message: SafeText | None) -> Failure:
    """Waiting ended because the token was refused: nothing is known about the payment."""
    return Failure(
        ExitCode.NOT_ALLOWED,
        "not_authenticated",
        f"The token was refused while waiting: {message or 'no reason given'}",
        "The payment may still arrive. Set a valid token, then run `billtop checkouts --resume`.",
    )
