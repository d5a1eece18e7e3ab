"""An account from the environment is used as it was meant, or refused in words."""

import pytest

from tui.config.accounts import ConfigurationError, account_from_environment, checked_base_url, origin_of
from tui.domain import Mode

TOKEN = "1|sEcReTtOkEnsEcReTtOkEn"


def test_no_variables_mean_no_account() -> None:
    assert account_from_environment({}) is None


def test_a_live_account_needs_only_a_token() -> None:
    account = account_from_environment({"BILLTOP_TOKEN": f" {TOKEN}\n"})
    assert account is not None
    assert account.token == TOKEN
    assert account.ref.base_url == "https://modelslab.com/api/agents/v1"
    assert account.ref.mode is Mode.LIVE
    assert TOKEN not in repr(account)


def test_a_loopback_address_is_a_sandbox() -> None:
    account = account_from_environment({"BILLTOP_BASE_URL": "http://127.0.0.1:8000/x/", "BILLTOP_TOKEN": TOKEN})
    assert account is not None
    assert account.ref.mode is Mode.SANDBOX
    assert account.ref.base_url == "http://127.0.0.1:8000/x"


def test_another_token_or_address_is_another_account() -> None:
    def fingerprint(token: str, base: str) -> str:
        account = account_from_environment({"BILLTOP_BASE_URL": base, "BILLTOP_TOKEN": token})
        assert account is not None
        return account.ref.fingerprint

    prints = {
        fingerprint("a", "https://x.example"),
        fingerprint("b", "https://x.example"),
        fingerprint("a", "https://y.example"),
    }
    assert len(prints) == 3


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"BILLTOP_PROVIDER": "paypal", "BILLTOP_TOKEN": TOKEN}, "BILLTOP_PROVIDER"),
        ({"BILLTOP_PROVIDER": "modelslab"}, "BILLTOP_TOKEN"),
        ({"BILLTOP_TOKEN": "two words"}, "BILLTOP_TOKEN"),
        ({"BILLTOP_TOKEN": "tok\nen"}, "BILLTOP_TOKEN"),
        ({"BILLTOP_TOKEN": "tökén"}, "BILLTOP_TOKEN"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_BASE_URL": "http://api.example.com"}, "BILLTOP_BASE_URL"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_BASE_URL": "https://u:p@api.example.com"}, "BILLTOP_BASE_URL"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_BASE_URL": "https://api.example.com:x"}, "BILLTOP_BASE_URL"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_BASE_URL": "nonsense"}, "BILLTOP_BASE_URL"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_PROVIDER": "product-factory"}, "BILLTOP_BASE_URL"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_CURRENCY": "euro"}, "BILLTOP_CURRENCY"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_ACCOUNT_NAME": TOKEN}, "BILLTOP_ACCOUNT_NAME"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_ACCOUNT_NAME": "x" * 100}, "BILLTOP_ACCOUNT_NAME"),
        ({"BILLTOP_TOKEN": TOKEN, "BILLTOP_STRIPE_BASE_URL": "http://api.stripe.com"}, "BILLTOP_STRIPE_BASE_URL"),
    ],
)
def test_a_wrong_variable_is_named_and_no_secret_is_repeated(variables: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named) as caught:
        account_from_environment(variables)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://xn--a.com",
        "https://api.xn--a.com",
        "https://[v1.x]",
        "https://[fe80::1%25eth0]",
        "https://[::1",
        "https://a..b",
        "https://-a.example",
        "https://%41.example",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 130}example",
        "https://a.example:0",
        "https://a.example:65536",
        f"https://a.example/{'x' * 2000}",
    ],
)
def test_a_host_that_no_client_could_reach_is_refused_in_words(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^The address (does not name a valid host|is not a URL)"):
        checked_base_url(url, "The address")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.example.com/v1/", "https://api.example.com"),
        ("https://api.example.com.:443/v2", "https://api.example.com"),
        ("https://api.example.com:8443", "https://api.example.com:8443"),
        ("https://xn--mnchen-3ya.de/x", "https://xn--mnchen-3ya.de"),
        ("https://my_api.internal", "https://my_api.internal"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000"),
        ("http://localhost:80", "http://localhost"),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443"),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str) -> None:
    assert origin_of(checked_base_url(url, "The address")) == origin
