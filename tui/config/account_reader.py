"""accounts.toml, checked part by part: an account that cannot be used is named with its line, the others work."""

import re

from tui.config.accounts import ConfigurationError, checked_base_url, checked_currency, checked_provider
from tui.config.secrets import Keeper
from tui.config.stored import AccountBook, StoredAccount, checked_name, checked_theme, checked_threshold
from tui.config.toml_file import BadFile, TomlFile, TomlTable

VERSION = 1
MOST_ACCOUNTS = 200
"""Accounts of a file: each of them is connected to when the dashboard starts."""
_ID = r"[0-9a-f]{16,64}"
_KEYS = ("id", "provider", "base_url", "stripe_base_url", "token", "theme", "low_balance", "read_only", "currency")
_UNKNOWN = ""
"""What `broken` calls a current account that has no name."""


def read_accounts(file: TomlFile, *, strict: bool) -> AccountBook:
    """The accounts of a file; when not `strict`, those that cannot be used are in its `broken`.

    Raises BadFile for what concerns the whole file, and when `strict` for every part of it.
    """
    root, data = file.root, file.data
    version, tables = data.get("version"), data.get("accounts", {})
    if type(version) is int and version > VERSION:
        raise file.bad("was written by a newer billtop. Update billtop to use it", "version")
    if type(version) is not int or version != VERSION or not isinstance(tables, dict):
        raise file.bad("version must be 1 and accounts a table", "version")
    if len(tables) > MOST_ACCOUNTS:
        raise file.bad(f"there are more than {MOST_ACCOUNTS} accounts", "accounts")
    if strict:
        root.only(("version", "current", "accounts"))
    accounts: dict[str, StoredAccount] = {}
    broken: dict[str, str] = {}
    for name in tables:
        try:
            accounts[name] = _account(file, name, root.table("accounts"))
        except BadFile as problem:
            if strict:
                raise
            broken[name] = str(problem)
    current = data.get("current")
    if current is None or (isinstance(current, str) and current in tables):
        return AccountBook(accounts, current, broken)
    unnamed = file.bad("current must be the name of one of its accounts", "current")
    if strict:
        raise unnamed
    return AccountBook(accounts, _UNKNOWN, {**broken, _UNKNOWN: str(unnamed)})


def _account(file: TomlFile, name: str, tables: TomlTable) -> StoredAccount:
    try:
        table = tables.table(checked_name(name))
    except BadFile:
        raise
    except ConfigurationError as problem:
        raise file.bad(str(problem), "accounts", name) from None
    table.only(_KEYS)
    if not re.fullmatch(_ID, table.text("id")):
        raise table.bad("id", "must be what billtop login wrote")
    return StoredAccount(
        name=name,
        id=table.text("id"),
        provider=table.checked("provider", checked_provider),
        base_url=table.checked("base_url", checked_base_url),
        stripe_base_url=table.checked("stripe_base_url", checked_base_url),
        keeper=Keeper(table.one_of("token", list(Keeper))) if "token" in table.values else None,
        theme=table.optional("theme", checked_theme),
        low_balance=table.optional("low_balance", checked_threshold),
        currency=table.optional("currency", checked_currency),
        read_only=table.switch("read_only", usual=False),
    )
