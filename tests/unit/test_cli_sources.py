"""Where the dashboard's account comes from."""

import pytest

from tui.cli.dashboard import is_remote
from tui.cli.sources import ConfiguredAccount
from tui.config.accounts import make_account
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


@pytest.mark.parametrize(
    ("environ", "remote"),
    [({}, False), ({"SSH_TTY": "/dev/pts/3"}, True), ({"SSH_CONNECTION": "10.0.0.2 5022 10.0.0.9 22"}, True)],
)
def test_who_looks_on_over_ssh(environ: dict[str, str], remote: bool) -> None:
    assert is_remote(environ) is remote
