"""Rows N16 and N17: proxies that read along, refuse or die, and settings no connection can be made with."""

import asyncio
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.faults import proxy
from tests.faults.certificates import Authority
from tests.faults.conftest import Record
from tests.faults.rig import AMPLE, TOKEN, Payer, check_sendings, outcome, read, words
from tests.faults.server import serve, served
from tui.domain import IntentState
from tui.providers.errors import NetworkTrouble, NotSent, NotTrusted

row = pytest.mark.row
TARGET = "https://billing.invalid"
"""Only the proxy can reach it."""


def use(monkeypatch: pytest.MonkeyPatch, url: str, authority: Authority) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@row("N16", injected="a proxy that reads along with a CA of its own, not configured")
async def test_a_proxy_that_reads_along(
    payer: Payer, record: Record, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, authority: Authority
) -> None:
    (tmp_path / "proxy").mkdir()
    in_between = Authority(tmp_path / "proxy")
    async with (
        served(serve, tls=in_between.context("billing.invalid")) as server,
        proxy.proxied(proxy.forward_to(server)) as between,
    ):
        use(monkeypatch, between.url, authority)
        error = await read(TARGET, AMPLE)
        paid = await payer.pay(TARGET)
        assert server.arrivals == []
        assert between.asked
    assert type(error) is NotTrusted
    assert (paid.state, paid.attempts) == (IntentState.FAILED, 1)
    record(f"Reading: {words(error)} Paying: {outcome(paid)}", charges=0)


@row("N16", injected="a proxy whose CA is configured")
async def test_a_proxy_whose_authority_is_trusted(
    payer: Payer, record: Record, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    async with (
        served(serve, tls=authority.context("billing.invalid")) as server,
        proxy.proxied(proxy.forward_to(server)) as between,
    ):
        use(monkeypatch, between.url, authority)
        paid = await payer.pay(TARGET)
        assert (paid.state, server.charges) == (IntentState.DONE, 1)
    record(f"Paying: {outcome(paid)}", charges=1)


@pytest.mark.parametrize(
    "handle",
    [
        pytest.param(proxy.refuse, marks=row("N16", injected="a proxy that answers 502 with a web page")),
        pytest.param(proxy.ask_for_login, marks=row("N16", injected="a proxy that wants a login")),
    ],
)
async def test_a_proxy_that_refuses(
    handle: proxy.Handle, payer: Payer, record: Record, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    async with proxy.proxied(handle) as between:
        use(monkeypatch, between.url, authority)
        error = await read(TARGET, AMPLE)
        paid = await payer.pay(TARGET)
    assert type(error) is NotSent
    assert "HTTPS_PROXY" in error.next_step
    assert (paid.state, paid.attempts) == (IntentState.FAILED, 3)
    record(f"Reading: {words(error)} Paying: {outcome(paid)}", charges=0)


@row("N16", injected="a proxy that dies when asked to connect")
async def test_a_proxy_that_dies(
    payer: Payer, record: Record, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    async with proxy.proxied(proxy.die) as between:
        use(monkeypatch, between.url, authority)
        error = await read(TARGET, AMPLE)
        paid = await payer.pay(TARGET)
    assert isinstance(error, NetworkTrouble)
    assert paid.state in {IntentState.UNKNOWN, IntentState.FAILED}
    record(f"Reading: {words(error)} Paying: {outcome(paid)}", charges=0)


@row("N16", injected="a proxy that dies while the answer passes through it")
async def test_a_proxy_that_dies_in_the_middle(
    payer: Payer, record: Record, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    async with served(serve, tls=authority.context("billing.invalid")) as server:
        async with proxy.proxied(proxy.forward_to(server, keep_answers=True)) as between:
            use(monkeypatch, between.url, authority)
            error = await read(TARGET, AMPLE)
            paid = await payer.pay(TARGET)
        check_sendings(server)
        assert (paid.state, len(server.sendings), server.charges) == (IntentState.UNKNOWN, 3, 1)
    assert type(error) is NetworkTrouble
    record(f"Reading: {words(error)} Paying: {outcome(paid)}", charges=1)


BROKEN = [
    ("ALL_PROXY", "socks5://user:pw-secret@127.0.0.1:1080", "a SOCKS proxy without its package"),
    ("HTTPS_PROXY", "ftp://user:pw-secret@127.0.0.1", "a scheme no proxy has"),
    ("HTTPS_PROXY", "http://user:pw-secret@proxy:port", "a port that is no number"),
    ("NO_PROXY", "[::1]:8080", "an address with a port"),
    ("SSL_CERT_FILE", "/nonexistent/pw-secret.pem", "no such file"),
]


@pytest.mark.parametrize(
    ("variable", "value"),
    [pytest.param(name, value, marks=row("N17", injected=f"{name}: {what}")) for name, value, what in BROKEN],
)
async def test_a_broken_variable_is_named(variable: str, value: str, record: Record) -> None:
    if variable == "ALL_PROXY" and find_spec("socksio"):
        pytest.skip("SOCKS proxies can be used here: socksio is installed")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tui", "balance",
        env={**os.environ, variable: value, "BILLTOP_TOKEN": TOKEN, "BILLTOP_BASE_URL": TARGET},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = (part.decode() for part in await process.communicate())
    assert (process.returncode, out) == (2, "")
    assert variable in err
    assert "pw-secret" not in err
    assert "Traceback" not in err
    record(f"Exit 2. {err}")
