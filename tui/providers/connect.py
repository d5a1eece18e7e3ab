"""Connecting an account: configuration in, a provider out."""

from collections.abc import Callable
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
    make = _CLIENTS.get(config.ref.provider)
    if make is None:
        raise ConfigurationError(f"{config.ref.provider} is not a provider billtop can connect to.")
    return make(config, clock)


async def sign_in(provider: str, base_url: str, email: str, password: str, clock: Clock) -> tuple[str, datetime | None]:
    """Log in by email and return the credential that makes, and its end where the answer tells it.

    The password is sent once and kept nowhere. Raises ConfigurationError for a provider without such a login,
    NotAuthenticated, BillingError.
    """
    if provider not in OFFERS_LOGIN_BY_EMAIL:
        raise ConfigurationError(f"{provider} has no login by email.")
    if provider == "modelslab":
        from tui.providers.modelslab import login

        return await login.sign_in(base_url, email, password, user_agent=USER_AGENT, clock=clock)
    from tui.providers.product_factory import session

    return await session.sign_in(base_url, email, password, user_agent=USER_AGENT, clock=clock), None


def _modelslab(config: AccountConfig, clock: Clock) -> Provider:
    from tui.providers.modelslab.card_setup import StripeAccess
    from tui.providers.modelslab.client import ModelsLabClient

    return ModelsLabClient(
        config.ref, _bearing_token(config, clock), StripeAccess(config.stripe_base_url, clock, USER_AGENT)
    )


def _olostep(config: AccountConfig, clock: Clock) -> Provider:
    from tui.providers.olostep.client import OlostepClient

    return OlostepClient(config.ref, _bearing_token(config, clock))


def _product_factory(config: AccountConfig, clock: Clock) -> Provider:
    from tui.providers.product_factory.admin import ProductFactoryAdmin
    from tui.providers.product_factory.session import cookie_header

    headers = {"Cookie": cookie_header(config.token), "User-Agent": USER_AGENT}
    transport = Transport(config.ref.base_url, headers=headers, clock=clock)
    return ProductFactoryAdmin(config.ref, transport, config.currency)


def _bearing_token(config: AccountConfig, clock: Clock) -> Transport:
    headers = {"Authorization": f"Bearer {config.token}", "User-Agent": USER_AGENT}
    return Transport(config.ref.base_url, headers=headers, clock=clock)


_CLIENTS: dict[str, Callable[[AccountConfig, Clock], Provider]] = {
    "modelslab": _modelslab,
    "olostep": _olostep,
    "product-factory": _product_factory,
}
