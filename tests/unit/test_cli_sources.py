"""Where the dashboard's accounts come from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tui.cli.connection import all_accounts
from tui.cli.dashboard import chosen_first, is_remote
from tui.cli.exit import UsageError
from tui.cli.sources import ConfiguredAccount
from tui.config.accounts import AccountConfig, ConfigurationError, make_account
from tui.config.locations import accounts_file
from tui.config.store import write_book
from tui.config.stored import AccountBook, StoredAccount
from tui.providers.base import Capability
from tui.providers.errors import BillingError

ACCOUNT = make_account(name="work", provider="modelslab", base_url="https://billing.invalid/api", token="1|secret")


@pytest.mark.parametrize("read_only", [True, False])
async def test_read_only_takes_paying_away(read_only: bool) -> None:
    provider = ConfiguredAccount(ACCOUNT, read_only=read_only).connect()
    assert (Capability.PAYMENT_LINK in provider.capabilities) is not read_only
    assert Capability.BALANCE in provider.capabilities
    await provider.aclose()


def test_a_proxy_that_cannot_be_used_is_told_on_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://user:password@proxy")
    with pytest.raises(BillingError, match="HTTPS_PROXY") as failed:
        ConfiguredAccount(ACCOUNT, read_only=False).connect()
    assert "password" not in str(failed.value)


def stored(name: str, **settings: Any) -> StoredAccount:
    return StoredAccount(
        name=name,
        id="f" * 32,
        provider="olostep",
        base_url="https://api.olostep.com",
        stripe_base_url="https://api.stripe.com",
        keeper=None,
        **settings,
    )


def names(accounts: Sequence[AccountConfig | StoredAccount]) -> list[str]:
    return [str(account.ref.name) for account in accounts]


def test_every_account_is_there_and_the_one_used_or_named_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="billtop login"):
        all_accounts()
    book = AccountBook().with_account(stored("work")).with_account(stored("home", theme="billtop-light"))
    write_book(accounts_file(), replace(book, current="home"))
    accounts, problem = all_accounts()
    assert (names(accounts), problem) == (["home", "work"], None)
    monkeypatch.setenv("BILLTOP_TOKEN", "1|secret")
    monkeypatch.setenv("BILLTOP_ACCOUNT_NAME", "work")
    accounts, _ = all_accounts()
    assert names(accounts) == ["work", "home"], "the environment's goes before a stored one of its name"
    sources = [ConfiguredAccount(account, read_only=False) for account in accounts]
    assert [source.theme for source in chosen_first(sources, "home")] == ["billtop-light", None]
    with pytest.raises(UsageError, match="there is: work, home"):
        chosen_first(sources, "nobody")


def test_a_damaged_file_of_accounts_leaves_the_environments_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts_file().parent.mkdir(parents=True)
    accounts_file().write_text("version = 1\n[accounts")
    with pytest.raises(ConfigurationError, match="TOML"):
        all_accounts()
    monkeypatch.setenv("BILLTOP_TOKEN", "1|secret")
    accounts, problem = all_accounts()
    assert names(accounts) == ["environment"]
    assert "TOML" in str(problem)


@pytest.mark.parametrize(
    ("environ", "remote"),
    [({}, False), ({"SSH_TTY": "/dev/pts/3"}, True), ({"SSH_CONNECTION": "10.0.0.2 5022 10.0.0.9 22"}, True)],
)
def test_who_looks_on_over_ssh(environ: dict[str, str], remote: bool) -> None:
    assert is_remote(environ) is remote
