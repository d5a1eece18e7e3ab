"""What only a terminal shows: the code of a payment link, and a dashboard that gives the screen back."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.conftest import SECONDS, Billtop
from tests.qr_oracle import ansi_cells, decode

ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A terminal with `billtop` in it; what it printed is in `seen`."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int) -> None:
        self.process = process
        self._master = master
        self.seen = b""

    def read_until(self, words: bytes) -> None:
        while words not in self.seen:
            assert self._read(), self.seen

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def read_to_end(self) -> int:
        while self._read():
            pass
        return self.process.wait(SECONDS)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], SECONDS)
        assert ready, self.seen
        got = b""
        with suppress(OSError):  # how Linux tells that nobody has the other end open any more
            got = os.read(self._master, 65536)
        self.seen += got
        return bool(got)


@contextmanager
def terminal(billtop: Billtop, *arguments: str, columns: int = 80, rows: int = 24, **more: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environ = {**os.environ, **billtop.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **more}
    command = [sys.executable, "-m", "tui", *arguments]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True)
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_the_code_of_a_link_is_the_link(billtop: Billtop) -> None:
    with terminal(billtop, "pay", "25", "--no-wait", columns=90, rows=60) as term:
        assert term.read_to_end() == 0
        link = billtop.run("checkouts", "--json").json["items"][0]["url"]
        text = term.seen.decode()
        assert link in text.splitlines()
        assert decode(ansi_cells([text], 90, 60)) == [link]


def test_a_code_that_does_not_fit_is_not_drawn(billtop: Billtop) -> None:
    with terminal(billtop, "pay", "25", "--no-wait") as term:
        assert term.read_to_end() == 0
        assert "The QR code needs a terminal of 77 x 41 (now 80 x 24)" in term.seen.decode()
        assert b"\x1b[" not in term.seen


@pytest.mark.parametrize(("option", "environ"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})])
def test_without_colours_the_link_alone_and_why(billtop: Billtop, option: list[str], environ: dict[str, str]) -> None:
    with terminal(billtop, "pay", "25", "--no-wait", *option, columns=90, rows=60, **environ) as term:
        assert term.read_to_end() == 0
        assert b"http://127.0.0.1" in term.seen
        assert b"The QR code needs black and white" in term.seen
        assert b"\x1b[" not in term.seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_dashboard_and_gives_the_screen_back(billtop: Billtop, number: signal.Signals) -> None:
    with terminal(billtop) as term:
        term.read_until(b"SANDBOX")
        term.process.send_signal(number)
        assert term.read_to_end() == 128 + number
        assert term.seen.rindex(LEAVE_SCREEN) > term.seen.rindex(ENTER_SCREEN)


def test_the_demo_keeps_nothing(nobody: Billtop, tmp_path_factory: pytest.TempPathFactory) -> None:
    temporary = tmp_path_factory.mktemp("tmp")
    home = tmp_path_factory.mktemp("home")
    with terminal(nobody, "demo", "--rows", "50", TMPDIR=str(temporary), XDG_DATA_HOME=str(home)) as term:
        term.read_until("···· 4242".encode())
        assert len(list(temporary.iterdir())) == 2, "its journal and its sandbox"
        term.process.send_signal(signal.SIGTERM)
        assert term.read_to_end() == 128 + signal.SIGTERM
    assert list(temporary.iterdir()) == []
    assert list(home.iterdir()) == []


needs_proc = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def child_of(process: "subprocess.Popen[bytes]") -> int:
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    (child,) = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    return child


@needs_proc
def test_the_sandbox_dies_with_a_demo_that_is_killed(nobody: Billtop) -> None:
    with terminal(nobody, "demo", "--rows", "50") as term:
        term.read_until("···· 4242".encode())
        sandbox = os.pidfd_open(child_of(term.process))
        term.process.kill()
        ended, _, _ = select.select([sandbox], [], [], SECONDS)
        os.close(sandbox)
    assert ended == [sandbox]


@needs_proc
def test_a_demo_whose_sandbox_died_says_so(nobody: Billtop) -> None:
    with terminal(nobody, "demo", "--rows", "50") as term:
        term.read_until("···· 4242".encode())
        os.kill(child_of(term.process), signal.SIGKILL)
        term.process.send_signal(signal.SIGTERM)
        term.read_to_end()
        assert "sandbox had ended by itself" in term.seen.rpartition(LEAVE_SCREEN)[2].decode()
