"""A payment address that lies about its host is never shown."""

import pytest

from tui.config.accounts import make_account
from tui.domain import AccountRef
from tui.payments.checkouts.gate import BadPaymentUrl, check_document_url, check_payment_url, check_portal_url

STRIPE = "https://checkout.stripe.com/c/pay/cs_live_a1xyz#fidkdWxOYHwnPyd1blpxYHZxWjA0%2FaB"


@pytest.fixture
def live() -> AccountRef:
    return make_account(name="work", provider="modelslab", base_url="https://modelslab.com/api", token="t0ken").ref


@pytest.fixture
def sandbox() -> AccountRef:
    return make_account(name="demo", provider="modelslab", base_url="http://127.0.0.1:8123/api", token="t0ken").ref


def test_stripes_own_page_is_trusted_and_kept_byte_for_byte(live: AccountRef) -> None:
    checked = check_payment_url(STRIPE, live)
    assert checked.url == STRIPE
    assert checked.host == "checkout.stripe.com"
    assert checked.trusted


@pytest.mark.parametrize(
    "url",
    [
        "http://checkout.stripe.com/c/pay/x",
        "https://checkout.stripe.com@evil.example/c/pay/x",
        "https://checkout.stripe.com\\@evil.example/",
        "https://checkout.stripe.com\t.evil.example/",
        "https://checkout.stripe.com。evil.example/",
        "https://checkout.stripe.com%2eevil.example/",
        "https://checkout.stripe.com:8443/c/pay/x",
        "https://checkout.stripe.com:99999/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "https:///c/pay/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "--version",
        "",
        "https://checkout.stripe.com/" + "x" * 5000,
        "https://checkout.stripe.com/ö",
        "https://checkout.stripe.com/a b",
        "https://checkout.stripe.com/\x1b]52;c;x\x1b\\",
    ],
)
def test_addresses_that_parsers_read_differently_are_refused(url: str, live: AccountRef) -> None:
    with pytest.raises(BadPaymentUrl):
        check_payment_url(url, live)


@pytest.mark.parametrize("host", ["pay.example.com", "xn--strpe-3ya.com", "checkout.stripe.com.evil.example"])
def test_another_host_is_shown_in_full_and_not_trusted(host: str, live: AccountRef) -> None:
    checked = check_payment_url(f"https://{host}/c/pay/x", live)
    assert checked.host == host
    assert not checked.trusted


def test_creems_pages_are_trusted_for_accounts_that_are_paid_through_it_alone(live: AccountRef) -> None:
    page = "https://www.creem.io/checkout/prod_1/ch_1"
    assert check_payment_url(page, live._replace(provider="product-factory")).trusted
    assert not check_payment_url(page, live).trusted


def test_a_portal_passes_by_the_same_rules(live: AccountRef) -> None:
    assert check_portal_url("https://billing.stripe.com/p/session/live_1", live).trusted
    assert not check_portal_url("https://portal.example.com/x", live).trusted
    with pytest.raises(BadPaymentUrl):
        check_portal_url("http://billing.stripe.com/p/session/live_1", live)


def test_a_configured_custom_domain_is_trusted(live: AccountRef) -> None:
    assert check_payment_url("https://pay.example.com/x", live, frozenset({"pay.example.com"})).trusted


def test_http_is_for_the_sandbox_the_account_talks_to_and_nothing_else(sandbox: AccountRef, live: AccountRef) -> None:
    page = "http://127.0.0.1:8123/c/pay/cs_test_a1"
    assert check_payment_url(page, sandbox).trusted
    for url, account in [(page, live), ("http://127.0.0.1:9999/c/pay/x", sandbox), ("http://evil.example/", sandbox)]:
        with pytest.raises(BadPaymentUrl):
            check_payment_url(url, account)


def test_an_invoice_link_passes_by_the_same_rules_and_names_its_host(live: AccountRef, sandbox: AccountRef) -> None:
    assert check_document_url("https://invoice.stripe.com/i/acct_1/x", live).trusted
    elsewhere = check_document_url("https://bills.example.com/1.pdf", live)
    assert (elsewhere.host, elsewhere.trusted) == ("bills.example.com", False)
    assert check_document_url("http://127.0.0.1:8123/i/in_1/pdf", sandbox).trusted
    with pytest.raises(BadPaymentUrl):
        check_document_url("http://invoice.stripe.com/i/acct_1/x", live)
