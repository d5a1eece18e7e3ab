"""An account with its credential, and the account of the environment."""

import hashlib
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from tui.domain import CREDITS, AccountRef, Mode, SafeText
from tui.domain.redaction import hide, redact

PROVIDERS = {"modelslab": "ModelsLab", "olostep": "Olostep", "product-factory": "Product Factory"}
"""Provider keys billtop speaks, with their names."""

DEFAULT_BASE_URLS = {"modelslab": "https://modelslab.com/api/agents/v1", "olostep": "https://api.olostep.com"}
"""Where each provider's API answers (docs.modelslab.com, Agents API overview; docs.olostep.com, billing reference).

Product Factory has none: everybody who runs it has an address of their own."""

BALANCE_UNITS = {"modelslab": "USD", "olostep": CREDITS, "product-factory": CREDITS}
"""What each provider's balances are in, as its pages say it; what an answer says goes before it."""

LOGIN_BY_EMAIL = frozenset({"product-factory"})
"""Providers whose credential is a session: a login by email and password gives one."""

OFFERS_LOGIN_BY_EMAIL = LOGIN_BY_EMAIL | {"modelslab"}
"""Providers that give a credential for email and password; where it is not the only way it has to be asked for."""

STRIPE_BASE_URL = "https://api.stripe.com"
"""Where cards are tokenized."""

_LONGEST_NAME = 80
"""Characters of the name of an account from the environment."""
LONGEST_URL = 2000
"""Characters of a base URL."""
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_USUAL_PORTS = {"https": 443, "http": 80}

LONGEST_TOKEN = 8000
"""Characters of a token: more fits into no server's header limit."""


class ConfigurationError(Exception):
    """The configuration cannot be used; the text says which part and what to do."""


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """An account with its credential; the token never shows in a repr."""

    ref: AccountRef
    token: str = field(repr=False)
    stripe_base_url: str = STRIPE_BASE_URL
    read_only: bool = False
    """Whether everything that pays is refused."""
    currency: str | None = None
    """What prices are in where the provider does not say (ISO 4217)."""

    def unlock(self) -> "AccountConfig":
        """Return itself: the token is at hand."""
        return self


def account_from_environment(environ: Mapping[str, str] = os.environ) -> AccountConfig | None:
    """Read the account named by `BILLTOP_PROVIDER`, `BILLTOP_BASE_URL`, `BILLTOP_TOKEN`, `BILLTOP_STRIPE_BASE_URL`.

    `BILLTOP_CURRENCY` is what its prices are in where the provider does not say.

    None when none of the first three is set. Raises ConfigurationError naming the variable that is wrong.
    """
    if not any(environ.get(name) for name in ("BILLTOP_PROVIDER", "BILLTOP_BASE_URL", "BILLTOP_TOKEN")):
        return None
    provider = checked_provider(environ.get("BILLTOP_PROVIDER", "modelslab").strip().lower(), "BILLTOP_PROVIDER")
    currency = environ.get("BILLTOP_CURRENCY", "").strip()
    name = environ.get("BILLTOP_ACCOUNT_NAME", "").strip() or "environment"
    if redact(name) != name or len(name) > _LONGEST_NAME:
        raise ConfigurationError(f"BILLTOP_ACCOUNT_NAME must be a name of up to {_LONGEST_NAME} characters.")
    account = make_account(
        name=name,
        provider=provider,
        base_url=environ.get("BILLTOP_BASE_URL", "").strip() or DEFAULT_BASE_URLS.get(provider, ""),
        token=environ.get("BILLTOP_TOKEN", ""),
        stripe_base_url=environ.get("BILLTOP_STRIPE_BASE_URL", "").strip() or STRIPE_BASE_URL,
    )
    return replace(account, currency=checked_currency(currency, "BILLTOP_CURRENCY")) if currency else account


def make_account(
    *, name: str, provider: str, base_url: str, token: str, stripe_base_url: str = STRIPE_BASE_URL
) -> AccountConfig:
    """Check the parts of an account and put them together. Raises ConfigurationError naming the variable."""
    secret = checked_token(token)
    ref = account_ref(
        name=name, provider=provider, base_url=checked_base_url(base_url, "BILLTOP_BASE_URL"), identity=secret
    )
    return AccountConfig(ref, secret, checked_base_url(stripe_base_url, "BILLTOP_STRIPE_BASE_URL"))


