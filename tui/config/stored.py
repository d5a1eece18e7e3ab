"""A stored account, and the book of all of them."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tui.config import bound_tokens
from tui.config.accounts import AccountConfig, ConfigurationError, account_ref, checked_token, origin_of
from tui.config.bound_tokens import Origins
from tui.config.secrets import Keeper
from tui.config.unavailable import SecretUnavailable
from tui.domain import AccountRef
from tui.domain.redaction import redact

_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
_THEME = r"[a-z0-9][a-z0-9_-]{0,39}"
_AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,4})?"


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

    @property
    def origins(self) -> Origins:
        """Where its token and its cards go."""
        return Origins(origin_of(self.base_url), origin_of(self.stripe_base_url))

    def unlock(self) -> AccountConfig:
        """Read the token; up to 3 s, so never on an event loop with anything else on it.

        Raises AddressChanged when the token was stored for another address, ConfigurationError.
        """
        if self.keeper is None:
            raise ConfigurationError(
                f"The account {self.name} is logged out. Log in: billtop login --account {self.name}"
            )
        token, known = bound_tokens.read(self.keeper, self.id)
        config = self.with_token(token)
        if known is None:
            # An older billtop kept the token alone: it belongs to the address it has now, from now on.
            with suppress(SecretUnavailable):
                bound_tokens.keep(self.keeper, self.id, token, self.origins)
        elif known != self.origins:
            raise AddressChanged(self, known)
        return config

    def require_known_address(self) -> None:
        """Raise AddressChanged when there is a token and it was stored for another address."""
        if self.keeper is None:
            return
        try:
            _, known = bound_tokens.read(self.keeper, self.id)
        except SecretUnavailable:
            return  # there is no token to compare with: whoever types a new one sees where it goes
        if known is not None and known != self.origins:
            raise AddressChanged(self, known)

    def confirm_address(self) -> None:
        """Bind the token to the address the account has now: somebody looked at it and agreed.

        Raises ConfigurationError.
        """
        if self.keeper is not None:
            token, _ = bound_tokens.read(self.keeper, self.id)
            bound_tokens.keep(self.keeper, self.id, token, self.origins)

    def with_token(self, token: str) -> AccountConfig:
        """The account with a token of the caller's. Raises ConfigurationError."""
        checked = checked_token(token, f"The token of {self.name}")
        return AccountConfig(self.ref, checked, self.stripe_base_url, read_only=self.read_only, currency=self.currency)


def address_question(name: str) -> str:
    """Whether an account may be used where it is now."""
    return f"Use {name} at the new address?"


class AddressChanged(ConfigurationError):
    """A stored token, and another address than it was stored for: nothing is sent until somebody confirms it."""

    def __init__(self, account: StoredAccount, known: Origins) -> None:
        """Say what changed; `known` is what the token was stored for."""
        self.account = account
        self.known = known
        self.api = account.origins.api != known.api
        """Whether the token would go elsewhere."""
        self.cards = account.origins.cards != known.cards
        """Whether card details would."""
        addresses = [f"--base-url {account.base_url}"] if self.api else []
        addresses += [f"--stripe-base-url {account.stripe_base_url}"] if self.cards else []
        super().__init__(
            f"The address of {account.name} changed. {' '.join(self.changes)} Nothing was sent. If this is right, log "
            f"in again: `billtop login --account {account.name} {' '.join(addresses)}`. If not, restore the address in "
            "accounts.toml."
        )

    @property
    def changes(self) -> list[str]:
        """A sentence for each address that changed."""
        now, known = self.account.origins, self.known
        changes = [f"The token was stored for {known.api} and would now go to {now.api}."] if self.api else []
        if self.cards:
            changes.append(f"Card details went to {known.cards} and would now go to {now.cards}.")
        return changes


@dataclass(frozen=True, slots=True)
class AccountBook:
    """All stored accounts by name, and which one is used unless told otherwise."""

    accounts: Mapping[str, StoredAccount] = field(default_factory=dict)
    current: str | None = None
    broken: Mapping[str, str] = field(default_factory=dict)
    """Names in the file that cannot be used, and why; such a book is never written."""

    def pick(self, name: str | None) -> StoredAccount | None:
        """The account of that name, or without one the current or only account; None when there is none.

        Raises ConfigurationError when several could be meant, and when the one that is meant cannot be used.
        """
        wanted = self.current if name is None else name
        if wanted is not None and wanted in self.broken:
            raise ConfigurationError(self.broken[wanted])
        if wanted is not None:
            return self.accounts.get(wanted)
        if not self.accounts:
            if self.broken:
                raise ConfigurationError(next(iter(self.broken.values())))
            return None
        if len(self.accounts) == 1 and not self.broken:
            return next(iter(self.accounts.values()))
        raise ConfigurationError(f"Say which account with --account NAME; there are: {', '.join(self.accounts)}.")

    def with_account(self, account: StoredAccount) -> "AccountBook":
        """The book with `account` in it; the first account becomes the current one."""
        return replace(self, accounts={**self.accounts, account.name: account}, current=self.current or account.name)

    def with_new(self, account: StoredAccount) -> "AccountBook":
        """The book with one more account. Raises ConfigurationError when its name is taken."""
        self._require_free(account.name)
        return self.with_account(account)

    def _require_free(self, name: str) -> None:
        if name in self.accounts:
            raise ConfigurationError(f"There is an account {name} already.")

    def without(self, name: str) -> "AccountBook":
        """The book without that account; when it was the current one, the first of the others becomes it."""
        rest = {each: account for each, account in self.accounts.items() if each != name}
        current = next(iter(rest), None) if self.current == name else self.current
        return AccountBook(rest, current)

    def renamed(self, name: str, new: str) -> "AccountBook":
        """The book with an account under another name, in its place. Raises ConfigurationError when that is taken."""
        if new != name:
            self._require_free(new)
        accounts = {
            new if each == name else each: replace(account, name=new) if each == name else account
            for each, account in self.accounts.items()
        }
        return AccountBook(accounts, new if self.current == name else self.current)


def checked_name(raw: str) -> str:
    """Return `raw` as the name of an account. Raises ConfigurationError."""
    if not re.fullmatch(_NAME, raw) or redact(raw) != raw:  # a card number or a key is no name
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
