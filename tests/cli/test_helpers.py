"""`billtop doctor`, `themes` and `keys`."""

import os

import pytest

from tests.cli.conftest import Run, account_of
from tui.cli.connection import chosen_account
from tui.cli.options import Options
from tui.config import token_file
from tui.config.locations import journal_file, ledger_file, log_file, user_themes_directory
from tui.sandbox.harness import RunningSandbox


def test_the_doctor_finds_an_account_that_works(
    run: Run, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account_of(sandbox).items():
        monkeypatch.setenv(name, value)
    ran = run("doctor", "--json")
    assert ran.code == 0, ran.out
    found = {each["check"]: each for each in ran.json["items"]}
    assert found["environment"]["state"] == "ok"
    assert "$75.50 available" in found["environment"]["detail"]
    asked = run("doctor", "--contract", "--json")
    looked = {each["check"]: each for each in asked.json["items"] if each["check"].startswith("environment: GET /")}
    assert looked["environment: GET /wallet/transactions"]["request_id"]
    assert {each["detail"] for each in looked.values()} == {"ok"}, looked
    assert run("doctor", "--contract", "--offline").code == 2
    monkeypatch.setenv("BILLTOP_TOKEN", "1|wrongwrongwrongwrongwrong")
    ran = run("doctor")
    assert ran.code == 1
    assert "wrongwrong" not in ran.out + ran.err


def test_the_doctor_names_what_others_can_read_and_what_is_damaged(run: Run) -> None:
    token_file.store("0123456789abcdef", "t0ken-of-mine")
    path = token_file.path_of("0123456789abcdef")
    assert run("doctor", "--offline").code == 0
    path.chmod(0o644)
    journal_file().write_bytes(b"not a database" * 100)
    journal_file().chmod(0o600)
    before = journal_file().read_bytes()
    ran = run("doctor", "--offline")
    assert ran.code == 1
    assert f"chmod 600 '{path}'" in ran.out
    assert str(journal_file()) in ran.out
    assert "t0ken" not in ran.out
    assert journal_file().read_bytes() == before


def test_named_pipes_in_the_place_of_state_files_hold_nothing_up(
    run: Run, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**account_of(sandbox), "BILLTOP_LOG": "debug"}.items():
        monkeypatch.setenv(name, value)
    fingerprint = chosen_account(Options()).ref.fingerprint
    pipes = (journal_file(), log_file(), ledger_file(fingerprint))
    for path in pipes:
        path.parent.mkdir(parents=True)
        os.mkfifo(path, 0o600)
    assert run("balance").code == 0
    looked = run("doctor", "--offline")
    assert looked.code == 1
    assert f"{journal_file()} is not a file" in looked.out
    for command, path, code in (("checkouts", journal_file(), 1), ("transactions", ledger_file(fingerprint), 0)):
        ran = run(command)
        assert ran.code == code
        assert str(path) in ran.err
    assert all(path.is_fifo() for path in pipes)


def test_themes_lists_own_ones_and_says_what_is_wrong_with_others(run: Run) -> None:
    folder = user_themes_directory()
    folder.mkdir(parents=True)
    colors = '[colors]\nbackground = "#000000"\nforeground = "#ffffff"\naccent = "#ff0000"\n'
    folder.joinpath("mine.toml").write_text(f'name = "mine"\n{colors}')
    folder.joinpath("bad.toml").write_text('name = "bad"\n')
    ran = run("themes", "--json")
    assert ran.json["items"][0] == {"name": "mine", "dark": True, "source": "yours"}
    assert {"name": "billtop-light", "dark": False, "source": "billtop"} in ran.json["items"]
    assert "bad.toml" in ran.err


def test_keys_lists_those_of_every_part(run: Run) -> None:
    items = run("keys", "--json").json["items"]
    told = {(each["part"], each["keys"]): each["does"] for each in items}
    assert told["Everywhere", "a"] == "account"
    assert told["Everywhere", "0"] == "All accounts"
    assert told["Accounts", "n"] == "add"
    assert ("Question", "←, ↑, →, ↓") in told
    assert told["Table", "end, G"] == "last row"
    assert told["Filter", "tab"] == "complete"
    assert {each["does"] for each in items if each["part"] == "Charge" and each["keys"] == "enter"} > {"try again"}
    assert not [each for each in items if len(set(each["keys"].split(", "))) < len(each["keys"].split(", "))]
