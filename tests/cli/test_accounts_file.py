"""accounts.toml as somebody may leave it behind: the file and the line are named, and the other accounts work."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui.cli.connection import all_accounts, chosen_account
from tui.cli.options import Options
from tui.config.accounts import ConfigurationError
from tui.config.locations import accounts_file
from tui.config.store import read_book, usable_book

HOME = """version = 1

[accounts.home]
id = "0123456789abcdef"
provider = "modelslab"
base_url = "https://modelslab.com/api/agents/v1"
stripe_base_url = "https://api.stripe.com"
"""
WORK = """
[accounts.work]
id = "fedcba9876543210"
provider = "modelslab"
base_url = "https://modelslab.com/api/agents/v1"
stripe_base_url = "https://api.stripe.com"
token = "file"
"""
SECRET = "sk_live_51abcdefghijklmn"

# What is changed in the second account, the line that is named, and what is said of it.
WRONG: dict[str, tuple[str, str, int, str]] = {
    "token as a list": ('token = "file"', 'token = ["file"]', 14, "accounts.work.token is none of"),
    "token as a table": ('token = "file"', "token = { a = 1 }", 14, "accounts.work.token is none of"),
    "a secret as the token": ('"file"', f'"{SECRET}"', 14, "accounts.work.token is none of"),
    "a secret as a key": ("token =", f"{SECRET} =", 14, "a key here is not known"),
    "punycode": ("https://modelslab.com", "https://xn--a.com", 12, "base_url does not name a valid host"),
    "a future IP": ("https://modelslab.com", "https://[v1.x]", 12, "base_url does not name a valid host"),
    "a password": ("https://modelslab.com", f"https://u:{SECRET}@a.example", 12, "base_url must not carry a user name"),
    "Stripe": ("https://api.stripe.com", "https://[v1.x]", 13, "stripe_base_url does not name a valid host"),
    "a number for a text": (
        'provider = "modelslab"',
        "provider = 1979-05-27",
        11,
        "accounts.work.provider must be a text",
    ),
    "nothing": ('id = "fedcba9876543210"\n', "", 9, "accounts.work.id must be a text"),
    "a list for a switch": ('token = "file"', "read_only = [true]", 14, "read_only must be true or false"),
    "a float for an amount": ('token = "file"', "low_balance = 1e999", 14, "low_balance must be a text"),
    "a card number as the name": ("[accounts.work]", "[accounts.4242424242424242]", 9, "An account's name has letters"),
    "no table": (WORK, "work = 3", 8, "accounts.home.work is not known"),
}


def write(text: str) -> Path:
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", WRONG)
def test_one_account_that_cannot_be_used_leaves_the_others(name: str, run: Run) -> None:
    old, new, line, words = WRONG[name]
    assert old in HOME + WORK
    head, _, tail = (HOME + WORK).rpartition(old)
    path = write(head + new + tail)
    book = usable_book(path)
    (problem,) = book.broken.values()
    assert problem.startswith(f"{path}, line {line}: ")
    assert words in problem
    assert SECRET not in problem
    assert "4242" not in problem
    if name != "no table":
        assert list(book.accounts) == ["home"]
        accounts, told = all_accounts()
        assert [str(each.ref.name) for each in accounts] == ["home"]
        assert told == problem
        listed = run("accounts")
        assert (listed.code, listed.err) == (0, f"{problem}\n")
        assert "home" in listed.out
    with pytest.raises(ConfigurationError):
        read_book(path)


def test_nothing_is_written_over_an_account_that_cannot_be_read(run: Run) -> None:
    text = HOME + WORK.replace('"file"', "[]")
    path = write(text)
    assert run("accounts", "edit", "home", "--theme", "billtop-light").code == 2
    assert run("accounts", "remove", "home", "--yes").code == 2
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("current", "asked", "chosen"),
    [
        ('current = "work"', None, None),
        ('current = "work"', "home", "home"),
        ('current = "home"', None, "home"),
        ('current = "home"', "work", None),
        ('current = "wrok"', None, None),
        ('current = "wrok"', "home", "home"),
        ("current = [1]", None, None),
        ("", None, None),
    ],
)
def test_money_is_never_moved_on_another_account_than_the_one_meant(
    current: str, asked: str | None, chosen: str | None
) -> None:
    write(HOME.replace("version = 1", f"version = 1\n{current}") + WORK.replace('"file"', "[]"))
    options = Options()
    options.account = asked
    if chosen is None:
        with pytest.raises(ConfigurationError, match=r"accounts\.toml, line|--account NAME"):
            chosen_account(options)
    else:
        assert str(chosen_account(options).ref.name) == chosen


WHOLE: dict[str, tuple[str | bytes, str]] = {
    "deep": (f"{HOME}x = {'[' * 5000}{']' * 5000}", "line 8: is nested more than 16 deep"),
    "deep key": (f"{HOME}{'a.' * 5000}b = 1", "line 8: is nested more than 16 deep"),
    "syntax": ("version = 1\n[accounts", "line 2: is not TOML"),
    "twice": (f"{HOME}{HOME}".replace("version = 1", "", 1), "is not TOML"),
    "no UTF-8": (b"version = 1\n\xff", "line 2: is not TOML: this is not UTF-8"),
    "huge": (b"#" * 1_100_000, "is larger than 1,000,000 bytes"),
    "a list for the version": ("version = [1]", "line 1: version must be 1"),
    "true for the version": ("version = true", "line 1: version must be 1"),
    "a list for the accounts": ("version = 1\naccounts = [1]", "version must be 1 and accounts a table"),
    "too many": (
        "version = 1\n" + "".join(f"[accounts.a{number}]\n" for number in range(300)),
        "more than 200 accounts",
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_cannot_be_read_is_named_and_the_environments_account_works(
    name: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, words = WHOLE[name]
    path = write("")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = run("accounts")
    assert ran.code == 2
    assert ran.err.startswith(f"billtop: {path}")
    assert words in ran.err
    monkeypatch.setenv("BILLTOP_TOKEN", "1|secret")
    accounts, problem = all_accounts()
    assert [str(each.ref.name) for each in accounts] == ["environment"]
    assert words in str(problem)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: os.mkfifo(path, 0o600), "is not a file"),
        (os.mkdir, "is not a file"),
        (lambda path: path.symlink_to(path), "is a link that leads back to itself"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a file"),
    ],
    ids=["fifo", "directory", "loop", "device"],
)
def test_what_is_no_file_is_told_at_once(make: Callable[[Path], object], words: str, run: Run) -> None:
    path = accounts_file()
    path.parent.mkdir(parents=True)
    make(path)
    for command in (["balance"], ["accounts"], ["login", "--token-stdin"], ["accounts", "remove", "x", "--yes"]):
        ran = run(*command)
        assert ran.code == 2
        assert f"{path} {words}" in ran.err
