"""Logging in by email: the password is sent once and kept nowhere, what it made is kept like any token."""

import pytest

from tests.cli.conftest import Run
from tui.config.locations import accounts_file, data_directory
from tui.sandbox.harness import RunningSandbox
from tui.sandbox.product_factory.seed import PASSWORD
from tui.sandbox.routes.auth import UNVERIFIED
from tui.sandbox.seed.account import EMAIL
from tui.sandbox.seed.account import PASSWORD as MODELSLAB_PASSWORD


@pytest.mark.parametrize(("provider", "unit"), [("product-factory", "credits"), ("modelslab", "USD")])
def test_log_in_by_email_keeps_the_session_and_not_the_password(
    run: Run, sandbox: RunningSandbox, provider: str, unit: str
) -> None:
    address, password = {
        "product-factory": (sandbox.product_factory_url, PASSWORD),
        "modelslab": (sandbox.modelslab_url, MODELSLAB_PASSWORD),
    }[provider]
    # With its own place for cards, as the password is a word that a hint about that would use.
    where = ("--provider", provider, "--base-url", address, "--stripe-base-url", sandbox.stripe_url, "--store", "file")
    by_email = ("login", *where, "--email", EMAIL, "--password-stdin")
    refused = run(*by_email, piped="not the password\n")
    assert refused.code == 3
    assert "Check email and password" in refused.err
    ran = run(*by_email, piped=f"{password}\n")
    assert ran.code == 0, ran.err
    assert "The login ends" in ran.out
    kept = b"".join(
        path.read_bytes()
        for folder in (accounts_file().parent, data_directory())
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert password.encode() not in kept + (ran.out + ran.err + refused.err).encode()
    assert run("balance", "--json").json["available"]["unit"] == unit


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--provider", "product-factory"), "--base-url is missing"),
        (("--provider", "olostep", "--email", EMAIL), "no login by email"),
        (("--provider", "modelslab", "--email", EMAIL, "--token-stdin"), "--token-stdin needs no email"),
        (("--provider", "product-factory", "--base-url", "https://x.example", "--password-stdin"), "needs --email"),
        (("--provider", "product-factory", "--base-url", "https://x.example", "--email", EMAIL), "no terminal"),
    ],
)
def test_a_login_that_lacks_something_says_what(run: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = run("login", *arguments, piped="secret\n")
    assert ran.code == 2
    assert words in ran.err


def test_an_address_that_is_not_verified_says_what_to_do(run: Run, sandbox: RunningSandbox) -> None:
    where = ("--base-url", sandbox.modelslab_url, "--store", "file")
    ran = run("login", *where, "--email", UNVERIFIED, "--password-stdin", piped=f"{MODELSLAB_PASSWORD}\n")
    assert ran.code == 3
    assert "Verify the email address" in ran.err
