"""accounts.toml, checked part by part: an account that cannot be used is named with its line, the others work."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from tui.config.accounts import PROVIDERS, ConfigurationError, checked_base_url, checked_currency
from tui.config.secrets import Keeper
from tui.config.stored import AccountBook, StoredAccount, checked_name, checked_theme, checked_threshold
from tui.config.toml_file import BadFile, TomlFile, named

VERSION = 1
MOST_ACCOUNTS = 200
"""Accounts of a file: each of them is connected to when the dashboard starts."""
_ID = r"[0-9a-f]{16,64}"
_KEYS = ("id", "provider", "base_url", "stripe_base_url", "token", "theme", "low_balance", "read_only", "currency")
_UNKNOWN = ""
"""What `broken` calls a current account that has no name."""

T = TypeVar("T")


class AccountReader:
    """Reads the book of accounts from a file."""

    def __init__(self, file: TomlFile) -> None:
        """Take the file; nothing is checked yet."""
        self._file = file

    def book(self, *, strict: bool) -> AccountBook:
        """The accounts; when not `strict`, those that cannot be used are in its `broken`.

        Raises BadFile for what concerns the whole file, and when `strict` for every part of it.
        """
        data = self._file.data
        version, tables = data.get("version"), data.get("accounts", {})
        if type(version) is int and version > VERSION:
            raise self._file.bad("was written by a newer billtop. Update billtop to use it", "version")
        if type(version) is not int or version != VERSION or not isinstance(tables, dict):
            raise self._file.bad("version must be 1 and accounts a table", "version")
        if len(tables) > MOST_ACCOUNTS:
            raise self._file.bad(f"there are more than {MOST_ACCOUNTS} accounts", "accounts")
        if strict:
            self._only(data, ("version", "current", "accounts"))
        accounts: dict[str, StoredAccount] = {}
        broken: dict[str, str] = {}
        for name, table in tables.items():
            try:
                accounts[name] = self._account(name, table)
            except BadFile as problem:
                if strict:
                    raise
                broken[name] = str(problem)
        current = data.get("current")
        if current is None or (isinstance(current, str) and current in tables):
            return AccountBook(accounts, current, broken)
        unnamed = self._file.bad("current must be the name of one of its accounts", "current")
        if strict:
            raise unnamed
        return AccountBook(accounts, _UNKNOWN, {**broken, _UNKNOWN: str(unnamed)})

    def _account(self, name: str, table: object) -> StoredAccount:
        try:
            at = ("accounts", checked_name(name))
        except ConfigurationError as problem:
            raise self._file.bad(str(problem), "accounts", name) from None
        where = ".".join(at)
        if not isinstance(table, dict):
            raise self._file.bad(f"{where} must be a table", *at)
        self._only(table, _KEYS, *at)
        text = partial(self._text, table, *at)
        if not re.fullmatch(_ID, text("id")):
            raise self._file.bad(f"{where}.id must be what billtop login wrote", *at, "id")
        if text("provider") not in PROVIDERS:
            raise self._file.bad(f"{where}.provider is none of: {', '.join(PROVIDERS)}", *at, "provider")
        keeper = table.get("token")
        if keeper is not None and (not isinstance(keeper, str) or keeper not in set(Keeper)):
            raise self._file.bad(f"{where}.token is none of: {', '.join(Keeper)}", *at, "token")
        return StoredAccount(
            name=name,
            id=text("id"),
            provider=text("provider"),
            base_url=self._checked(checked_base_url, text("base_url"), *at, "base_url"),
            stripe_base_url=self._checked(checked_base_url, text("stripe_base_url"), *at, "stripe_base_url"),
            keeper=None if keeper is None else Keeper(keeper),
            theme=self._optional(table, checked_theme, *at, "theme"),
            low_balance=self._optional(table, checked_threshold, *at, "low_balance"),
            currency=self._optional(table, checked_currency, *at, "currency"),
            read_only=self._switch(table, *at, "read_only"),
        )

    def _text(self, table: Mapping[str, object], *at: str) -> str:
        value = table.get(at[-1])
        if not isinstance(value, str):
            raise self._file.bad(f"{'.'.join(at)} must be a text", *at)
        return value

    def _checked(self, check: Callable[[str, str], T], value: str, *at: str) -> T:
        try:
            return check(value, ".".join(at))
        except ConfigurationError as problem:
            raise self._file.bad(str(problem).rstrip("."), *at) from None

    def _optional(self, table: Mapping[str, object], check: Callable[[str, str], T], *at: str) -> T | None:
        return None if table.get(at[-1]) is None else self._checked(check, self._text(table, *at), *at)

    def _switch(self, table: Mapping[str, object], *at: str) -> bool:
        value = table.get(at[-1], False)
        if not isinstance(value, bool):
            raise self._file.bad(f"{'.'.join(at)} must be true or false", *at)
        return value

    def _only(self, data: Mapping[str, object], allowed: tuple[str, ...], *at: str) -> None:
        for key in data:
            if key not in allowed:
                prefix = "".join(f"{each}." for each in at)
                raise self._file.bad(f"{named(key, prefix)} is not known; known are {', '.join(allowed)}", *at, key)
