"""What the checkout dialog says: pure functions from a session to text."""

from datetime import datetime, tzinfo

from textual.content import Content
from textual.geometry import Size

from tui.account.state import Snapshot
from tui.domain import CheckoutSession, Mode, Purpose
from tui.payments.actions import Actions
from tui.payments.kinds import PaymentAction
from tui.payments.text import outcome_text, state_word
from tui.qr.ladder import Fit, Glyphs, choose
from tui.qr.matrix import QrMatrix
from tui.widgets.format import BAD, BOLD, DIM, WAIT, clock_time, countdown, sentence, short_time
from tui.widgets.status_styles import tone_style

PANEL = 42
"""Columns of the text beside the code."""
KEY_ROWS = 1
"""Rows of the key line below the code."""

_ORDINARY = {"", "waiting for payment", "not paid yet"}
"""Notes of a look that add nothing to "waiting for payment"."""


def title_words(session: CheckoutSession, account: Snapshot) -> Content:
    """What is paid, for which account, and whether the money is real."""
    real = (account.mode.value.upper(), f"{BOLD} {WAIT}" if account.mode is Mode.LIVE else BOLD)
    where = (f" ({account.provider_title}, ", real, ")")
    if session.request.purpose is Purpose.FUND:
        return Content.assemble(
            ("Add ", BOLD), (str(session.request.amount), BOLD), (" to the wallet of ", BOLD), account.name, *where
        )
    return Content.assemble(
        ("Subscribe to ", BOLD), (session.request.title, BOLD), (" for ", BOLD), account.name, *where
    )


def state_words(session: CheckoutSession, possible: Actions, zone: tzinfo | None) -> Content:
    """Waiting, or how it ended and what can be done then."""
    if session.state.open:
        return Content.styled("waiting for payment", f"{BOLD} {WAIT}")
    advice = ["c checks again"] if PaymentAction.CHECK in possible else []
    advice += ["n makes a new link"] if PaymentAction.LINK in possible else []
    style = tone_style(state_word(session)[1])
    return Content.assemble((outcome_text(session, zone), f"{BOLD} {style}"), ("\n" + ", ".join(advice), DIM))


def countdown_words(session: CheckoutSession, now: datetime, zone: tzinfo | None) -> Content:
    """Until when it can be paid: the one line that ticks, in one style so that a tick is few bytes."""
    if session.expires_at is None:
        return Content.styled("the provider gave no end", DIM)
    at = short_time(session.expires_at, zone)
    if session.expires_at <= now:
        return Content.styled(f"expired at {at}; a late payment counts", WAIT)
    return Content(f"expires in {countdown(session.expires_at - now)} (at {at})")


def look_words(session: CheckoutSession, zone: tzinfo | None, *, paused: bool) -> Content:
    """When it was and will be looked at, as times of day: they stand still between two looks."""
    next_at = None if paused or session.next_check_at is None else clock_time(session.next_check_at, zone)
    if session.last_checked_at is None:
        return Content.styled(f"next check {next_at}" if next_at else "not checked yet, enter checks now", DIM)
    following = f"next check {next_at}" if next_at else "enter checks now"
    return Content.styled(f"checked at {clock_time(session.last_checked_at, zone)}, {following}", DIM)


def note_words(session: CheckoutSession, account: Snapshot) -> Content:
    """Trouble with looking; nothing while all is ordinary."""
    if session.state.closed:
        return Content()
    if account.watch_note:
        return Content.styled(f"Not checking automatically: {sentence(account.watch_note)}", WAIT)
    return Content() if session.note in _ORDINARY else Content.styled(sentence(session.note), WAIT)


def untrusted_words(host: str, advice: str) -> Content:
    """The warning before a link to a host that is not known; `advice` says when to go on."""
    return Content.assemble(
        ("This link leads to a host billtop does not know:\n\n", f"{BOLD} {BAD}"),
        (host, BOLD),
        f"\n\n{advice} ",
        ("enter shows the code and the link, esc leaves.", DIM),
    )


def need_words(matrix: QrMatrix, terminal: Size, glyphs: Glyphs) -> str:
    """Why there is no code beside the text, and what to do about it."""
    alone = choose(matrix, terminal.width, terminal.height - KEY_ROWS, glyphs=glyphs)
    if isinstance(alone, Fit):
        return "The code does not fit beside this text: z shows it alone."
    return (
        f"needs {max(alone.columns, 60)} x {alone.rows + KEY_ROWS} for the code "
        f"(now {terminal.width} x {terminal.height}): "
        "zoom out, or y to copy the link, or o to open it"
    )


def fits(matrix: QrMatrix, columns: int, rows: int, glyphs: Glyphs) -> bool:
    """Whether the code has room whole."""
    return isinstance(choose(matrix, columns, rows, glyphs=glyphs), Fit)
