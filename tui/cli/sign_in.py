"""Logging in by email: the password is asked for, sent once, and kept nowhere."""

import asyncio
import sys
from datetime import datetime
from getpass import getpass

from tui.cli.exit import UsageError
from tui.cli.options import Options
from tui.config.accounts import LOGIN_BY_EMAIL, OFFERS_LOGIN_BY_EMAIL, PROVIDERS
from tui.config.stored import StoredAccount
from tui.domain import SystemClock
from tui.domain.redaction import hide

_LONGEST_PASSWORD = 1024


def asks_for_email(options: Options, account: StoredAccount) -> bool:
    """Whether this login goes by email. Raises UsageError when it was asked to and cannot."""
    asked = options.email is not None or options.password_stdin
    if asked and account.provider not in OFFERS_LOGIN_BY_EMAIL:
        raise UsageError(f"{PROVIDERS[account.provider]} has no login by email: leave --email out.")
    if asked and options.token_stdin:
        raise UsageError("--token-stdin needs no email: leave --email and --password-stdin out.")
    return asked or (account.provider in LOGIN_BY_EMAIL and not options.token_stdin)


def token_by_email(options: Options, account: StoredAccount) -> tuple[str, datetime | None]:
    """Log in and return the token that made, and when it ends where the answer told.

    Raises UsageError, ConfigurationError, BillingError.
    """
    from tui.providers.connect import sign_in

    email = options.email or _asked_email(options, account)
    password = _password(options, email)
    hide(password)
    return asyncio.run(sign_in(account.provider, account.base_url, email, password, SystemClock()))


def _asked_email(options: Options, account: StoredAccount) -> str:
    if options.password_stdin:
        raise UsageError("--password-stdin needs --email.")
    _require_terminal()
    host = account.base_url.split("/")[2]
    sys.stderr.write(f"Email of {account.name} at {PROVIDERS[account.provider]} ({host}): ")
    sys.stderr.flush()
    email = sys.stdin.readline().strip()
    if not email:
        raise UsageError("No email was given; nothing was changed.")
    return email


def _password(options: Options, email: str) -> str:
    if options.password_stdin:
        if sys.stdin.isatty():
            raise UsageError("--password-stdin reads a pipe; without it `billtop login` asks and shows nothing.")
        password = sys.stdin.read(_LONGEST_PASSWORD + 2).rstrip("\r\n")
    else:
        _require_terminal()
        try:
            password = getpass(f"Password of {email}: ")
        except EOFError:
            password = ""
    if not password or len(password) > _LONGEST_PASSWORD:
        raise UsageError("No password that could be one was given; nothing was changed.")
    return password


def _require_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "There is no terminal to ask for the password at. Pipe it in: billtop login --email EMAIL --password-stdin"
        )
