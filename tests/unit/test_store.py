"""The file of accounts: what is written is read back, what is wrong is named, and no token is in it."""

import stat
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tui.config.accounts import ConfigurationError
from tui.config.secrets import Keeper
from tui.config.store import read_book, update_book, write_book
from tui.config.stored import AccountBook, StoredAccount, checked_name
from tui.config.toml_edit import edited

WORK = StoredAccount(
    name="work",
    id="0123456789abcdef0123456789abcdef",
    provider="modelslab",
    base_url="https://modelslab.com/api/agents/v1",
    stripe_base_url="https://api.stripe.com",
    keeper=Keeper.FILE,
)
HOME = replace(WORK, name="home-2", id="f" * 32, base_url="https://x.example/a%22b?".rstrip("?"), keeper=None)

GOOD = """
version = 1
[accounts.work]
id = "0123456789abcdef0123456789abcdef"
provider = "modelslab"
base_url = "https://modelslab.com/api/agents/v1"
stripe_base_url = "https://api.stripe.com"
token = "file"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "accounts.toml"


def test_accounts_are_read_as_they_were_written(path: Path) -> None:
    book = AccountBook().with_account(WORK).with_account(HOME)
    write_book(path, book)
    assert read_book(path) == book
    assert book.current == "work"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_file_means_no_accounts(path: Path) -> None:
    assert read_book(path) == AccountBook()
    assert AccountBook().pick(None) is None


def test_a_link_in_its_place_is_replaced(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.parent.mkdir()
    path.symlink_to(victim)
    write_book(path, AccountBook().with_account(WORK))
    assert victim.read_text() == "precious"
    assert read_book(path).pick("work") == WORK


def test_which_account_is_used(path: Path) -> None:
    both = AccountBook().with_account(WORK).with_account(HOME)
    assert both.pick(None) == WORK
    assert both.pick("home-2") == HOME
    assert both.pick("nobody") is None
    assert AccountBook({"home-2": HOME}).pick(None) == HOME
    with pytest.raises(ConfigurationError, match="--account NAME; there are: work, home-2"):
        replace(both, current=None).pick(None)


def test_a_new_token_leaves_the_records_with_the_account_another_address_does_not() -> None:
    fingerprint = WORK.ref.fingerprint
    assert WORK.with_token("first").ref.fingerprint == WORK.with_token("second").ref.fingerprint == fingerprint
    assert replace(WORK, name="renamed", keeper=None).ref.fingerprint == fingerprint
    assert replace(WORK, base_url="https://other.example").ref.fingerprint != fingerprint
    assert replace(WORK, id="e" * 32).ref.fingerprint != fingerprint
    assert WORK.id not in fingerprint


def test_a_logged_out_account_says_how_to_log_in() -> None:
    with pytest.raises(ConfigurationError, match="billtop login --account home-2"):
        HOME.unlock()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("version = 1", "version = 2", "newer billtop"),
        ("version = 1", "", "version"),
        ("version = 1", "version = 1\ncolour = 3", "colour"),
        ("version = 1", "version = 1\ncurrent = 'nobody'", "current"),
        ("[accounts.work]", "[accounts.'a b']", "name"),
        ("[accounts.work]", "[accounts.work", "TOML"),
        ('id = "0123456789abcdef0123456789abcdef"', 'id = "../x"', "accounts.work.id"),
        ('provider = "modelslab"', 'provider = "paypal"', "accounts.work.provider"),
        ('provider = "modelslab"', "provider = 3", "accounts.work.provider"),
        ("https://modelslab.com", "http://modelslab.com", "accounts.work.base_url"),
        ('stripe_base_url = "https://api.stripe.com"', "", "accounts.work.stripe_base_url"),
        ('token = "file"', 'token = "1|sEcReT"', "accounts.work.token"),
        ('token = "file"', 'secret = "1|sEcReT"', "secret"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(path: Path, old: str, new: str, named: str) -> None:
    path.parent.mkdir()
    assert old in GOOD
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ConfigurationError, match=named) as caught:
        read_book(path)
    assert str(path) in str(caught.value) or "name" in named
    assert "sEcReT" not in str(caught.value)


def test_a_file_others_may_change_is_not_used(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(GOOD)
    path.chmod(0o666)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_book(path)


@pytest.mark.parametrize("name", ["", "a b", "-x", "../x", "ä", "x" * 41, "a\nb"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(ConfigurationError, match="name"):
        checked_name(name)


def test_settings_are_kept(path: Path) -> None:
    mine = replace(WORK, theme="billtop-light", low_balance=Decimal("20.00"), read_only=True, currency="EUR")
    write_book(path, AccountBook().with_account(mine).with_account(HOME))
    book = read_book(path)
    assert book.pick("work") == mine
    assert book.pick("home-2") == HOME
    assert mine.with_token("t0ken").read_only


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("theme = 'a b'", "accounts.work.theme"),
        ("theme = 3", "accounts.work.theme"),
        ("low_balance = '-1'", "accounts.work.low_balance"),
        ("low_balance = 1.5", "accounts.work.low_balance"),
        ("low_balance = '0'", "accounts.work.low_balance"),
        ("currency = 'euro'", "accounts.work.currency"),
        ("read_only = 'yes'", "accounts.work.read_only"),
    ],
)
def test_a_wrong_setting_is_named(path: Path, line: str, named: str) -> None:
    path.parent.mkdir()
    path.write_text(f"{GOOD}{line}\n")
    with pytest.raises(ConfigurationError, match=named):
        read_book(path)


def test_removing_and_renaming_keep_the_current_account_named() -> None:
    both = AccountBook().with_account(WORK).with_account(HOME)
    assert both.without("work") == AccountBook({"home-2": HOME}, "home-2")
    assert both.without("home-2").current == "work"
    assert AccountBook().with_account(WORK).without("work") == AccountBook()
    named = both.renamed("work", "office")
    assert (list(named.accounts), named.current) == (["office", "home-2"], "office")
    assert named.accounts["office"].ref.fingerprint == WORK.ref.fingerprint
    with pytest.raises(ConfigurationError, match="home-2 already"):
        both.renamed("work", "home-2")


def test_instances_that_write_at_once_lose_nothing(path: Path) -> None:
    names = [f"account-{number}" for number in range(8)]

    def add(name: str) -> None:
        account = replace(WORK, name=name)
        update_book(path, lambda book: book.with_account(account))

    # Each call opens the lock for itself, as a process of its own would.
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(add, names))
    assert sorted(read_book(path).accounts) == names


COMMENTED = """\
# my accounts
version = 1
current = "work"  # the usual one

