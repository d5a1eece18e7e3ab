"""The HTTP client underneath: no redirects, no cookies, and a plain word when the environment breaks it."""

import os
import ssl
from collections.abc import Mapping
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from tui.config.accounts import ConfigurationError, is_loopback

CONNECT_SECONDS = 10.0
"""How long a connection may take; reading is limited by the deadline of the whole call alone."""

_MOST_CONNECTIONS = 10
"""Connections of a pool, all kept while they are of use: one that is closed after each page costs a handshake."""

_PROXY_VARIABLES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


def build_pools(
    base_url: str, headers: Mapping[str, str], double: httpx.AsyncBaseTransport | None = None
) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """Build one client for reads and one for the rest: reads that hang must not keep a payment waiting for a place."""
    context = _context_for(base_url)
    return build_client(base_url, headers, double, context), build_client(base_url, headers, double, context)


def build_client(
    base_url: str,
    headers: Mapping[str, str],
    double: httpx.AsyncBaseTransport | None = None,
    context: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """Build one client for `base_url`; `double` takes the place of the network in tests.

    Proxies and certificates come from the environment, except for plain HTTP on this machine. Takes some 90 ms (the
    certificates) without a `context`: call it in a thread. Raises ConfigurationError naming the variable that makes it
    impossible.
    """
    try:
        return httpx.AsyncClient(
            headers=dict(headers),
            verify=context or _context_for(base_url),
            trust_env=not _is_plain_local(base_url),
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS, keepalive_expiry=5),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            transport=double,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        raise ConfigurationError(_proxy_problem(os.environ)) from None


def _is_plain_local(base_url: str) -> bool:
    return base_url.startswith("http://") and is_loopback(base_url)


def _context_for(base_url: str) -> ssl.SSLContext:
    """The certificates for a URL; plain HTTP needs none, and an empty context trusts nobody and costs nothing."""
    if _is_plain_local(base_url):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _read_certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _read_certificates(file: str | None, directory: str | None) -> ssl.SSLContext:
    """Read them once for all accounts and for Stripe: each time takes 90 ms and 4 MB."""
    try:
        return httpx.create_ssl_context()
    except (OSError, ValueError):
        named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
        raise ConfigurationError(
            f"{' or '.join(named) or 'The certificate store of this machine'} cannot be used: "
            "it must name readable certificates in PEM form."
        ) from None


def _proxy_problem(environ: Mapping[str, str]) -> str:
    """Say which proxy variable is wrong, without its value: it may hold a password."""
    present = [name for variable in _PROXY_VARIABLES for name in (variable, variable.lower()) if environ.get(name)]
    for name in present:
        if name.upper() == "NO_PROXY":
            return f"{name} cannot be used: it must be a list of host names, separated by commas."
        value = environ[name]
        try:
            httpx.AsyncHTTPTransport(proxy=value if "://" in value else f"http://{value}", verify=False)
        except ImportError:
            return f"{name} names a SOCKS proxy, which needs the package socksio: pip install 'httpx[socks]'."
        except (ValueError, httpx.InvalidURL):
            return f"{name} cannot be used: it must look like http://host:port."
    return "The proxy settings of this machine cannot be used: check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
