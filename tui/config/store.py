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

from collections.abc import Callable
from pathlib import Path

from tui.config.account_reader import VERSION, AccountReader
from tui.config.accounts import ConfigurationError
from tui.config.stored import AccountBook
from tui.config.toml_file import read_toml
from tui.storage.files import make_private_directory, write_file

_LARGEST = 1_000_000
"""Bytes of the file."""
_HEAD = "# Written by `billtop login`, `logout` and `accounts`; comments are not kept. No token is in here.\n"
_LOCK_SECONDS = 5.0
"""How long another instance may take to write the file."""


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
    """Read the accounts to change them; a file that is not there has none.

    Raises ConfigurationError naming the first part that is wrong: what cannot be read would be lost by writing.
    """
    return _read(path, strict=True)


def usable_book(path: Path) -> AccountBook:
    """Read the accounts to use them; those that cannot be used are in `broken`, and the others work.

    Raises ConfigurationError where the whole file cannot be used.
    """
    return _read(path, strict=False)


def _read(path: Path, *, strict: bool) -> AccountBook:
    try:
        return AccountReader(read_toml(path, _LARGEST)).book(strict=strict)
    except FileNotFoundError:
        return AccountBook()


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
