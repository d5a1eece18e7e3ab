"""Rows S1 to S9: signals, terminals that go away or stop reading, odd sizes, and what is no terminal."""

import os
import pty
import select
import shlex
import signal
import subprocess
from pathlib import Path
from threading import Event

import pytest

from tests.faults.conftest import Record
from tests.faults.window import BILLTOP, SECONDS, UNSET, Window, needs_linux, needs_setsid, wait_until
from tests.faults.windows import OpenWindow, ended, environ, journal_state, open_window, sandbox, shown
from tests.terminal.sshd import needs_sshd, ssh_server
from tui.config.locations import data_directory
from tui.sandbox.harness import RunningSandbox
from tui.terminal.writer import BACKLOG, TerminalWriter

__all__ = ["environ", "open_window", "sandbox"]  # fixtures

pytestmark = needs_linux
row = pytest.mark.row
GIVEN_BACK = "the terminal was given back as it was"


# -- signals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGTERM, marks=row("S1", injected="SIGTERM")),
        pytest.param(signal.SIGHUP, marks=row("S1", injected="SIGHUP")),
        pytest.param(signal.SIGINT, marks=row("S1", injected="SIGINT from outside")),
    ],
)
def test_a_signal_ends_it_and_gives_the_terminal_back(
    number: signal.Signals, open_window: OpenWindow, record: Record
) -> None:
    term = shown(open_window())
    assert term.modes_left() != [], "nothing to give back: this test would prove nothing"
    term.process.send_signal(number)
    assert ended(term) == 128 + number
    record(f"Ended with status {128 + number}; {GIVEN_BACK}.")


@needs_sshd
@row("S2", injected="the SSH client killed while a payment link is open")
def test_a_lost_connection_ends_it_and_the_next_start_goes_on(
    open_window: OpenWindow, sandbox: RunningSandbox, environ: dict[str, str], tmp_path: Path, record: Record
) -> None:
    session = open_link(environ)
    with ssh_server(tmp_path) as ssh:
        pid_file = tmp_path / "pid"
        kept = {**environ, "LC_ALL": "C.UTF-8", **{n: v for n, v in os.environ.items() if n.startswith("XDG_")}}
        words = " ".join(f"{name}={shlex.quote(value)}" for name, value in kept.items())
        term = open_window(command=[*ssh, f"echo $$ > {pid_file}; exec env {words} {shlex.join(BILLTOP)}"])
        term.wait_for("SANDBOX", "1 waiting")
        remote = os.pidfd_open(int(pid_file.read_text()))
        term.process.kill()
        assert select.select([remote], [], [], SECONDS)[0], "still there without its connection"
        os.close(remote)
    assert journal_state() == ["pending"]
    again = open_window()
    again.wait_for("SANDBOX", "1 waiting")
    sandbox.pay(session)
    again.wait_for("Paid: ")
    again.type("q")
    assert ended(again) == 0
    assert len(sandbox.charges()) == 1
    record("Ended by itself; the journal is whole; the next start watched on and said: Paid.", charges=1)


def open_link(environ: dict[str, str]) -> str:
    """Make a payment link by the command line, and return its session."""
    command = [*BILLTOP, "pay", "25", "--no-wait"]
    subprocess.run(command, env={**os.environ, **environ}, capture_output=True, check=True, timeout=60)
    listed = [*BILLTOP, "checkouts", "--json"]
    found = subprocess.run(listed, env={**os.environ, **environ}, capture_output=True, check=True, timeout=60).stdout
    return found.decode().partition('"session_id": "')[2].partition('"')[0]


# -- a terminal that is gone or does not read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("controlling", "before"),
    [
        pytest.param(False, None, marks=row("S3", injected="the terminal gone, and no signal tells of it")),
        pytest.param(
            True,
            ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"],
            marks=[row("S3", injected="the terminal gone, started with SIGHUP ignored"), needs_setsid],
        ),
    ],
)
def test_it_ends_with_its_terminal(
    controlling: bool, before: list[str] | None, open_window: OpenWindow, record: Record
) -> None:
    term = shown(open_window(controlling=controlling, before=before))
    before_it = term.cpu()
    term.hang_up()
    spent = [before_it]

    def gone() -> bool:
        if term.process.poll() is not None:
            return True
        spent.append(term.cpu())
        return False

    wait_until(gone, "the end with the terminal")
    assert term.process.returncode == 128 + signal.SIGHUP
    assert spent[-1] - before_it < 1.0, "it was busy after its terminal had gone"
    record(f"Ended by itself with status {128 + signal.SIGHUP}, without spinning.")


