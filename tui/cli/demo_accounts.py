"""The accounts of `billtop demo`: one sandbox in a child process, and an account of each provider it speaks for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING

from tui.cli.sources import RETRY, connect_for_screen
from tui.config.accounts import PROVIDERS, make_account
from tui.domain import Mode, SafeText
from tui.providers.base import Provider
from tui.providers.errors import BillingError

if TYPE_CHECKING:
    from tui.sandbox.harness import RunningSandbox


@dataclass
class DemoSandbox:
    """A sandbox that starts with the first account that connects, and ends with this process at the latest."""

    rows: int
    seed: int
    died: bool = field(default=False, init=False)
    """Whether it ended by itself."""
    _running: "RunningSandbox | None" = field(default=None, init=False)
    _starting: Lock = field(default_factory=Lock, init=False)

    def running(self) -> "RunningSandbox":
        """Start it unless it runs; accounts that connect at the same time share it. Raises BillingError."""
        from tui.sandbox.harness import SandboxError, launch

        with self._starting:
            if self._running is None:
                try:
                    self._running = launch(rows=self.rows, seed=self.seed)
                except (SandboxError, OSError) as error:
                    raise BillingError(SafeText(f"The demo's sandbox did not start: {error}"), hint=RETRY) from error
            return self._running

    def close(self) -> None:
        """Stop it, and remember if it was no longer there."""
        with self._starting:
            if self._running is not None:
                # By its exit status: a child that was killed a moment ago may still look as if it ran.
                self.died = self._running.stop() != 0
                self._running = None


@dataclass
class DemoAccount:
    """An account of the demo's sandbox, as an AccountSource."""

    name: SafeText
    provider: str
    access: "Callable[[RunningSandbox], tuple[str, str]]"
    """Its base URL and its token there."""
    sandbox: DemoSandbox
    read_only: bool = False
    mode: Mode = Mode.SANDBOX
    theme: str | None = None
    low_balance: Decimal | None = None
    fingerprint: str | None = field(default=None, init=False)
    provider_title: str = field(init=False)

    def __post_init__(self) -> None:
        """Name the provider as people do."""
        self.provider_title = PROVIDERS[self.provider]

    def connect(self) -> Provider:
        """Make a client for it, once the sandbox runs. Raises BillingError."""
        running = self.sandbox.running()
        base_url, token = self.access(running)
        config = make_account(
            name=self.name,
            provider=self.provider,
            base_url=base_url,
            token=token,
            stripe_base_url=running.stripe_url,
        )
        return connect_for_screen(config, read_only=self.read_only)

    def close(self) -> None:
        """Nothing of its own was started; the sandbox ends with the demo."""


def demo_accounts(sandbox: DemoSandbox, *, read_only: bool = False) -> list[DemoAccount]:
    """An account of each provider."""
    known: dict[str, tuple[str, Callable[[RunningSandbox], tuple[str, str]]]] = {
        "studio": ("modelslab", lambda running: (running.modelslab_url, running.token)),
        "scraper": ("olostep", lambda running: (running.olostep_url, running.olostep_token)),
        "shop": ("product-factory", lambda running: (running.product_factory_url, running.product_factory_admin_token)),
    }
    return [
        DemoAccount(SafeText(name), provider, access, sandbox, read_only) for name, (provider, access) in known.items()
    ]
