"""Stored tokens, each bound to the addresses it was stored for: whoever changes an address gets no token by it.

What is kept is the token, then on lines of their own the origin of the API and that of Stripe. They are kept together,
not in accounts.toml: an address that is edited there must not bring its own permission along.

Earlier versions stored the token alone: it is bound to the address its account has when it is read next.
"""

from typing import NamedTuple

from tui.config.secrets import Keeper, keep_token, read_token
from tui.config.unavailable import SecretUnavailable


class Origins(NamedTuple):
    """Where an account's secrets go, each as scheme, host and port."""

    api: str
    """Where the token is sent."""
    cards: str
    """Where card details are sent."""


def keep(keeper: Keeper, account_id: str, token: str, origins: Origins) -> str:
    """Keep the token for `origins` alone, and return where it is, in words. Raises SecretUnavailable."""
    return keep_token(keeper, account_id, "\n".join((token, *origins)))


def read(keeper: Keeper, account_id: str) -> tuple[str, Origins | None]:
    """Read a token and what it was stored for: None where an older billtop stored it. Raises SecretUnavailable."""
    token, *origins = read_token(keeper, account_id).splitlines() or [""]
    if origins and len(origins) != len(Origins._fields):
        raise SecretUnavailable(
            "What is stored for this account is not a token of billtop's. Log in again: billtop login"
        )
    return token, Origins(*origins) if origins else None
