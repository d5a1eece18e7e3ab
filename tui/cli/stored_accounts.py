"""Adding, changing and removing stored accounts, for the command line and for the dashboard."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.cli.connection import all_accounts
from tui.cli.sources import ConfiguredAccount
from tui.config.accounts import (
    DEFAULT_BASE_URLS,
    PROVIDERS,
    STRIPE_BASE_URL,
    AccountConfig,
    ConfigurationError,
    checked_base_url,
    checked_currency,
)
from tui.config.bound_tokens import Origins, keep
from tui.config.locations import accounts_file
from tui.config.secrets import Keeper, forget_token
from tui.config.store import read_book, update_book, usable_book
from tui.config.stored import AccountBook, StoredAccount, checked_name, checked_theme, checked_threshold
from tui.config.unavailable import SecretUnavailable
from tui.domain import Balance, SystemClock

if TYPE_CHECKING:
    from tui.account.store import AccountDraft


class StoredAccounts:
    """The accounts of accounts.toml, as an AccountKeeper; `read_only` takes paying away from all of them."""

    def __init__(self, *, read_only: bool = False) -> None:
        self._read_only = read_only

    def stored(self, name: str) -> AccountDraft | None:
        """An account as it is stored; None for one of the environment. Raises ConfigurationError."""
        from tui.account.store import AccountDraft

        account = usable_book(accounts_file()).accounts.get(name)
        if account is None:
            return None
        low = "" if account.low_balance is None else f"{account.low_balance:f}"
        return AccountDraft(
            name=name,
            provider=account.provider,
            base_url=account.base_url,
            theme=account.theme or "",
            low_balance=low,
            read_only=account.read_only,
            currency=account.currency or "",
        )

    def add(self, draft: AccountDraft, token: str, *, in_file: bool) -> ConfiguredAccount:
        """Try a new account with its token, then keep both. Raises ConfigurationError, BillingError."""
        account = _with_settings(new_account(draft.name, draft.provider, draft.base_url), draft)
        config = account.with_token(token)
        balance_of(config)
        kept = _keep(account, config.token, in_file=in_file)
        try:
            update_book(accounts_file(), lambda book: book.with_new(kept))
        except ConfigurationError:
            _forget(kept)
            raise
        return ConfiguredAccount(kept, read_only=self._read_only)

    def edit(self, name: str, draft: AccountDraft, token: str, *, in_file: bool) -> ConfiguredAccount:
        """Change name, settings and, unless it is empty, the token. Raises ConfigurationError, BillingError."""
        before = stored_account(name)
        kept = before
        if token:
            before.require_known_address()
            config = before.with_token(token)
            balance_of(config)
            kept = _keep(before, config.token, in_file=in_file or before.keeper is Keeper.FILE)
        new = checked_name(draft.name)

        def change(book: AccountBook) -> AccountBook:
            renamed = book.renamed(name, new)
            if new not in renamed.accounts:
                raise gone()
            account = _with_settings(renamed.accounts[new], draft)
            return renamed.with_account(replace(account, keeper=kept.keeper))

        book = update_book(accounts_file(), change)
        if before.keeper not in {None, kept.keeper}:
            _forget(before)
        return ConfiguredAccount(book.accounts[new], read_only=self._read_only)

    def remove(self, name: str) -> None:
        """Remove an account and its token from this machine. Raises ConfigurationError."""
        account = stored_account(name)
        if account.keeper is not None:
            forget_token(account.keeper, account.id)
        update_book(accounts_file(), lambda book: book.without(name))

    def confirm_address(self, name: str, wanted: Origins) -> ConfiguredAccount:
        """Bind a token to the address its account was changed to, which must be `wanted`. Raises ConfigurationError."""
        account = stored_account(name)
        if account.origins != wanted:
            raise ConfigurationError(f"The address of {name} changed once more. Nothing was confirmed.")
        account.confirm_address()
        return ConfiguredAccount(account, read_only=self._read_only)

    def test(self, name: str) -> str:
        """Read the balance with the account's token, and say it. Raises ConfigurationError, BillingError."""
        account = next((each for each in all_accounts()[0] if each.ref.name == name), None)
        if account is None:
            raise gone()
        return f"{balance_of(account.unlock()).available} available."


def stored_account(name: str) -> StoredAccount:
    """The stored account of that name. Raises ConfigurationError when there is none."""
    account = read_book(accounts_file()).accounts.get(name)
    if account is None:
        raise gone()
    return account


def new_account(name: str, provider: str, base_url: str = "") -> StoredAccount:
    """Put a new account together, with an id of its own and no token yet. Raises ConfigurationError."""
    import secrets

    if provider not in PROVIDERS:
        raise ConfigurationError(f"The provider is none of: {', '.join(PROVIDERS)}.")
    address = base_url.strip() or DEFAULT_BASE_URLS.get(provider, "")
    if not address:
        raise ConfigurationError(f"{PROVIDERS[provider]} has no address of its own: give the one where it runs.")
    return StoredAccount(
        name=checked_name(name),
        id=secrets.token_hex(16),
        provider=provider,
        base_url=checked_base_url(address, "The address"),
        stripe_base_url=STRIPE_BASE_URL,
        keeper=None,
    )


def balance_of(config: AccountConfig) -> Balance:
    """Try an account: read its balance once. Raises BillingError, ConfigurationError."""
    from tui.providers.base import HasBalance, having
    from tui.providers.connect import connect

    async def read() -> Balance:
        async with aclosing(connect(config, SystemClock())) as provider:
            return await having(provider, HasBalance).balance()

    return asyncio.run(read())


def _with_settings(account: StoredAccount, draft: AccountDraft) -> StoredAccount:
    return replace(
        account,
        theme=checked_theme(draft.theme, "The theme") if draft.theme else None,
        low_balance=checked_threshold(draft.low_balance, "The low balance") if draft.low_balance.strip() else None,
        read_only=draft.read_only,
        currency=checked_currency(draft.currency, "The currency") if draft.currency else None,
    )


def kept_in(keeper: Keeper, account: StoredAccount, token: str) -> tuple[StoredAccount, str]:
    """Keep the token there; return the account that says so, and where it is in words. Raises SecretUnavailable."""
    return replace(account, keeper=keeper), keep(keeper, account.id, token, account.origins)


def _keep(account: StoredAccount, token: str, *, in_file: bool) -> StoredAccount:
    """Keep the token in the keyring, or with consent in a file. Raises SecretUnavailable."""
    try:
        return kept_in(Keeper.KEYRING, account, token)[0]
    except SecretUnavailable:
        if not in_file:
            raise
        return kept_in(Keeper.FILE, account, token)[0]


def _forget(account: StoredAccount) -> None:
    """Take back a token that nothing would find again; where that fails, it stays where only its owner gets at it."""
    if account.keeper is not None:
        with suppress(SecretUnavailable):
            forget_token(account.keeper, account.id)


def gone() -> ConfigurationError:
    """An account that is not stored. Names are not repeated: a token may have been typed in the place of one."""
    return ConfigurationError("There is no stored account of that name. `billtop accounts` lists them.")
