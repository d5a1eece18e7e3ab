"""A token, a card number or a password that was typed in the wrong place is repeated by nothing: no error, no log."""

import json

import pytest

from tests.cli.conftest import Run, account_of
from tui.config.locations import log_file
from tui.sandbox.harness import RunningSandbox

SECRETS = {
    "token": "1|abcdefghijklmnopqrstuvwxyz012345",
    "plain token": "hunter2Q9zTokenValue",
    "key": "sk_live_51abcdefghijklmn",
    "card method": "pm_1AbcDefGhiJklMno",
    "card": "4242424242424242",
    "card in groups": "4242-4242-4242-4242",
    "card in words": "4242 4242 4242 4242",
    "passphrase": "correct horse battery",
    "lower-case password": "hunterhunter",
}

# X is the secret; every way a word can be wrong.
PLACES = """
--token=X balance | --token X balance | --X balance | -X balance | X | balance X | balance --token=X
balance --json=X | balance X X --foo=X | --query=X transactions | --account=X --bogus balance | login --X
login --store X | export --format X | export --format=X | export --format csv X | login --provider X | accounts X
accounts add X --payments X | accounts edit work --payments X | accounts edit X --theme day
accounts edit X --rename Y | accounts remove X --yes | accounts test X | accounts add X! --token-stdin
logout --account X | balance --account X | login --account X! | login --base-url X
login --base-url=https://u:X@h.example | login --base-url https://h.example/?t=X
login --base-url https://h.example/#X | login --stripe-base-url X | login X | login --token X | login --token=X
login --email X --token-stdin | transactions --limit X | transactions --limit=X | demo --rows X | demo --seed X
sandbox --port X | sandbox --latency X | pay X | pay X --plan 1 | pay 25 --wait X | pay 25 --channel X
fund X --card default | top-up X | top-up 10000 X | ensure-funded --min X --top-up 2
ensure-funded --min 1 --top-up X | invoice X/ | order X/ | invoice in_1 X | checkouts --set-aside X
intents --set-aside X | checkouts --resume X | doctor X | keys X | themes X
"""


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that nobody answers for."""
    monkeypatch.setenv("BILLTOP_TOKEN", "1|thetokenoftheaccount")
    monkeypatch.setenv("BILLTOP_BASE_URL", "http://127.0.0.1:9/x")
    monkeypatch.setenv("BILLTOP_LOG", "debug")


def repeated(secret: str, text: str) -> bool:
    """Whether a text has the secret, or the digits of the card."""
    digits = "".join(filter(str.isdigit, secret))
    return secret in text or (len(digits) > 12 and digits in "".join(filter(str.isdigit, text)))


@pytest.mark.parametrize("name", ["token", "card", "passphrase", "lower-case password"])
def test_no_error_repeats_what_was_typed(name: str, run: Run) -> None:
    secret = SECRETS[name]
    for place in PLACES.replace("\n", "|").split("|"):
        if not place.strip():
            continue
        if secret.islower() and "--X" in place:
            continue  # letters alone after -- are the name of an option
        arguments = [each.replace("X", secret) for each in place.split()]
        ran = run(*arguments, "--json")
        assert ran.code in {2, 5}, place
        assert not repeated(secret, ran.out + ran.err), place
        message = json.loads(ran.out)["error"]["message"] if "error" in ran.json else ran.out
        assert "Traceback" not in ran.err
        assert message
    assert not repeated(secret, log_file().read_text() if log_file().exists() else "")


@pytest.mark.parametrize("variable", ["BILLTOP_PROVIDER", "BILLTOP_BASE_URL", "BILLTOP_STRIPE_BASE_URL", "BILLTOP_LOG"])
@pytest.mark.parametrize("name", SECRETS)
def test_no_error_repeats_a_variable(variable: str, name: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, SECRETS[name])
    ran = run("balance")
    assert ran.code == 2
    assert variable in ran.err
    assert not repeated(SECRETS[name], ran.err)


@pytest.mark.parametrize("option", ["--card", "--idempotency-key"])
def test_a_card_number_for_a_card_is_refused_before_anything_is_sent(option: str, run: Run) -> None:
    """Nobody answers here: what gets as far as asking ends with 10."""
    rest = ["--card", "default"] if option != "--card" else []
    for name in ("card", "card in groups", "card in words", "key", "token"):
        ran = run("fund", "25", option, SECRETS[name], *rest, "--yes")
        assert (name, ran.code) == (name, 2)
        assert option in ran.err
        assert not repeated(SECRETS[name], ran.err)


def test_a_query_is_quoted_but_no_card_in_it(run: Run) -> None:
    assert "“colour:red”" in run("transactions", "--query", "colour:red").err
    for name in ("card", "card in groups", "key"):
        ran = run("transactions", "--query", f"colour:{SECRETS[name]}")
        assert ran.code == 2
        assert not repeated(SECRETS[name], ran.err)


def test_ids_nobody_knows_are_not_repeated(run: Run, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in account_of(sandbox).items():
        monkeypatch.setenv(variable, value)
    for name in ("plain token", "key", "card method"):
        for place in ("fund 25 --card X --yes", "pay --plan X", "invoice X", "intents --check X", "intents --repeat X"):
            secret = SECRETS[name]
            arguments = [each.replace("X", secret) for each in place.split()]
            ran = run(*arguments)
            assert ran.code in {2, 5}, place
            assert not repeated(secret, ran.out + ran.err), place
    assert sandbox.charges() == []
