"""Logging in, working without variables, changing tokens, logging out."""

import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Billtop, Result, finished
from tui.config.locations import accounts_file, data_directory, tokens_directory
from tui.sandbox.harness import RunningSandbox
from tui.sandbox.seed.account import EMAIL, PASSWORD

WRONG = "1|wrongwrongwrongwrongwrongwrong"


@dataclass
class Person:
    """Somebody without any variable set, who pipes tokens in."""

    billtop: Billtop
    sandbox: RunningSandbox

    def log_in(self, *arguments: str, token: str, **environ: str) -> Result:
        addresses = ("--base-url", self.sandbox.modelslab_url, "--stripe-base-url", self.sandbox.stripe_url)
        return piped(self.billtop, token, "login", "--token-stdin", *addresses, *arguments, **environ)

    def run(self, *arguments: str, **environ: str) -> Result:
        return self.billtop.run(*arguments, **environ)

    def another_token(self) -> str:
        asked = {"email": EMAIL, "password": PASSWORD}
        answer = httpx.post(f"{self.sandbox.modelslab_url}/auth/login", json=asked, trust_env=False)
        return str(answer.raise_for_status().json()["data"]["access_token"])


def piped(billtop: Billtop, text: str, *arguments: str, **environ: str) -> Result:
    with billtop.start(*arguments, stdin=text, **environ) as process:
        return finished(process)


@pytest.fixture
def person(nobody: Billtop, sandbox: RunningSandbox) -> Iterator[Person]:
    yield Person(nobody, sandbox)
    sandbox.clear_faults()
    sandbox.latency(0)


def everything_kept() -> bytes:
    folders = (accounts_file().parent, data_directory())
    return b"".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())


def test_log_in_work_and_log_out(person: Person) -> None:
    token = person.sandbox.token
    ran = person.log_in("--account", "work", "--store", "file", token=f"  {token}\n")
    assert ran.code == 0, ran.err
    (kept,) = tokens_directory().iterdir()
    assert str(kept) in ran.out
    assert "$75.50" in ran.out
    assert token not in ran.out + ran.err + accounts_file().read_text()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent, accounts_file())] == [0o600, 0o700, 0o600]

    assert person.run("balance", "--json").json["account"] == "work"
    assert person.run("balance", "--account", "work").code == 0
    assert person.run("balance", "--account", "home").code == 2

    ran = person.run("logout")
    assert ran.code == 0
    assert "stays valid until" in ran.out
    assert token.encode() not in everything_kept()
    assert list(tokens_directory().iterdir()) == []
    ran = person.run("balance")
    assert ran.code == 2
    assert "billtop login --account work" in ran.err
    assert "already" in person.run("logout").out


def test_a_token_the_provider_refuses_is_not_kept(person: Person) -> None:
    ran = person.log_in("--store", "file", token=WRONG)
    assert ran.code == 3
    assert WRONG not in ran.out + ran.err
    assert everything_kept() == b""


def test_without_an_answer_nothing_is_kept(person: Person) -> None:
    ran = piped(
        person.billtop, WRONG, "login", "--token-stdin", "--store", "file", "--base-url", "http://127.0.0.1:9/x"
    )
    assert ran.code == 10
    assert everything_kept() == b""


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        ("keyring.backends.fail.Keyring", "no keyring is running"),
        ("keyring.backends.null.Keyring", "keeps nothing"),
        ("nonsense.Keyring", "nonsense"),
    ],
)
@pytest.mark.parametrize("store", [[], ["--store", "keyring"]])
def test_without_a_keyring_nothing_is_kept_unless_a_file_was_agreed_to(
    person: Person, backend: str, why: str, store: list[str]
) -> None:
    ran = person.log_in(*store, token=person.sandbox.token, PYTHON_KEYRING_BACKEND=backend)
    assert ran.code == 2
    assert why in ran.err
    assert everything_kept() == b""


def test_a_keyring_keeps_the_token_and_takes_it_over_from_a_file(person: Person, tmp_path: Path) -> None:
    ring = {"PYTHON_KEYRING_BACKEND": "tests.unit.keyrings.Working", "TEST_KEYRING": str(tmp_path / "ring.json")}
    token = person.sandbox.token
    assert person.log_in("--store", "file", token=token).code == 0
    ran = person.log_in(token=token, **ring)
    assert ran.code == 0, ran.err
    assert "in the keyring (" in ran.out
    assert token.encode() not in everything_kept()
    assert person.run("balance", **ring).code == 0
    hanging = person.run("balance", **{**ring, "PYTHON_KEYRING_BACKEND": "tests.unit.keyrings.Hanging"})
    assert hanging.code == 2
    assert "did not answer within 3 s" in hanging.err
    for command in ("checkouts", "intents"):
        assert person.run(command).code == 0, "what needs no token asks no keyring"
    assert person.run("logout", **ring).code == 0
    assert token not in (tmp_path / "ring.json").read_text()


def test_open_payments_stay_with_the_account_when_its_token_changes(person: Person) -> None:
    person.log_in("--store", "file", token=person.sandbox.token)
    session = person.run("pay", "25", "--no-wait", "--json").json["session_id"]
    second = person.another_token()
    assert person.log_in("--store", "file", token=second).code == 0
    assert second.encode() in everything_kept()
    assert person.sandbox.token.encode() not in everything_kept()
    for step in ("logout", "login"):
        if step == "logout":
            person.run("logout")
        else:
            person.log_in("--store", "file", token=second)
        assert [each["session_id"] for each in person.run("checkouts", "--json").json["items"]] == [session]