# paid by the company
[accounts.work]
id = "0123456789abcdef0123456789abcdef"  # do not touch
provider = "modelslab"
base_url = "https://modelslab.com/api/agents/v1"
stripe_base_url = "https://api.stripe.com"
token = "file"
"""


def test_what_people_wrote_in_the_file_stays_when_accounts_change(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(COMMENTED)
    work = read_book(path).accounts["work"]
    update_book(path, lambda book: book.with_account(replace(work, theme="billtop-light")).with_account(HOME))
    changed = path.read_text()
    assert changed.startswith(COMMENTED.removesuffix("\n") + '\ntheme = "billtop-light"\n')
    assert read_book(path).accounts == {"work": replace(work, theme="billtop-light"), HOME.name: HOME}
    update_book(path, lambda book: book.with_account(work).without(HOME.name))
    assert path.read_text().rstrip() == COMMENTED.rstrip()


@pytest.mark.parametrize(
    "text",
    [
        COMMENTED.replace("[accounts.work]", "[accounts]\n[accounts.work]"),
        "accounts.work.id = 'f0' # in two places\nversion = 1\n[accounts.home]\nid = 'f1'\n",
        "version = 1\naccounts = {work = {id = 'f0'}} # in a line\n",
        "",
        "# nothing yet",
    ],
)
def test_a_file_of_any_make_says_what_it_is_told_to(text: str) -> None:
    for data in ({"version": 1}, {"version": 1, "accounts": {"work": {"id": "a"}, "x": {"read_only": True}}}):
        assert tomllib.loads(edited(text, data)) == data
