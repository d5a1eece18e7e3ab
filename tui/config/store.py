"""The accounts `billtop login` made: `accounts.toml`, which holds everything but the tokens.

version = 1
current = "work"          # used when neither --account nor the environment names one

[accounts.work]
id = "3f0c…"              # random, stays when the token changes: open payments are found by it
provider = "modelslab"
base_url = "https://modelslab.com/api/agents/v1"
stripe_base_url = "https://api.stripe.com"
token = "keyring"         # or "file"; missing: logged out
theme = "billtop-light"   # optional, and so are the next three
low_balance = "20.00"     # warn below this, in the unit of the account's balance
read_only = true          # refuse everything that pays
currency = "EUR"          # what prices are in where the provider does not say
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from tui.config.accounts import (
    PROVIDERS,
    AccountConfig,
    ConfigurationError,
    account_ref,
    checked_base_url,
    checked_currency,
    checked_token,
)
from tui.config.secrets import Keeper, read_token
from tui.domain import AccountRef
from tui.files import UnsafeFile, make_private_directory, read_trusted, write_file

VERSION = 1
_LONGEST_FILE = 1_000_000
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
_ID = r"[0-9a-f]{16,64}"
_THEME = r"[a-z0-9][a-z0-9_-]{0,39}"
_AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,4})?"
_HEAD = "# Written by `billtop login`, `logout` and `accounts`; comments are not kept. No token is in here.\n"
_KEYS = ("id", "provider", "base_url", "stripe_base_url", "token", "theme", "low_balance", "read_only", "currency")
_LOCK_SECONDS = 5.0
"""How long another instance may take to write the file."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account of the file; `keeper` is where its token is, None after logging out."""

    name: str
    id: str
    provider: str
    base_url: str
    stripe_base_url: str
    keeper: Keeper | None
    theme: str | None = None
    """The theme the dashboard shows it in; None for the usual one."""
    low_balance: Decimal | None = None
    """What is left when a warning is due, in the unit of its balance."""
    read_only: bool = False
    """Whether everything that pays is refused."""
    currency: str | None = None
    """What prices are in where the provider does not say (ISO 4217)."""

    @property
    def ref(self) -> AccountRef:
        """The account without its credential."""
        return account_ref(name=self.name, provider=self.provider, base_url=self.base_url, identity=self.id)

    def unlock(self) -> AccountConfig:
        """Read the token; up to 3 s, so never on an event loop with anything else on it. Raises ConfigurationError."""
        if self.keeper is None:
            raise ConfigurationError(
                f"The account {self.name} is logged out. Log in: billtop login --account {self.name}"
            )
        return self.with_token(read_token(self.keeper, self.id))

    def with_token(self, token: str) -> AccountConfig:
        """The account with a token of the caller's. Raises ConfigurationError."""
        checked = checked_token(token, f"The token of {self.name}")
        return AccountConfig(self.ref, checked, self.stripe_base_url, read_only=self.read_only, currency=self.currency)


@dataclass(frozen=True, slots=True)
class AccountBook:
    """All stored accounts by name, and which one is used unless told otherwise."""

    accounts: Mapping[str, StoredAccount] = field(default_factory=dict)
    current: str | None = None

    def pick(self, name: str | None) -> StoredAccount | None:
        """The account of that name, or without one the current or only account; None when there is none.

        Raises ConfigurationError when several could be meant.
        """
        if name is not None or not self.accounts:
            return self.accounts.get(name or "")
        if self.current is not None:
            return self.accounts[self.current]
        if len(self.accounts) == 1:
            return next(iter(self.accounts.values()))
        raise ConfigurationError(f"Say which account with --account NAME; there are: {', '.join(self.accounts)}.")

    def with_account(self, account: StoredAccount) -> "AccountBook":
        """The book with `account` in it; the first account becomes the current one."""
        return replace(self, accounts={**self.accounts, account.name: account}, current=self.current or account.name)

    def without(self, name: str) -> "AccountBook":
        """The book without that account; when it was the current one, the first of the others becomes it."""
        rest = {each: account for each, account in self.accounts.items() if each != name}
        current = next(iter(rest), None) if self.current == name else self.current
        return AccountBook(rest, current)

    def renamed(self, name: str, new: str) -> "AccountBook":
        """The book with an account under another name, in its place. Raises ConfigurationError when that is taken."""
        if new != name and new in self.accounts:
            raise ConfigurationError(f"There is an account {new} already.")
        accounts = {
            new if each == name else each: replace(account, name=new) if each == name else account
            for each, account in self.accounts.items()
        }
        return AccountBook(accounts, new if self.current == name else self.current)


def checked_name(raw: str) -> str:
    """Return `raw` as the name of an account. Raises ConfigurationError."""
    if not re.fullmatch(_NAME, raw):
        raise ConfigurationError("An account's name has letters, digits, - and _, up to 40, for example: work")
    return raw


def checked_threshold(raw: str, what: str) -> Decimal:
    """Return `raw` as the balance below which a warning is due. Raises ConfigurationError naming `what`."""
    if not re.fullmatch(_AMOUNT, raw) or not Decimal(raw):
        raise ConfigurationError(f"{what} must be an amount in the unit of the balance, for example 25 or 12.50.")
    return Decimal(raw)


def checked_theme(raw: str, what: str) -> str:
    """Return `raw` as the name of a theme, which need not exist. Raises ConfigurationError naming `what`."""
    if not re.fullmatch(_THEME, raw):
        raise ConfigurationError(f"{what} must be the name of a theme, for example billtop-light.")
    return raw


