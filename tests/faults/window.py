"""A terminal window of the tests' own around a program: what it painted, which modes it left on, what it costs."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic

import pyte
import pytest

BILLTOP = [sys.executable, "-m", "tui"]
SECONDS = 90.0
"""How long anything may take at most on a busy machine."""
_QUIET = {"1049": "l", "1000": "l", "1003": "l", "1006": "l", "2004": "l", "1004": "l", "25": "h", "7": "h"}
"""Modes as they must be left: alternate screen, mouse, paste and focus off, cursor and line wrap on."""
_TICK = 0.02
_ENTER_SCREEN = b"\x1b[?1049h"
"""The alternate screen begins empty, which pyte does not know."""
_ODD = re.compile(rb"\x1b\[[>=<][0-9;]*[a-z]|\x1b\[\?[0-9;]+\$p")
"""Sequences pyte prints as text."""

needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc, as only Linux has it")
needs_setsid = pytest.mark.skipif(shutil.which("setsid") is None, reason="needs setsid of util-linux")


class Window:
    """A program in a terminal. Nobody reads what it paints except while a method here waits."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int, columns: int, rows: int) -> None:
        self.process = process
        self.seen = bytearray()
        self._master: int | None = master
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._text: str | None = None

    @property
    def text(self) -> str:
        """What stands on the screen."""
        if self._text is None:  # asked for fifty times a second, which makes it out of all cells anew
            self._text = "\n".join(line.rstrip() for line in self._screen.display).rstrip()
        return self._text

    def type(self, keys: str) -> None:
        """Press keys."""
        assert self._master is not None
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size; the program is told by SIGWINCH."""
        assert self._master is not None
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(max(rows, 1), max(columns, 1))
        self._text = None
        self.process.send_signal(signal.SIGWINCH)

    def look(self, seconds: float = 0.0) -> bytes:
        """Read what the program painted meanwhile, waiting at most `seconds` for it to begin."""
        if self._master is None or not select.select([self._master], [], [], seconds)[0]:
            return b""
        with suppress(OSError):  # how Linux tells that nobody has the other end open any more
            got = os.read(self._master, 65536)
            self.seen += got
            self._text = None
            before, entered, after = got.rpartition(_ENTER_SCREEN)
            self._stream.feed(_ODD.sub(b"", before))
            if entered:
                self._screen.erase_in_display(2)
            self._stream.feed(_ODD.sub(b"", after))
            return got
        return b""

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
        """Read until `condition` holds."""
        ends = monotonic() + seconds
        while not condition():
            if monotonic() > ends:
                pytest.fail(f"waited {seconds:g} s for {what!r}; the screen shows:\n{self.text}")
            self.look(_TICK)

    def wait_for(self, *texts: str, seconds: float = SECONDS) -> str:
        """Read until all `texts` stand on the screen, and return it."""
        self.wait_until(lambda: all(text in self.text for text in texts), " and ".join(texts), seconds)
        return self.text

    def wait_till_quiet(self, seconds: float = 0.7) -> None:
        """Read until nothing more has come for `seconds`."""
        ends = monotonic() + SECONDS
        while self.look(seconds):
            assert monotonic() < ends, f"it paints for ever; the screen shows:\n{self.text}"

    def hang_up(self) -> None:
        """Close the window under the program."""
        assert self._master is not None
        os.close(self._master)
        self._master = None

    def end(self, seconds: float = SECONDS) -> int:
        """Read until the program has ended, and what it left; return its exit code."""
        self.wait_until(lambda: self.process.poll() is not None, "the end of the program", seconds)
        while self.look():
            pass
        assert self.process.returncode is not None
        return self.process.returncode

    def modes_left(self) -> list[str]:
        """The modes of the terminal that were changed and not changed back."""
        last = dict(re.findall(r"\x1b\[\?(\d+)([hl])", self.seen.decode("utf-8", "replace")))
        return [mode for mode, rest in _QUIET.items() if last.get(mode, rest) != rest]

    def cpu(self) -> float:
        """Seconds of processor time the program has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the program, whatever it does."""
        self.process.kill()
        self.process.wait()
        if self._master is not None:
            self.hang_up()


@contextmanager
def window(
    command: list[str],
    environ: Mapping[str, str],
    *,
    columns: int = 80,
    rows: int = 24,
    controlling: bool = False,
    before: list[str] | None = None,
) -> Iterator[Window]:
    """Run `command` in a window, by `before` (as `setpriv …`) if given.

    The window is the program's controlling terminal only when asked for: then closing it sends SIGHUP, and without it
    only reading and writing tell that it is gone.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    words = [*(["setsid", "--ctty"] if controlling else []), *(before or []), *command]
    variables = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environ}
    kept = {name: value for name, value in variables.items() if value != UNSET}
    process = subprocess.Popen(
        words, stdin=slave, stdout=slave, stderr=slave, env=kept, start_new_session=not controlling
    )
    os.close(slave)
    opened = Window(process, master, max(columns, 1), max(rows, 1))
    try:
        yield opened
    finally:
        opened.close()


UNSET = "\0"
"""As a variable's value: the variable is not set."""


def wait_until(condition: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    """Wait until `condition` holds."""
    ends, tick = monotonic() + seconds, Event()
    while not condition():
        if monotonic() > ends:
            pytest.fail(f"waited {seconds:g} s for {what!r}")
        tick.wait(_TICK)
