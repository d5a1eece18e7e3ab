"""Tokens in files of their own (0600), for machines without a keyring and people who agreed to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui.config.accounts import LONGEST_TOKEN, LONGEST_URL
from tui.config.locations import tokens_directory
from tui.config.unavailable import SecretUnavailable
from tui.storage.files import UnsafeFile, make_private_directory, read_private, write_file

_LARGEST = LONGEST_TOKEN + 2 * LONGEST_URL
"""Bytes of a file: the token and the addresses it is for."""


def path_of(account_id: str) -> Path:
    """Where the token of an account is kept; the file is named after the account's id, not its name."""
    return tokens_directory() / account_id


def store(account_id: str, token: str) -> str:
    """Write the token and return where, in words. Raises SecretUnavailable."""
    path = path_of(account_id)
    with _explained(path):
        make_private_directory(path.parent)
        write_file(path, token.encode() + b"\n")
    return f"in the file {path}, which only you can read"


def load(account_id: str) -> str:
    """Read the token. Raises SecretUnavailable, also when others could have read it too."""
    path = path_of(account_id)
    with _explained(path):
        return read_private(path, _LARGEST).decode("ascii", "replace").strip()


def remove(account_id: str) -> None:
    """Delete the file. Raises SecretUnavailable."""
    path = path_of(account_id)
    with _explained(path):
        path.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise SecretUnavailable(f"The token's file {path} is gone. Log in again: billtop login") from None
    except UnsafeFile as problem:
        raise SecretUnavailable(f"{problem} If others could have read it, make a new token and log in again.") from None
    except OSError as error:
        raise SecretUnavailable(f"The token's file {path} cannot be used ({error.strerror}).") from None
