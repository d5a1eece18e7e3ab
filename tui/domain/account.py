"""The account a screen shows and a call is made for."""

from enum import StrEnum
from typing import NamedTuple

from tui.domain.text import SafeText


class Mode(StrEnum):
    """Whether money that moves is real."""

    LIVE = "live"
    SANDBOX = "sandbox"


class AccountRef(NamedTuple):
    """Which account, at which provider, for real or not; carries no secret."""

    name: SafeText
    """The name the user gave the account."""
    provider: str
    """Provider key as on the command line: modelslab, olostep, product-factory."""
    provider_title: str
    """The provider's name as people write it."""
    base_url: str
    """Where its API answers."""
    mode: Mode
    fingerprint: str
    """Tells the account from every other one: records of another account are never mixed up with this one's.

    A digest of provider, base URL and, for an account of the environment, the token; a stored account has a random id
    in the token's place, so that a new token leaves its records with it."""
