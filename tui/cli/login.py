"""`billtop login`: an account that stays, with its token where only its owner gets at it."""

import asyncio
import os
import secrets
import sys
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from getpass import getpass

from tui.cli.connection import address_confirmed
from tui.cli.exit import ExitCode, UsageError
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.sign_in import asks_for_email, token_by_email
from tui.cli.stored_accounts import kept_in
from tui.cli.table import local
from tui.config.accounts import (
    DEFAULT_BASE_URLS,
    LONGEST_TOKEN,
    PROVIDERS,
    STRIPE_BASE_URL,
    AccountConfig,
    ConfigurationError,
    checked_base_url,
    has_foreign_stripe,
)
from tui.config.locations import accounts_file
from tui.config.secrets import Keeper, forget_token
from tui.config.store import read_book, update_book
from tui.config.stored import AccountBook, AddressChanged, StoredAccount, checked_name
from tui.config.token_file import path_of
from tui.config.unavailable import SecretUnavailable
from tui.domain import Balance, SystemClock

DEFAULT_NAME = "default"
"""What the first account is called unless --account says otherwise."""


def run(options: Options, out: Output) -> ExitCode:
    """Ask for a token, try it with one read of the balance, keep it; nothing is kept unless it worked.

    Raises UsageError, ConfigurationError, BillingError.
    """
    if options.misplaced or options.token_argument is not None:
        raise UsageError(
            "A token is never given as an argument: every user of this machine could read it there. Leave it out, "
            "`billtop login` asks for it; scripts use --token-stdin. Make a new token if this one was real."
        )
    book = read_book(accounts_file())
    account = _asked_account(options, book)
    _require_known_address(account, options)
    token, ends = _token(options, account, known=account.name in book.accounts)
    config = account.with_token(token)
    held, until = asyncio.run(_tried(config))
    until = until or ends
    account, where = _kept(account, config.token, options, out)
    _write(book, account)
    before = book.accounts.get(account.name)
    if before is not None and before.keeper is not None and before.keeper is not account.keeper:
        try:
            forget_token(before.keeper, before.id)
        except SecretUnavailable as problem:
            out.say(f"The old token is still in the {before.keeper.value}: {problem}")
    out.result(
        {
            "account": account.name,
            "provider": account.provider,
            "base_url": account.base_url,
            "token_kept_in": account.keeper and account.keeper.value,
        },
        [
            f"Logged in: {account.name} at {config.ref.provider_title}, {held.available} available.",
            f"The token is {where}; the rest is in {accounts_file()}.",
            *([f"The login ends {local(until)}; then log in again."] if until else []),
        ],
    )
    _say_which_is_used(book.with_account(account), account, out)
    _say_where_cards_go(account, options, out)
    return ExitCode.DONE


def _asked_account(options: Options, book: AccountBook) -> StoredAccount:
    """The account to log in to: a stored one keeps its id and its address, a new one gets both."""
    name = checked_name(options.account or book.current or DEFAULT_NAME)
    known = book.accounts.get(name)
    provider = options.provider or (known.provider if known else "modelslab")
    if provider not in PROVIDERS:
        raise UsageError(f"--provider is none of: {', '.join(PROVIDERS)}.")
    base_url = checked_base_url(
        options.base_url or (known.base_url if known else DEFAULT_BASE_URLS.get(provider, "")), "--base-url"
    )
    stripe = checked_base_url(
        options.stripe_base_url or (known.stripe_base_url if known else STRIPE_BASE_URL), "--stripe-base-url"
    )
    if known is None:
        return StoredAccount(name, secrets.token_hex(16), provider, base_url, stripe, keeper=None)
    if (known.provider, known.base_url) != (provider, base_url):
        raise UsageError(
            f"{name} is the account at {known.base_url}, and open payments belong to it. "
            "Log in to the other one under another name: --account NAME"
        )
    return replace(known, stripe_base_url=stripe)


def _require_known_address(account: StoredAccount, options: Options) -> None:
    """Ask before a new token or password goes to an address that was changed in the file and is not given here.

    Raises AddressChanged.
    """
    try:
        account.require_known_address()
    except AddressChanged as changed:
        given = (not changed.api or options.base_url) and (not changed.cards or options.stripe_base_url)
        if not given and not address_confirmed(changed, options):
            raise


