"""A payment link for a person at a terminal: what it is for, where it goes, the link, and its QR code."""

import os
import sys

from tui.cli.output import Output
from tui.cli.table import local
from tui.domain import AccountRef, CheckoutSession
from tui.payments.checkouts.gate import check_payment_url

_ROWS_BELOW = 2
"""Lines that follow the code and must not push it off the screen."""


def show_link(session: CheckoutSession, account: AccountRef, out: Output) -> None:
    """Say on stderr what is paid and where, the whole link on a line of its own, and the code where it fits."""
    if session.url is None:
        return
    checked = check_payment_url(session.url, account)
    out.say(
        f"{session.request.title} · {account.name} · {account.provider_title} · {account.mode.value.upper()}",
        f"The link goes to {checked.host} and works until {local(session.expires_at, 'it expires')}.",
    )
    if not checked.trusted:
        out.say(f"Check this host before you pay: {checked.host} is not one known to take payments for this account.")
    out.say("", checked.url, "")
    if checked.trusted:
        show_code(checked.url, out)


def show_code(url: str, out: Output) -> None:
    """Draw the QR code of a link on stderr, or say what keeps it from being drawn; nothing where it is no terminal."""
    if not sys.stderr.isatty():
        return
    if not out.color:
        out.say("The QR code needs black and white, which NO_COLOR, --no-color or TERM=dumb rules out.")
        return
    from tui.qr.cells import ansi_lines
    from tui.qr.ladder import Fit, can_encode, choose
    from tui.qr.matrix import make_matrix

    columns, rows = os.get_terminal_size(sys.stderr.fileno())
    encoding_ok = can_encode(sys.stderr.encoding)
    fit = choose(make_matrix(url), columns, rows - _ROWS_BELOW, encoding_ok=encoding_ok)
    if isinstance(fit, Fit):
        out.say(*ansi_lines(fit, color=True))
    else:
        needed = f"{fit.columns} x {fit.rows + _ROWS_BELOW}"
        out.say(f"The QR code needs a terminal of {needed} (now {columns} x {rows}): zoom out, or open the link.")
