"""The gate every payment address passes before it becomes a QR code, a link, a copy or a browser tab."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from tui.domain import AccountRef, Mode

STRIPE_HOSTS = frozenset({"checkout.stripe.com"})
"""Where Stripe serves its hosted checkout (docs.stripe.com, Checkout sessions: `url`)."""
CREEM_HOSTS = frozenset({"checkout.creem.io", "creem.io", "www.creem.io"})
"""Where Creem serves its checkout and its customers' portal (docs.creem.io; addresses seen in public code)."""
_PROCESSORS = {"product-factory": STRIPE_HOSTS | CREEM_HOSTS}
"""Who takes payments for accounts of a provider, where that is not Stripe alone."""
STRIPE_PORTAL_HOSTS = frozenset({"billing.stripe.com"})
"""Where Stripe serves its customer portal (docs.stripe.com/api/customer_portal/sessions: `url`)."""
STRIPE_DOCUMENT_HOSTS = frozenset({"invoice.stripe.com", "pay.stripe.com", "files.stripe.com"})
"""Where Stripe serves invoices, receipts and their PDFs (docs.stripe.com, Invoices: `hosted_invoice_url`)."""


class BadPaymentUrl(ValueError):
    """An address that must not be shown as a way to pay; the text says why, without the address."""


@dataclass(frozen=True, slots=True)
class PaymentUrl:
    """An address that may be shown, with the host a person should check."""

    url: str
    host: str
    """The host, with its port when it has one, as the browser will see it."""
    trusted: bool
    """Whether the host is one that is known to take payments for this account."""


def check_payment_url(url: str, account: AccountRef, custom_hosts: frozenset[str] = frozenset()) -> PaymentUrl:
    """Check `url` (kept byte for byte). Raises BadPaymentUrl.

    https only; http is allowed for a sandbox account when host and port are the sandbox's own. No user name, no
    backslash, white space, control or non-ASCII character anywhere, no percent sign in the host: parsers disagree on
    those, and a disagreement is how a link goes elsewhere than it says.
    """
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or not 0 < len(url) <= 5000:
        raise BadPaymentUrl("the address has characters that do not belong in one")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadPaymentUrl("the address cannot be read") from None
    if "@" in parts.netloc or "%" in parts.netloc or not host:
        raise BadPaymentUrl("the address hides its host")
    if _is_own_sandbox(url, account):
        return PaymentUrl(url, parts.netloc, trusted=True)
    if parts.scheme != "https":
        raise BadPaymentUrl("the address is not https")
    if port not in (None, 443):
        raise BadPaymentUrl("the address names an unusual port")
    if _is_address(host):
        raise BadPaymentUrl("the address names a number instead of a host")
    return PaymentUrl(url, host, trusted=host in _PROCESSORS.get(account.provider, STRIPE_HOSTS) | custom_hosts)


def check_document_url(url: str, account: AccountRef) -> PaymentUrl:
    """Check the address of an invoice or receipt by the same rules. Raises BadPaymentUrl.

    `trusted` tells whether the host is Stripe's for documents, or the sandbox's own; a provider may well serve its
    invoices from elsewhere, so others are shown too, with the host named.
    """
    return check_payment_url(url, account, STRIPE_DOCUMENT_HOSTS)


def check_portal_url(url: str, account: AccountRef) -> PaymentUrl:
    """Check the address of a billing portal by the same rules. Raises BadPaymentUrl.

    A provider may serve a portal of its own from elsewhere: `trusted` tells whether the host is a processor's.
    """
    return check_payment_url(url, account, STRIPE_PORTAL_HOSTS)


def _is_own_sandbox(url: str, account: AccountRef) -> bool:
    """Whether `url` is served by the sandbox the account itself talks to."""
    base, target = urlsplit(account.base_url), urlsplit(url)
    return account.mode is Mode.SANDBOX and (base.scheme, base.netloc) == (target.scheme, target.netloc)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        # Browsers read 2130706433 and 0x7f.1 as addresses too: a real host ends in a name.
        return not host.rsplit(".", 1)[-1].isalpha() and not host.rsplit(".", 1)[-1].startswith("xn--")
    return True
