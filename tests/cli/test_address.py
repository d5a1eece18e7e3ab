"""A stored token goes to the address it was stored for; a changed one is asked about, or refused."""

import socket
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Billtop, Run
from tests.cli.test_terminal import terminal
from tui.config.locations import accounts_file, tokens_directory
from tui.sandbox.harness import RunningSandbox


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    """A server that nobody may connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.fixture
def work(run: Run, sandbox: RunningSandbox) -> Run:
    """An account of the sandbox with its token in a file."""
    addresses = ("--base-url", sandbox.modelslab_url, "--stripe-base-url", sandbox.stripe_url)
    kept = run("login", "--account", "work", "--token-stdin", "--store", "file", *addresses, piped=sandbox.token)
    assert kept.code == 0, kept.err
    return run


def change(old: str, new: str) -> None:
    """Put one text in the place of another in accounts.toml, as an editor would."""
    text = accounts_file().read_text()
    assert old in text
    accounts_file().write_text(text.replace(old, new))


def url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    "command",
    [
        ["balance"],
        ["transactions", "--json"],
        ["fund", "25", "--card", "default", "--yes"],
        ["cards"],
        ["logout", "--revoke"],
        ["accounts", "test"],
        ["login", "--token-stdin"],
    ],
    ids=" ".join,
)
def test_without_a_terminal_nothing_is_sent_to_another_host(
    work: Run, sandbox: RunningSandbox, stranger: socket.socket, command: list[str]
) -> None:
    change(f'base_url = "{sandbox.origin}/modelslab', f'base_url = "{url(stranger)}/modelslab')
    ran = work(*command, piped=sandbox.token)
    said = ran.out + ran.err
    assert ran.code == 2
    assert f"The token was stored for {sandbox.origin} and would now go to {url(stranger)}." in said
    assert "Nothing was sent." in said
    assert "billtop login --account work --base-url " in said
    assert sandbox.token not in said


def test_card_data_goes_to_no_other_host_either(work: Run, sandbox: RunningSandbox, stranger: socket.socket) -> None:
    change(f'stripe_base_url = "{sandbox.stripe_url}"', f'stripe_base_url = "{url(stranger)}"')
    ran = work("cards")
    assert ran.code == 2
    assert f"Card details went to {sandbox.origin} and would now go to {url(stranger)}." in ran.err
    assert f"billtop login --account work --stripe-base-url {url(stranger)}" in ran.err
    again = work("login", "--token-stdin", "--base-url", sandbox.modelslab_url, piped=sandbox.token)
    assert again.code == 2, "the address of the API says nothing about that of cards"


def test_doctor_tells_it_and_another_path_of_the_same_host_is_no_question(
    work: Run, sandbox: RunningSandbox, stranger: socket.socket
) -> None:
    change(sandbox.modelslab_url, f"{sandbox.modelslab_url}/deeper")
    assert work("balance").code == 5
    change(f"{sandbox.modelslab_url}/deeper", url(stranger))
    told = work("doctor")
    assert told.code == 1
    assert "The address of work changed" in told.out


def test_a_token_of_an_older_billtop_is_bound_to_the_address_it_has_at_first(
    work: Run, sandbox: RunningSandbox, stranger: socket.socket
) -> None:
    (kept,) = tokens_directory().iterdir()
    kept.write_text(f"{sandbox.token}\n")
    assert work("balance").code == 0
    assert kept.read_text().splitlines() == [sandbox.token, sandbox.origin, sandbox.origin]
    change(sandbox.modelslab_url, url(stranger))
    assert work("balance").code == 2


def test_what_is_no_token_of_ours_is_not_sent(work: Run, sandbox: RunningSandbox) -> None:
    (kept,) = tokens_directory().iterdir()
    kept.write_text(f"{sandbox.token}\n{sandbox.origin}\n")
    ran = work("balance")
    assert ran.code == 2
    assert "Log in again" in ran.err


def test_the_same_token_under_another_name_is_bound_too(
    work: Run, sandbox: RunningSandbox, stranger: socket.socket
) -> None:
    book = accounts_file().read_text()
    table = book[book.index("[accounts") :].replace("work", "evil").replace(sandbox.modelslab_url, url(stranger))
    accounts_file().write_text(f"{book}\n{table}")
    assert work("balance", "--account", "evil").code == 2


@pytest.mark.parametrize("given", [True, False])
def test_logging_in_again_with_the_address_confirms_it(work: Run, sandbox: RunningSandbox, given: bool) -> None:
    """The same server under another name is another host."""
    moved = sandbox.modelslab_url.replace("127.0.0.1", "localhost")
    change(f'base_url = "{sandbox.modelslab_url}"', f'base_url = "{moved}"')
    address = ["--base-url", moved] if given else []
    ran = work("login", "--token-stdin", "--store", "file", *address, piped=sandbox.token)
    assert ran.code == (0 if given else 2)
    assert work("balance").code == (0 if given else 2)


def test_a_terminal_is_asked_and_only_a_yes_confirms(work: Run, nobody: Billtop, sandbox: RunningSandbox) -> None:
    moved = sandbox.origin.replace("127.0.0.1", "localhost")
    change(f'base_url = "{sandbox.origin}/modelslab', f'base_url = "{moved}/modelslab')
    for answer, code in ((b"\n", 2), (b"y\n", 0)):
        with terminal(nobody, "balance", columns=200) as term:
            term.read_until(b"[y/N]")
            assert f"stored for {sandbox.origin} and would now go to {moved}".encode() in term.seen
            term.type(answer)
            assert term.read_to_end() == code
    assert work("balance").code == 0, "it is asked once"


def test_the_environment_gives_token_and_address_together(nobody: Billtop, sandbox: RunningSandbox) -> None:
    environ = {"BILLTOP_TOKEN": sandbox.token, "BILLTOP_BASE_URL": sandbox.modelslab_url}
    assert nobody.run("balance", **environ).code == 0
