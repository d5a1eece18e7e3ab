"""Where the tokens of stored accounts are kept."""

from enum import StrEnum

from tui.config import system_keyring, token_file


class Keeper(StrEnum):
    """What keeps a token."""

    KEYRING = "keyring"
    FILE = "file"


def keep_token(keeper: Keeper, account_id: str, token: str) -> str:
    """Keep the token and return where it is, in words. Raises SecretUnavailable."""
    if keeper is Keeper.KEYRING:
        return system_keyring.store(account_id, token)
    return token_file.store(account_id, token)


def read_token(keeper: Keeper, account_id: str) -> str:
    """Read a token, within 3 s. Raises SecretUnavailable."""
    return system_keyring.load(account_id) if keeper is Keeper.KEYRING else token_file.load(account_id)


def forget_token(keeper: Keeper, account_id: str) -> None:
    """Remove a token; one that is not there is no error. Raises SecretUnavailable."""
    if keeper is Keeper.KEYRING:
        system_keyring.remove(account_id)
    else:
        token_file.remove(account_id)
