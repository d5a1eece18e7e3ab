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

from tui.config.account_reader import VERSION, read_accounts
from tui.config.stored import AccountBook, StoredAccount
from tui.config.toml_edit import exclusive, write_toml
from tui.config.toml_file import LARGEST, read_toml

_HEAD = "# Written by `billtop login`, `logout` and `accounts`, which keep your comments. No token is in here.\n"


def update_book(path: Path, change: Callable[[AccountBook], AccountBook]) -> AccountBook:
    """Read the accounts, change them and write them, while every other instance waits; return what was written.

    Raises ConfigurationError, also when another instance holds the file for more than 5 s.
    """
    with exclusive(path):
        book = change(read_book(path))
        write_book(path, book)
        return book


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
        return read_accounts(read_toml(path, LARGEST), strict=strict)
    except FileNotFoundError:
        return AccountBook()


def write_book(path: Path, book: AccountBook) -> None:
    """Write the accounts; what somebody else wrote in the file stays. Raises ConfigurationError."""
    current = {} if book.current is None else {"current": book.current}
    accounts = {account.name: _settings(account) for account in book.accounts.values()}
    write_toml(path, {"version": VERSION, **current, **({"accounts": accounts} if accounts else {})}, _HEAD)


def _settings(account: StoredAccount) -> dict[str, str | bool]:
    settings = {
        "id": account.id,
        "provider": account.provider,
        "base_url": account.base_url,
        "stripe_base_url": account.stripe_base_url,
        "token": account.keeper and account.keeper.value,
        "theme": account.theme,
        "currency": account.currency,
        "low_balance": None if account.low_balance is None else f"{account.low_balance:f}",
        "read_only": account.read_only,
    }
    return {key: value for key, value in settings.items() if value}
