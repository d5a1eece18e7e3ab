"""What the dashboard may ask of the configuration: which accounts are stored, and to change them."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from tui.account.state import AccountSource
from tui.config.bound_tokens import Origins
from tui.providers.errors import BillingError


@dataclass(eq=False)
class AddressUnconfirmed(BillingError):
    """An account whose address was changed by hand: nothing is sent there before somebody confirms it."""

    kind: ClassVar[str] = "address"
    advice: ClassVar[str] = "Press a, then c, to confirm or refuse the new address."

    changes: tuple[str, ...] = ()
    """A sentence for each address that changed."""
    wanted: Origins | None = None
    """What would be confirmed."""


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account as a person enters it; empty text means the usual."""

    name: str
    provider: str
    """Provider key as on the command line."""
    base_url: str = ""
    theme: str = ""
    low_balance: str = ""
    """What is left when a warning is due, in the unit of the balance."""
    read_only: bool = False
    """Whether everything that pays is refused."""
    currency: str = ""
    """What prices are in where the provider does not say (ISO 4217)."""


class AccountStore(Protocol):
    """Keeps accounts and their tokens. Everything here blocks, for seconds where a server or a keyring is asked.

    Raises ConfigurationError with words for the person; SecretUnavailable, which is one, where the keyring keeps no
    token and nobody agreed to a file; BillingError where the provider refused the token. Nothing is changed then.
    """

    def stored(self, name: str) -> AccountDraft | None:
        """An account as it is stored; None for one of the environment, which cannot be changed here."""
        ...

    def add(self, draft: AccountDraft, token: str, *, in_file: bool) -> AccountSource:
        """Try a new account with its token, then keep both; `in_file` agrees to a file for the token."""
        ...

    def edit(self, name: str, draft: AccountDraft, token: str, *, in_file: bool) -> AccountSource:
        """Change name, settings and, unless it is empty, the token; provider and address stay."""
        ...

    def confirm_address(self, name: str, wanted: Origins) -> AccountSource:
        """Let an account's token go to the address it was changed to, which must still be `wanted`."""
        ...

    def remove(self, name: str) -> None:
        """Remove an account and its token from this machine."""
        ...

    def test(self, name: str) -> str:
        """Read the balance with the account's token, and say what came of it."""
        ...