def update_book(path: Path, change: Callable[[AccountBook], AccountBook]) -> AccountBook:
    """Read the accounts, change them and write them, while every other instance waits; return what was written.

    Raises ConfigurationError, also when another instance holds the file for more than 5 s.
    """
    from filelock import FileLock, Timeout

    try:
        make_private_directory(path.parent)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_LOCK_SECONDS, mode=0o600):
            book = change(read_book(path))
            write_book(path, book)
            return book
    except Timeout:
        raise ConfigurationError(f"Another billtop is writing {path}. Try again in a moment.") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror or error}).") from None


def read_book(path: Path) -> AccountBook:
    """Read the accounts; a file that is not there has none. Raises ConfigurationError naming the part that is wrong."""
    try:
        content = read_trusted(path, _LONGEST_FILE)
    except FileNotFoundError:
        return AccountBook()
    except UnsafeFile as problem:
        raise ConfigurationError(str(problem)) from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read ({error.strerror}).") from None
    try:
        data = tomllib.loads(content.decode())
    except ValueError as error:
        raise ConfigurationError(f"{path} is not TOML ({error}).") from None
    return _Reader(path).book(data)


def write_book(path: Path, book: AccountBook) -> None:
    """Write the accounts, whole or not at all, for their owner alone (0600). Raises ConfigurationError."""
    lines = [_HEAD, f"version = {VERSION}\n"]
    if book.current is not None:
        lines.append(f"current = {_quoted(book.current)}\n")
    for account in book.accounts.values():
        values = {
            "id": account.id,
            "provider": account.provider,
            "base_url": account.base_url,
            "stripe_base_url": account.stripe_base_url,
            **({"token": account.keeper.value} if account.keeper else {}),
            **({"theme": account.theme} if account.theme else {}),
            **({"currency": account.currency} if account.currency else {}),
            **({"low_balance": f"{account.low_balance:f}"} if account.low_balance is not None else {}),
        }
        lines.append(f"\n[accounts.{_quoted(account.name)}]\n")
        lines += [f"{key} = {_quoted(value)}\n" for key, value in values.items()]
        lines += ["read_only = true\n"] if account.read_only else []
    try:
        make_private_directory(path.parent)
        write_file(path, "".join(lines).encode())
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror or error}).") from None


def _quoted(value: str) -> str:
    """Write a TOML string; JSON's are the same for the printable ASCII that names and addresses consist of."""
    import json

    return json.dumps(value)


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def book(self, data: Mapping[str, object]) -> AccountBook:
        version = data.get("version")
        if isinstance(version, int) and version > VERSION:
            raise ConfigurationError(f"{self.path} was written by a newer billtop. Update billtop to use it.")
        self._only(data, ("version", "current", "accounts"), "")
        tables = data.get("accounts", {})
        if version != VERSION or not isinstance(tables, dict):
            raise self._bad("version must be 1 and accounts a table")
        accounts = {name: self._account(name, table) for name, table in tables.items()}
        current = data.get("current")
        if current is not None and (not isinstance(current, str) or current not in accounts):
            raise self._bad("current must be the name of one of its accounts")
        return AccountBook(accounts, current)

    def _account(self, name: str, table: object) -> StoredAccount:
        where = f"accounts.{checked_name(name)}"
        if not isinstance(table, dict):
            raise self._bad(f"{where} must be a table")
        self._only(table, _KEYS, f"{where}.")
        values = {key: table.get(key) for key in ("id", "provider", "base_url", "stripe_base_url")}
        texts = {key: value for key, value in values.items() if isinstance(value, str)}
        if missing := values.keys() - texts.keys():
            raise self._bad(f"{where}.{min(missing)} must be a text")
        if not re.fullmatch(_ID, texts["id"]):
            raise self._bad(f"{where}.id must be what billtop login wrote")
        if texts["provider"] not in PROVIDERS:
            raise self._bad(f"{where}.provider is none of: {', '.join(PROVIDERS)}")
        keeper = table.get("token")
        if keeper is not None and keeper not in set(Keeper):
            raise self._bad(f"{where}.token is none of: {', '.join(Keeper)}")
        return StoredAccount(
            name=name,
            id=texts["id"],
            provider=texts["provider"],
            base_url=checked_base_url(texts["base_url"], f"{self.path}: {where}.base_url"),
            stripe_base_url=checked_base_url(texts["stripe_base_url"], f"{self.path}: {where}.stripe_base_url"),
            keeper=None if keeper is None else Keeper(keeper),
            theme=self._optional(table, where, "theme", checked_theme),
            low_balance=self._optional(table, where, "low_balance", checked_threshold),
            currency=self._optional(table, where, "currency", checked_currency),
            read_only=self._switch(table, where, "read_only"),
        )

    def _optional(
        self, table: Mapping[str, object], where: str, key: str, checked: Callable[[str, str], T]
    ) -> T | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._bad(f"{where}.{key} must be a text")
        return checked(value, f"{self.path}: {where}.{key}")

    def _switch(self, table: Mapping[str, object], where: str, key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self._bad(f"{where}.{key} must be true or false")
        return value

    def _only(self, data: Mapping[str, object], allowed: tuple[str, ...], prefix: str) -> None:
        for key in data:
            if key not in allowed:
                raise self._bad(f"{prefix}{_quoted(key)} is not known; known are {', '.join(allowed)}")

    def _bad(self, problem: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}: {problem}.")
