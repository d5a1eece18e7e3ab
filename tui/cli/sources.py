"""Where the dashboard's account comes from."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from tui.config.accounts import AccountConfig, ConfigurationError, make_account
from tui.config.store import StoredAccount
from tui.domain import Mode, SafeText, SystemClock
from tui.providers.base import CHANGING, PAYING, Provider
from tui.providers.errors import BillingError

if TYPE_CHECKING:
    from tui.sandbox.harness import RunningSandbox


class ConfiguredAccount:
    """The account of the configuration, as an AccountSource; `read_only` takes paying away from it."""

    def __init__(self, account: AccountConfig | StoredAccount, *, read_only: bool) -> None:
        """Take the account; nothing is connected and no keyring asked before `connect`."""
        ref = account.ref
        self.name = ref.name
        self.provider_title = ref.provider_title
        self.mode = ref.mode
        self.theme = account.theme if isinstance(account, StoredAccount) else None
        self.low_balance = account.low_balance if isinstance(account, StoredAccount) else None
        self._account = account
        self._read_only = read_only

    def connect(self) -> Provider:
        """Read the token and make the client. Raises BillingError with words for the person."""
        try:
            config = self._account.unlock()
        except ConfigurationError as error:
            raise BillingError(SafeText(error), hint=SafeText("Press r to try again.")) from error
        return connect_for_screen(config, read_only=self._read_only or config.read_only)

    def close(self) -> None:
        """Nothing was started."""


@dataclass
class DemoAccount:
    """An account of an embedded sandbox, as an AccountSource: a child process that ends with this one."""

    rows: int
    seed: int
    read_only: bool = False
    name: SafeText = field(default=SafeText("demo"), init=False)
    provider_title: str = field(default="ModelsLab", init=False)
    mode: Mode = field(default=Mode.SANDBOX, init=False)
    theme: str | None = field(default=None, init=False)
    low_balance: Decimal | None = field(default=None, init=False)
    died: bool = field(default=False, init=False)
    """Whether the sandbox ended by itself."""
    _sandbox: "RunningSandbox | None" = field(default=None, init=False)

    def connect(self) -> Provider:
        """Start the sandbox unless it runs, and make a client for it. Raises BillingError."""
        from tui.sandbox.harness import SandboxError, launch

        if self._sandbox is None:
            try:
                self._sandbox = launch(rows=self.rows, seed=self.seed)
            except (SandboxError, OSError) as error:
                raise BillingError(
                    SafeText(f"The demo's sandbox did not start: {error}"), hint=SafeText("Press r to try again.")
                ) from error
        config = make_account(
            name=self.name,
            provider="modelslab",
            base_url=self._sandbox.modelslab_url,
            token=self._sandbox.token,
            stripe_base_url=self._sandbox.stripe_url,
        )
        return connect_for_screen(config, read_only=self.read_only)

    def close(self) -> None:
        """Stop the sandbox, and remember if it was no longer there."""
        if self._sandbox is not None:
            # By its exit status: a child that was killed a moment ago may still look as if it ran.
            self.died = self._sandbox.stop() != 0
            self._sandbox = None


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
