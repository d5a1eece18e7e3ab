"""Connecting an account: configuration in, a provider out."""

from datetime import datetime

from tui import __version__
from tui.config.accounts import OFFERS_LOGIN_BY_EMAIL, AccountConfig, ConfigurationError
from tui.domain import Clock
from tui.providers.base import Provider
from tui.providers.transport import Transport

USER_AGENT = f"billtop/{__version__}"


def connect(config: AccountConfig, clock: Clock) -> Provider:
    """Make the client of an account; nothing is sent yet.

    Blocks for some 90 ms while certificates load: call it in a thread. The provider then belongs to the event loop
    that first awaits it. Raises ConfigurationError when the provider is unknown or the environment's proxy or
    certificate settings cannot be used.
    """
    match config.ref.provider:
        case "modelslab":
            from tui.providers.modelslab.card_setup import StripeAccess
            from tui.providers.modelslab.client import ModelsLabClient

            stripe = StripeAccess(config.stripe_base_url, clock, USER_AGENT)
            return ModelsLabClient(config.ref, _transport(config, clock, _bearing(config)), stripe)
        case "olostep":
            from tui.providers.olostep.client import OlostepClient

            return OlostepClient(config.ref, _transport(config, clock, _bearing(config)))
        case "product-factory":
            from tui.providers.product_factory.client import ProductFactoryClient
            from tui.providers.product_factory.session import cookie_header

            cookie = {"Cookie": cookie_header(config.token)}
            return ProductFactoryClient(config.ref, _transport(config, clock, cookie), config.currency)
    raise ConfigurationError(f"{config.ref.provider} is not a provider billtop can connect to.")


async def sign_in(provider: str, base_url: str, email: str, password: str, clock: Clock) -> tuple[str, datetime | None]:
    """Log in by email and return the credential that makes, and its end where the answer tells it.

    The password is sent once and kept nowhere. Raises ConfigurationError for a provider without such a login,
    NotAuthenticated, BillingError.
    """
    if provider not in OFFERS_LOGIN_BY_EMAIL:
        raise ConfigurationError(f"{provider} has no login by email.")
    transport = Transport(base_url, headers={"User-Agent": USER_AGENT}, clock=clock)
    try:
        if provider == "modelslab":
            from tui.providers.modelslab import login

            return await login.sign_in(transport, email, password)
        from tui.providers.product_factory import session

        return await session.sign_in(transport, email, password), None
    finally:
        await transport.aclose()


def _bearing(config: AccountConfig) -> dict[str, str]:
    return {"Authorization": f"Bearer {config.token}"}


def _transport(config: AccountConfig, clock: Clock, credential: dict[str, str]) -> Transport:
    return Transport(config.ref.base_url, headers={**credential, "User-Agent": USER_AGENT}, clock=clock)