def test_another_address_needs_another_name(person: Person) -> None:
    person.log_in("--store", "file", token=person.sandbox.token)
    before = everything_kept()
    ran = piped(person.billtop, "t0ken", "login", "--token-stdin", "--base-url", "https://billing.invalid/api")
    assert ran.code == 2
    assert "--account NAME" in ran.err
    assert everything_kept() == before


def test_the_environment_goes_first_and_a_named_account_before_it(person: Person) -> None:
    person.log_in("--account", "work", "--store", "file", token=person.sandbox.token)
    environ = {"BILLTOP_BASE_URL": person.sandbox.modelslab_url, "BILLTOP_TOKEN": WRONG}
    assert person.run("balance", **environ).code == 3
    assert person.run("balance", "--account", "work", **environ).code == 0
    ran = person.log_in("--account", "work", "--store", "file", token=person.sandbox.token, **environ)
    assert "BILLTOP_TOKEN is set and goes first" in ran.err


def test_a_second_account_is_used_only_when_it_is_named(person: Person) -> None:
    person.log_in("--account", "first", "--store", "file", token=person.sandbox.token)
    ran = person.log_in("--account", "second", "--store", "file", token=person.another_token())
    assert "goes on using first" in ran.err
    assert person.run("balance", "--json").json["account"] == "first"
    assert person.run("balance", "--account", "second", "--json").json["account"] == "second"


@pytest.mark.parametrize("arguments", [[WRONG], ["--token", WRONG], [f"--token={WRONG}"], ["--account", "x", WRONG]])
def test_a_token_as_an_argument_is_refused_and_not_repeated(nobody: Billtop, arguments: list[str]) -> None:
    ran = nobody.run("login", *arguments)
    assert ran.code == 2
    assert "never given as an argument" in ran.err
    assert WRONG not in ran.err


@pytest.mark.parametrize("text", ["", "\n", "two words", "tökén", "line\nbreak"])
def test_what_cannot_be_a_token_is_refused_before_anything_is_asked(nobody: Billtop, text: str) -> None:
    ran = piped(nobody, text, "login", "--token-stdin", "--store", "file")
    assert ran.code == 2
    assert "The token of default" in ran.err


def test_without_a_terminal_it_says_how_to_pipe_the_token_in(nobody: Billtop) -> None:
    ran = nobody.run("login")
    assert ran.code == 2
    assert "--token-stdin" in ran.err
    assert nobody.run("logout").code == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_other_users_see_no_token_and_a_crash_leaves_no_core(person: Person) -> None:
    person.sandbox.latency(1500)
    token = person.sandbox.token
    addresses = ("--base-url", person.sandbox.modelslab_url)
    with person.billtop.launch("login", "--token-stdin", "--store", "file", *addresses, stdin=token) as process:
        while not accounts_file().exists() and process.poll() is None:
            folder = Path(f"/proc/{process.pid}")
            command, limits = folder.joinpath("cmdline").read_bytes(), folder.joinpath("limits").read_text()
            environ = folder.joinpath("environ").read_bytes()
            assert token.encode() not in command + environ
            (core,) = [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file size")]
            if core == ["0", "0"]:
                break
        else:
            pytest.fail("core dumps were never switched off")
        assert finished(process).code == 0


@pytest.mark.parametrize("place", ["accounts", "token", "log"])
def test_a_link_planted_where_billtop_writes_is_never_written_through(
    person: Person, tmp_path: Path, place: str
) -> None:
    victim = tmp_path / "victim"
    person.log_in("--store", "file", token=person.sandbox.token)
    (kept,) = tokens_directory().iterdir()
    planted = {
        "accounts": accounts_file(),
        "token": kept,
        "log": tmp_path / "xdg_state_home" / "billtop" / "billtop.log",
    }[place]
    planted.parent.mkdir(parents=True, exist_ok=True)
    content = planted.read_bytes() if planted.exists() else b"precious"
    planted.unlink(missing_ok=True)
    victim.write_bytes(content)
    victim.chmod(0o600)
    planted.symlink_to(victim)
    second = person.another_token()
    ran = person.log_in("--store", "file", token=second, BILLTOP_LOG="debug")
    assert ran.code == 0, ran.err
    assert victim.read_bytes() == content
    assert second.encode() not in victim.read_bytes()
    assert planted.is_symlink() == (place == "log")


def test_logging_out_at_the_provider_ends_the_token_there_or_removes_nothing(person: Person) -> None:
    token = person.another_token()
    assert person.log_in("--store", "file", token=token).code == 0
    person.sandbox.fault("/auth/logout", status=500, times=None)
    ran = person.run("logout", "--revoke")
    assert ran.code != 0
    assert token.encode() in everything_kept()
    person.sandbox.clear_faults()
    ran = person.run("logout", "--revoke")
    assert ran.code == 0, ran.err
    assert "takes it no longer" in ran.out
    assert token.encode() not in everything_kept()
    assert person.log_in("--store", "file", token=token).code == 3
