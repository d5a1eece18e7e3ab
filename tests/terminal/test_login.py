"""`billtop login` at a terminal: the token is typed, never shown, and kept where the person agreed to."""

from pathlib import Path

import pytest

from tests.terminal.tmux import BILLTOP, needs_tmux, terminal
from tui.sandbox.harness import start_sandbox

pytestmark = [pytest.mark.terminal, needs_tmux]

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def test_log_in_look_and_log_out(tmp_path: Path) -> None:
    with start_sandbox(rows=50) as sandbox:
        login = f"{BILLTOP} login --account work --base-url {sandbox.modelslab_url}"
        with terminal(login, tmp_path, NO_KEYRING) as term:
            term.wait_for("Access token of work at ModelsLab (127.0.0.1", "Token:")
            command = Path(f"/proc/{term.pid()}/cmdline").read_bytes()
            term.type(sandbox.token)
            term.press("Enter")
            term.wait_for("no keyring is running", "only you can read? [y/N]")
            term.type("y")
            term.press("Enter")
            screen = term.wait_for("Logged in: work", "exit status: 0")
            assert sandbox.token not in screen.replace("\n", "")
            assert sandbox.token.encode() not in command
        (kept,) = (tmp_path / "XDG_DATA_HOME" / "billtop" / "tokens").iterdir()
        assert kept.read_text().splitlines() == [sandbox.token, sandbox.origin, "https://api.stripe.com"]

        with terminal(BILLTOP, tmp_path, NO_KEYRING) as term:
            term.wait_for("work", "SANDBOX", "$75.50")
            term.press("q")
            term.wait_for("exit status: 0")
        with terminal(f"{BILLTOP} logout", tmp_path, NO_KEYRING) as term:
            term.wait_for("Logged out: the token of work", "exit status: 0")
        assert not kept.exists()


def test_saying_no_keeps_nothing(tmp_path: Path) -> None:
    with start_sandbox(rows=50) as sandbox:
        with terminal(f"{BILLTOP} login --base-url {sandbox.modelslab_url}", tmp_path, NO_KEYRING) as term:
            term.wait_for("Token:")
            term.type(sandbox.token)
            term.press("Enter")
            term.wait_for("[y/N]")
            term.press("Enter")
            term.wait_for("Nothing was kept", "exit status: 2")
        written = [
            path for path in tmp_path.rglob("*") if path.is_file() and sandbox.token in path.read_text("latin-1")
        ]
        assert written == []


@pytest.mark.parametrize(("key", "status"), [("C-c", 130), ("C-d", 2)])
def test_leaving_the_question_changes_nothing_and_gives_the_echo_back(tmp_path: Path, key: str, status: int) -> None:
    with terminal(f"{BILLTOP} login; stty -a | tr ' ;' '\\n\\n' | grep -x echo", tmp_path, NO_KEYRING) as term:
        term.wait_for("Token:")
        term.press(key)
        screen = term.wait_for("exit status: 0")
        assert "echo" in screen.splitlines(), screen
        assert not (tmp_path / "XDG_CONFIG_HOME").exists()
    with terminal(f"{BILLTOP} login", tmp_path, NO_KEYRING) as term:
        term.wait_for("Token:")
        term.press(key)
        term.wait_for(f"exit status: {status}")


def test_a_keyring_that_hangs_is_said_on_the_dashboard(tmp_path: Path) -> None:
    accounts = tmp_path / "XDG_CONFIG_HOME" / "billtop" / "accounts.toml"
    accounts.parent.mkdir(parents=True)
    accounts.write_text(
        'version = 1\n[accounts.work]\nid = "0123456789abcdef"\nprovider = "modelslab"\ntoken = "keyring"\n'
        'base_url = "https://billing.invalid/api"\nstripe_base_url = "https://api.stripe.com"\n'
    )
    environ = {
        "PYTHON_KEYRING_BACKEND": "tests.unit.keyrings.Hanging",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    with terminal(BILLTOP, tmp_path, environ) as term:
        term.wait_for("work", "LIVE", "The keyring did not answer within 3 s", "Press r")
        term.press("q")
        term.wait_for("exit status: 0")
