"""Where the dashboard's accounts come from."""

from tui.account.store import AddressUnconfirmed
from tui.config.accounts import AccountConfig, ConfigurationError
from tui.config.stored import AddressChanged, StoredAccount
from tui.domain import SafeText, SystemClock
from tui.providers.base import CHANGING, PAYING, Provider
from tui.providers.errors import BillingError

RETRY = SafeText("Press r to try again.")


class ConfiguredAccount:
    """The account of the configuration, as an AccountSource; `read_only` takes paying away from it."""

    def __init__(self, account: AccountConfig | StoredAccount, *, read_only: bool) -> None:
        """Take the account; nothing is connected and no keyring asked before `connect`."""
        ref = account.ref
        self.name = ref.name
        self.provider_title = ref.provider_title
        self.mode = ref.mode
        self.theme = account.theme if isinstance(account, StoredAccount) else None
        self.fingerprint: str | None = ref.fingerprint
        self.low_balance = account.low_balance if isinstance(account, StoredAccount) else None
        self._account = account
        self._read_only = read_only

    def connect(self) -> Provider:
        """Read the token and make the client. Raises BillingError with words for the person."""
        try:
            config = self._account.unlock()
        except AddressChanged as changed:
            message = SafeText(f"The address of {self.name} changed. {' '.join(changed.changes)} Nothing was sent.")
            raise AddressUnconfirmed(
                message, changes=tuple(changed.changes), wanted=changed.account.origins
            ) from changed
        except ConfigurationError as error:
            raise BillingError(SafeText(error), hint=RETRY) from error
        return connect_for_screen(config, read_only=self._read_only or config.read_only)

    def close(self) -> None:
        """Nothing was started."""


def connect_for_screen(config: AccountConfig, *, read_only: bool) -> Provider:
    """Make a client; what is wrong with the environment becomes an error a screen can show. Raises BillingError."""
    from tui.providers.connect import connect

    try:
        provider = connect(config, SystemClock())
    except ConfigurationError as error:
        raise BillingError(SafeText(error), hint=SafeText("Change that setting, then start billtop again.")) from error
    if read_only:
        provider.capabilities -= PAYING | CHANGING
    return provider