def account_ref(*, name: str, provider: str, base_url: str, identity: str) -> AccountRef:
    """Name an account; `identity` tells it from others at the same address and is not told by the reference."""
    digest = hashlib.sha256(f"{provider}\0{base_url}\0{identity}".encode()).hexdigest()[:16]
    return AccountRef(
        name=SafeText(name),
        provider=provider,
        provider_title=PROVIDERS[provider],
        base_url=base_url,
        mode=Mode.SANDBOX if is_loopback(base_url) else Mode.LIVE,
        fingerprint=digest,
    )


def checked_token(raw: str, what: str = "BILLTOP_TOKEN") -> str:
    """Return `raw` without surrounding white space; refuse what no HTTP header can carry. Raises ConfigurationError.

    From then on the token is taken out of whatever is logged.
    """
    token = raw.strip()
    if not token:
        raise ConfigurationError(f"{what} is empty: it must be the account's access token.")
    if not token.isascii() or not token.isprintable() or " " in token or len(token) > LONGEST_TOKEN:
        raise ConfigurationError(f"{what} has characters no token has: copy it again, without line breaks.")
    hide(token)
    return token


def checked_provider(raw: str, what: str) -> str:
    """Return `raw` as the key of a provider. Raises ConfigurationError naming `what`."""
    if raw not in PROVIDERS:
        raise ConfigurationError(f"{what} is none of: {', '.join(PROVIDERS)}.")
    return raw


def checked_currency(raw: str, what: str) -> str:
    """Return `raw` as a currency in upper case. Raises ConfigurationError naming `what`."""
    if len(raw) != 3 or not raw.isascii() or not raw.isalpha():
        raise ConfigurationError(f"{what} must be three letters, for example EUR.")
    return raw.upper()


def checked_base_url(raw: str, variable: str) -> str:
    """Return an https URL (http on loopback only) without a trailing slash. Raises ConfigurationError."""
    if not raw:
        raise ConfigurationError(f"{variable} is missing: it must be where this account's API answers.")
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise ConfigurationError(f"{variable} is not a URL.") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"{variable} must look like https://host/path.")
    if parts.username is not None or not raw.isascii() or not raw.isprintable() or " " in raw or "\\" in raw:
        raise ConfigurationError(f"{variable} must not carry a user name, spaces or unusual characters.")
    named = is_host(parts.hostname) and ("[" not in parts.netloc or ":" in parts.hostname)
    if len(raw) > LONGEST_URL or port == 0 or not named:
        raise ConfigurationError(f"{variable} does not name a valid host: check its spelling.")
    if parts.scheme == "http" and not is_loopback(raw):
        raise ConfigurationError(f"{variable} must begin with https:// (http is allowed for this machine only).")
    return raw.rstrip("/")


def is_host(host: str) -> bool:
    """Whether `host` is an IP address, or a name that can be looked up (RFC 1123, underscores allowed)."""
    with suppress(ValueError):
        ip_address(host)
        return "%" not in host  # a zone says which network card, which no URL may
    if len(host) > 253 or not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*\.?", host, re.IGNORECASE):
        return False
    return "xn--" not in host.lower() or _is_international(host)


def _is_international(host: str) -> bool:
    """Whether a name with `xn--` in it stands for one in another script; HTTP clients refuse the others."""
    import idna

    try:
        idna.decode(host)
    except idna.IDNAError:
        return False
    return True


def origin_of(url: str) -> str:
    """The origin of a checked URL: scheme, host and, where it is not the usual one, port."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = "" if parts.port in {None, _USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://[{host}]{port}" if ":" in host else f"{parts.scheme}://{host}{port}"


def has_foreign_stripe(base_url: str, stripe_base_url: str) -> bool:
    """Whether an account of this machine's sandbox sends card data to a Stripe elsewhere."""
    return is_loopback(base_url) and not is_loopback(stripe_base_url)


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this machine itself."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