def fill(term: Window) -> None:
    """Let it paint more than the terminal takes unread."""
    tick = Event()
    for number in range(120):
        term.resize(80 + number % 2, 24)
        tick.wait(0.01)


@row("S4", injected="the terminal stops reading, then SIGTERM")
def test_a_terminal_that_does_not_read_cannot_keep_it(open_window: OpenWindow, record: Record) -> None:
    term = shown(open_window())
    fill(term)
    term.process.send_signal(signal.SIGTERM)
    wait_until(lambda: term.process.poll() is not None, "the end without anybody reading")
    assert ended(term) == 128 + signal.SIGTERM
    record(f"Ended by itself; when the terminal read again, {GIVEN_BACK}.")


@row("S4", injected="the terminal stops reading while a link is paid, then reads again")
def test_payments_are_watched_while_the_terminal_does_not_read(
    open_window: OpenWindow, sandbox: RunningSandbox, environ: dict[str, str], record: Record
) -> None:
    session = open_link(environ)
    term = open_window()
    term.wait_for("1 waiting")
    term.type("6")
    term.wait_for("payable until", "$25.00 to the wallet")
    fill(term)
    sandbox.pay(session)
    term.type("c")
    wait_until(lambda: journal_state() == ["paid"], "the payment in the journal, unread as the screen is")
    term.wait_for("Paid: ")
    term.type("1")
    term.wait_for("Latest", "$100.50")
    term.type("q")
    assert ended(term) == 0
    assert len(sandbox.charges()) == 1
    record("Found out meanwhile and written down; the screen told when it was read again.", charges=1)


@row("S4", injected="several MB that a terminal does not read")
def test_a_backlog_is_dropped_and_painted_anew(record: Record) -> None:
    master, slave = pty.openpty()
    caught_up, gone = Event(), Event()
    writer = TerminalWriter(slave, gone.set, caught_up.set)
    writer.start()
    writer.write(b"<begin>")
    writer.vital = False
    for _ in range(2_000):
        writer.write(b"x" * 2_000)
    writer.vital = True
    writer.write(b"<end>")
    got = bytearray()

    def read() -> bool:
        while select.select([master], [], [], 0)[0]:
            got.extend(os.read(master, 65536))
        return caught_up.is_set()

    wait_until(read, "the whole picture being asked for")
    writer.stop()
    read()
    assert got.startswith(b"<begin>")
    assert got.endswith(b"<end>")
    assert len(got) < 2 * BACKLOG
    assert not gone.is_set()
    os.close(slave)
    os.close(master)
    record("At most 256 kB wait; what changes the terminal's modes is kept, and a whole picture follows.")


@row("S5", injected="SIGTSTP while it paints and keys wait, then SIGCONT; q with keys behind it")
def test_it_stops_and_goes_on(open_window: OpenWindow, record: Record) -> None:
    term = shown(open_window())
    term.type("21" * 60)
    term.process.send_signal(signal.SIGTSTP)
    term.wait_until(lambda: _stopped(term), "the stop")
    term.wait_till_quiet()
    assert term.modes_left() == []
    term.process.send_signal(signal.SIGCONT)
    term.type("1")
    shown(term)
    term.type("2")
    term.wait_for("debit", "success")
    term.type("q" + "21" * 60)
    assert ended(term) == 0
    record(f"Stopped: {GIVEN_BACK}. Continued: painted anew, keys work.")


@row("T2", injected="the dashboard stopped by SIGSTOP, which no program can handle")
def test_a_hard_stop_leaves_the_terminal_as_it_was_in_the_end(open_window: OpenWindow, record: Record) -> None:
    term = open_window(command=["sh", "-c", 'stty -a; "$@"; stty -a', "sh", *BILLTOP])
    shown(term)
    (pid,) = Path(f"/proc/{term.process.pid}/task/{term.process.pid}/children").read_text().split()
    os.kill(int(pid), signal.SIGSTOP)
    os.kill(int(pid), signal.SIGCONT)
    term.wait_till_quiet()
    assert "Latest" in term.text
    term.type("q")
    assert ended(term) == 0
    first, last = (line for line in term.seen.decode().splitlines() if "icanon" in line)
    assert first == last, "the terminal's settings were not given back"
    record(f"Continued: painted anew. At the end {GIVEN_BACK}.")


