"""billtop on a server, looked at over SSH."""

import os
import shlex
import signal
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from tests.terminal.sshd import needs_sshd, ssh_server
from tests.terminal.tmux import BILLTOP, needs_tmux, terminal
from tui.sandbox.harness import start_sandbox

pytestmark = [pytest.mark.ssh, pytest.mark.terminal, needs_tmux, needs_sshd]


def test_over_ssh_a_link_is_shown_and_never_opened_there_and_a_lost_connection_ends_it(tmp_path: Path) -> None:
    with start_sandbox(rows=50) as sandbox, ssh_server(tmp_path) as ssh:
        pid_file, trap = tmp_path / "pid", tmp_path / "opened"
        browser = tmp_path / "browser"
        browser.write_text(f"#!/bin/sh\ntouch {trap}\n")
        browser.chmod(0o755)
        environ = {
            "BILLTOP_BASE_URL": sandbox.modelslab_url,
            "BILLTOP_TOKEN": sandbox.token,
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "BROWSER": str(browser),
            "DISPLAY": ":99",
            "LC_ALL": "C.UTF-8",
        }
        words = " ".join(f"{name}={shlex.quote(value)}" for name, value in environ.items())
        remote = f"echo $$ > {pid_file}; exec env {words} {BILLTOP}"
        with terminal(shlex.join([*ssh, remote]), tmp_path, columns=80, rows=24) as term:
            term.wait_for("SANDBOX", "$75.50", seconds=40)
            term.press("f")
            term.wait_for("Add funds")
            term.type("25")
            term.press("Enter")
            term.wait_for("waiting for payment")
            term.press("o")
            (session,) = sandbox.checkouts()
            term.wait_until(
                lambda screen: session["payment_url"] in "".join(line.strip() for line in screen.splitlines()),
                "the whole link as text",
            )
            assert not trap.exists(), "a browser was opened on the server"
            os.kill(term.pid(), signal.SIGKILL)
            assert _ended_within(int(pid_file.read_text()), seconds=60)
        with terminal(BILLTOP, tmp_path, environ, columns=80, rows=24) as term:
            term.wait_for("1 waiting")
            sandbox.pay(session["session_id"])
            term.wait_for("Paid: ", seconds=60)


def _ended_within(pid: int, seconds: float) -> bool:
    ends, tick = monotonic() + seconds, Event()
    while monotonic() < ends:
        if not Path(f"/proc/{pid}").exists():
            return True
        tick.wait(0.05)
    return False
