"""Connecting an account: configuration in, a provider out."""

from tui import __version__
from tui.config.accounts import AccountConfig, ConfigurationError
from tui.domain import Clock
from tui.providers.base import Provider
from tui.providers.modelslab.card_setup import StripeAccess
from tui.providers.modelslab.client import ModelsLabClient
from tui.providers.olostep.client import OlostepClient
from tui.providers.transport import Transport

USER_AGENT = f"billtop/{__version__}"


def connect(config: AccountConfig, clock: Clock) -> Provider:
    """Make the client of an account; nothing is sent yet.

    Blocks for some 90 ms while certificates load: call it in a thread. The provider then belongs to the event loop
    that first awaits it. Raises ConfigurationError when the provider is unknown or the environment's proxy or
    certificate settings cannot be used.
    """
    if config.ref.provider not in {"modelslab", "olostep"}:
        raise ConfigurationError(f"{config.ref.provider} is not a provider billtop can connect to.")
    transport = Transport(
        config.ref.base_url,
        headers={"Authorization": f"Bearer {config.token}", "User-Agent": USER_AGENT},
        clock=clock,
    )
    if config.ref.provider == "olostep":
        return OlostepClient(config.ref, transport)
    return ModelsLabClient(config.ref, transport, StripeAccess(config.stripe_base_url, clock, USER_AGENT))