def _stopped(term: Window) -> bool:
    return Path(f"/proc/{term.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


# -- sizes ----------------------------------------------------------------------------------------------------------

SIZES = [(1, 1), (2, 2), (0, 0), (500, 1000), (59, 19)]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [pytest.param(*size, marks=row("S6", injected=f"started at {size[0]} x {size[1]}")) for size in SIZES],
)
def test_it_starts_at_any_size(columns: int, rows: int, open_window: OpenWindow, record: Record) -> None:
    term = open_window(columns=columns, rows=rows)
    term.wait_until(lambda: bool(term.text.strip()) or len(term.seen) > 500, "a first picture")
    term.wait_till_quiet()
    term.resize(80, 24)
    shown(term)
    term.type("q")
    assert ended(term) == 0
    record("Painted; at 80 x 24 all is there; quit with status 0.")


@row("S6", injected="resized through 1 x 1, 2 x 2, 0 x 0 and 500 x 1000 with a form open")
def test_a_form_survives_any_size(open_window: OpenWindow, record: Record) -> None:
    term = shown(open_window(columns=120, rows=40))
    term.type("f")
    term.wait_for("Add funds")
    term.type("37.5")
    term.wait_for("37.5")
    for size in SIZES:
        term.resize(*size)
        term.wait_till_quiet(0.2)
    term.wait_for("60 x 20")
    term.resize(80, 24)
    term.wait_for("Add funds", "37.5")
    term.process.send_signal(signal.SIGTERM)
    assert ended(term) == 128 + signal.SIGTERM
    record("Too small is said with the size that is needed; what was typed is kept.")


# -- what is no terminal --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "redirection",
    [
        pytest.param("</dev/null", marks=row("S7", injected="keys from /dev/null")),
        pytest.param("<&-", marks=row("S7", injected="no stdin at all")),
        pytest.param("2>painted", marks=row("S8", injected="stderr to a file")),
        pytest.param("2>&-", marks=row("S8", injected="no stderr at all")),
    ],
)
def test_without_a_terminal_it_refuses_at_once(
    redirection: str, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    term = open_window(command=["sh", "-c", f'exec "$@" {redirection}', "sh", *BILLTOP])
    assert ended(term) == 2
    said = term.text + (tmp_path / "painted").read_text() if redirection == "2>painted" else term.text
    if redirection != "2>&-":
        assert "The dashboard needs a terminal for input and output." in said
    assert b"\x1b" not in term.seen
    record(f"Status 2. {' '.join(said.split())}")


@row("S7", injected="keys from a pipe")
def test_a_pipe_is_no_keyboard(environ: dict[str, str], record: Record) -> None:
    refused = subprocess.run(
        BILLTOP, env={**os.environ, **environ}, input=b"q", stderr=subprocess.PIPE, timeout=60, check=False
    )
    assert refused.returncode == 2
    record(f"Status 2. {refused.stderr.decode()}")


# -- terminals and locales ------------------------------------------------------------------------------------------

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"TERM": "dumb"}, marks=row("S9", injected="TERM=dumb")),
        pytest.param({"TERM": UNSET}, marks=row("S9", injected="no TERM")),
        pytest.param({"TERM": "vt100"}, marks=row("S9", injected="TERM=vt100")),
        pytest.param({"LC_ALL": "C"}, marks=row("S9", injected="LC_ALL=C")),
        pytest.param(ASCII, marks=row("S9", injected="LC_ALL=C, and Python told to believe it")),
        pytest.param({"LC_ALL": UNSET, "LANG": "en_US.ISO-8859-1"}, marks=row("S9", injected="LANG of ISO-8859-1")),
        pytest.param({"PYTHONIOENCODING": "latin-1"}, marks=row("S9", injected="an encoding without lines and blocks")),
        pytest.param({"NO_COLOR": "1"}, marks=row("S9", injected="NO_COLOR")),
    ],
)
def test_it_paints_on_any_terminal(variables: dict[str, str], open_window: OpenWindow, record: Record) -> None:
    term = shown(open_window(environ=variables))
    assert "\\u" not in term.text
    assert "Latest" in term.text
    term.type("q")
    assert ended(term) == 0
    record("Paints the account; quit with status 0.")


# -- rest -----------------------------------------------------------------------------------------------------------


def test_nothing_runs_while_nothing_happens(open_window: OpenWindow) -> None:
    term = shown(open_window())
    term.wait_till_quiet(1.5)
    before = term.cpu()
    assert term.look(5.0) == b"", "it painted while nothing happened"
    assert term.cpu() - before <= 0.05


def test_the_data_folder_is_the_tests_own(tmp_path: Path) -> None:
    assert data_directory().is_relative_to(tmp_path)