def _token(options: Options, account: StoredAccount, *, known: bool) -> tuple[str, datetime | None]:
    """The token as it was typed or piped in, or as a login by email made it and until when; `with_token` checks it.

    Raises UsageError, ConfigurationError, BillingError.
    """
    if asks_for_email(options, account):
        return token_by_email(options, account)
    if options.token_stdin:
        if sys.stdin.isatty():
            raise UsageError("--token-stdin reads a pipe; without it `billtop login` asks and shows nothing.")
        return sys.stdin.read(LONGEST_TOKEN + 2), None
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("There is no terminal to ask for the token at. Pipe it in: billtop login --token-stdin")
    return _asked_token(account, known=known), None


def _asked_token(account: StoredAccount, *, known: bool) -> str:
    """The token as it was typed. Raises UsageError."""
    host = account.base_url.split("/")[2]
    again = "The same customer's, please: another customer needs another --account. " if known else ""
    try:
        return getpass(f"Access token of {account.name} at {PROVIDERS[account.provider]} ({host}). {again}Token: ")
    except EOFError:
        raise UsageError("No token was given; nothing was changed.") from None


async def _tried(config: AccountConfig) -> tuple[Balance, datetime | None]:
    """Read the balance, and when the login ends where it does."""
    from tui.providers.base import Capability, HasBalance, HasSession, having
    from tui.providers.connect import connect

    async with aclosing(connect(config, SystemClock())) as provider:
        held = await having(provider, HasBalance).balance()
        if Capability.SESSION not in provider.capabilities:
            return held, None
        return held, (await having(provider, HasSession).session()).expires_at


def _kept(account: StoredAccount, token: str, options: Options, out: Output) -> tuple[StoredAccount, str]:
    """Keep the token where `options` say, or in the keyring, or with consent in a file; say where."""
    if options.store is not None:
        return kept_in(Keeper(options.store), account, token)
    try:
        return kept_in(Keeper.KEYRING, account, token)
    except SecretUnavailable as unavailable:
        if account.keeper is not Keeper.FILE:
            _ask_for_consent(account, unavailable, options, out)
        return kept_in(Keeper.FILE, account, token)


def _ask_for_consent(account: StoredAccount, why: SecretUnavailable, options: Options, out: Output) -> None:
    """Return only when a file is agreed to. Raises ConfigurationError."""
    refused = ConfigurationError(
        f"{why} Nothing was kept. To keep the token in a 0600 file: billtop login --store file"
    )
    if options.token_stdin:
        raise refused
    out.say(str(why))
    sys.stderr.write(f"Keep the token in the file {path_of(account.id)}, which only you can read? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise refused


def _write(book: AccountBook, account: StoredAccount) -> None:
    """Write the account down; a token that nothing would find again is not left behind. Raises ConfigurationError."""
    try:
        update_book(accounts_file(), lambda book: book.with_account(account))
    except ConfigurationError:
        if account.keeper is not None and account.name not in book.accounts:
            forget_token(account.keeper, account.id)
        raise


def _say_which_is_used(book: AccountBook, account: StoredAccount, out: Output) -> None:
    if os.environ.get("BILLTOP_TOKEN"):
        out.say("BILLTOP_TOKEN is set and goes first: unset it to use the stored account.")
    elif book.current != account.name:
        out.say(f"Without --account {account.name}, billtop goes on using {book.current or 'the other account'}.")


def _say_where_cards_go(account: StoredAccount, options: Options, out: Output) -> None:
    """A sandbox whose cards would go to the real Stripe, unless that was asked for."""
    if options.stripe_base_url or account.provider != "modelslab":
        return
    if has_foreign_stripe(account.base_url, account.stripe_base_url):
        out.say(
            f"{account.name} is a sandbox's account, but a card added to it goes to the real {account.stripe_base_url}."
            f" To send it to the sandbox's: billtop login --account {account.name} --stripe-base-url URL"
        )
