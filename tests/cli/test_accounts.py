"""Several stored accounts, from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui.config.locations import accounts_file, tokens_directory
from tui.sandbox.harness import RunningSandbox


@pytest.fixture
def two(run: Run, sandbox: RunningSandbox) -> Run:
    """An account at each of two providers, their tokens in files."""
    monkey = ("--token-stdin", "--store", "file", "--base-url")
    work = run("accounts", "add", "work", *monkey, sandbox.modelslab_url, piped=sandbox.token)
    assert work.code == 0, work.err
    assert "a card added to it goes to the real https://api.stripe.com" in work.err
    lots = ("--provider", "olostep", "--low-balance", "500", "--theme", "billtop-light", "--payments", "refused")
    play = run("accounts", "add", "play", *monkey, sandbox.olostep_url, *lots, piped=sandbox.olostep_token)
    assert play.code == 0, play.err
    assert "card" not in play.err
    return run


def test_accounts_of_two_providers_are_listed_with_their_settings(two: Run, sandbox: RunningSandbox) -> None:
    work, play = two("accounts", "--json").json["items"]
    assert (work["name"], work["provider"], work["current"], work["mode"]) == ("work", "modelslab", True, "sandbox")
    assert (play["provider"], play["low_balance"], play["theme"]) == ("olostep", "500", "billtop-light")
    assert play["read_only"]
    listed = two("accounts").out
    assert "low below 500 credits" in listed
    assert sandbox.token not in listed + accounts_file().read_text()
    ran = two("accounts", "add", "work", "--token-stdin", piped="1|x")
    assert ran.code == 2
    assert "already" in ran.err


def test_no_account_is_an_empty_list_that_says_how_to_add_one(run: Run) -> None:
    ran = run("accounts")
    assert (ran.code, ran.out) == (0, "")
    assert "billtop accounts add NAME" in ran.err
    assert run("accounts", "--json").json == {"items": []}


def test_settings_are_changed_and_taken_away_and_the_token_stays(two: Run) -> None:
    changes = ("--low-balance", "none", "--payments", "allowed", "--rename", "lab", "--current", "--currency", "eur")
    ran = two("accounts", "edit", "play", *changes)
    assert ran.code == 0, ran.err
    assert "prices in EUR" in ran.out
    lab = two("accounts", "--json").json["items"][0]
    assert (lab["name"], lab["current"], lab["low_balance"], lab["read_only"]) == ("lab", True, None, False)
    assert two("accounts", "edit", "lab", "--theme", "billtop-light", "--json").json["currency"] == "EUR"
    assert two("accounts", "edit", "lab", "--currency", "none", "--json").json["currency"] is None
    assert lab["theme"] == "billtop-light"
    assert two("accounts", "test", "lab").code == 0
    for wrong in (["--low-balance", "much"], ["--theme", "a b"], ["--currency", "euros"], ["--rename", "work"], []):
        assert two("accounts", "edit", "lab", *wrong).code == 2
    assert two("accounts", "edit", "nobody", "--theme", "x").code == 2


def test_testing_tells_each_account_by_itself(two: Run, sandbox: RunningSandbox) -> None:
    kept = tokens_directory().iterdir()
    stale = next(path for path in kept if path.read_text().splitlines()[0] == sandbox.token)
    stale.write_text("1|wrongwrongwrongwrongwrong\n")
    ran = two("accounts", "test", "--json")
    assert ran.code == 3
    assert [(each["account"], each["ok"]) for each in ran.json["items"]] == [("work", False), ("play", True)]
    assert ran.json["items"][0]["error"]["kind"] == "not_authenticated"


def test_a_read_only_account_pays_nothing(two: Run, sandbox: RunningSandbox) -> None:
    before = len(sandbox.charges())
    ran = two("top-up", "10000", "--account", "play", "--yes")
    assert ran.code == 2
    assert "billtop accounts edit play --payments allowed" in ran.err
    assert len(sandbox.charges()) == before


def test_removing_asks_first_and_takes_the_token_along(two: Run, tmp_path: Path) -> None:
    assert two("accounts", "remove", "work").code == 2
    assert len(list(tokens_directory().iterdir())) == 2
    assert two("accounts", "remove", "work", "--yes").code == 0
    assert len(list(tokens_directory().iterdir())) == 1
    (left,) = two("accounts", "--json").json["items"]
    assert (left["name"], left["current"]) == ("play", True)
