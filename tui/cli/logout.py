"""`billtop logout`: take a token off this machine."""

import asyncio
import os
from contextlib import aclosing
from dataclasses import replace

from tui.cli.connection import require, unlocked
from tui.cli.exit import ExitCode, UsageError
from tui.cli.options import Options
from tui.cli.output import Output
from tui.config.accounts import AccountConfig, ConfigurationError
from tui.config.locations import accounts_file
from tui.config.secrets import forget_token
from tui.config.store import read_book, update_book
from tui.domain import SystemClock


def run(options: Options, out: Output) -> ExitCode:
    """Remove the token of a stored account; its name and id stay, so that open payments are found after a new login.

    Raises UsageError, ConfigurationError.
    """
    book = read_book(accounts_file())
    account = book.pick(options.account)
    if account is None:
        raise _nobody(options)
    if account.keeper is None:
        out.result(
            {"account": account.name, "removed": False},
            [f"{account.name} was logged out already; nothing was changed."],
        )
        return ExitCode.DONE
    if options.revoke:
        asyncio.run(_revoked(unlocked(account, options)))
    forget_token(account.keeper, account.id)
    update_book(accounts_file(), lambda book: book.with_account(replace(account, keeper=None)))
    out.result(
        {"account": account.name, "removed": True, "revoked": options.revoke},
        [
            f"Logged out: the token of {account.name} is no longer on this machine.",
            f"{account.ref.provider_title} takes it no longer."
            if options.revoke
            else "It stays valid until it is revoked at the provider or expires.",
        ],
    )
    if os.environ.get("BILLTOP_TOKEN"):
        out.say("BILLTOP_TOKEN is still set: unset it too.")
    return ExitCode.DONE


async def _revoked(account: AccountConfig) -> None:
    """Have the provider end the token. Raises UsageError, ConfigurationError, BillingError; then nothing is removed."""
    from tui.providers.base import Capability, having
    from tui.providers.changing import HasRevocation
    from tui.providers.connect import connect

    async with aclosing(connect(account, SystemClock())) as provider:
        require(provider, Capability.REVOCATION)
        await having(provider, HasRevocation).revoke()


def _nobody(options: Options) -> Exception:
    if options.account is not None:
        return UsageError("There is no stored account of the name given with --account.")
    if os.environ.get("BILLTOP_TOKEN"):
        return ConfigurationError("No account is stored. The token in use is that of BILLTOP_TOKEN: unset it.")
    return ConfigurationError("No account is stored; there is nothing to remove.")
