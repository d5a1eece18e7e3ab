"""A terminal that measures: a real pty, every read time-stamped, queries answered as xterm does."""

import fcntl
import os
import pty
import re
import resource
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

COLUMNS, LINES = 120, 40
PATIENCE = 30.0
"""Seconds after which something that should come is given up."""
_QUIET = 0.25
"""Seconds without a byte after which a program has nothing more to say."""
_CLOSE = 0.002
"""Seconds within which the next bytes belong to the same picture."""
_SLEPT = re.compile(r"^voluntary_ctxt_switches:\s+(\d+)", re.MULTILINE)
_ANSWERS = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
)


def python(*arguments: str) -> list[str]:
    """The command line of this interpreter."""
    return [sys.executable, *arguments]


class MeasuredTerminal:
    """Runs a program in a pty and tells when what stood on the screen, and how many bytes that took.

    Times are seconds since the program was started, memory is in bytes.
    """

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str] | None = None, *, rate: int | None = None
    ) -> None:
        """Start `command`; the size is set before it runs. `rate` is how many bytes a second the link carries."""
        self.bytes = 0
        self.heard = time.perf_counter()
        """When the last bytes came."""
        self._rate = rate
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # uncompiled imports cost three times as much
        self.started = time.perf_counter()
        self.pid, self._pty = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), env)

    def __enter__(self) -> "MeasuredTerminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self._screen.display)

    @property
    def memory(self) -> int:
        """The resident set of the program now."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    @property
    def cpu(self) -> float:
        """Seconds of processor time the program's threads have used, to the nanosecond."""
        return sum(int((task / "schedstat").read_text().split()[0]) for task in self._tasks()) / 1e9

    @property
    def wakeups(self) -> int:
        """How often its threads went to sleep, and so woke up again."""
        return sum(int(_SLEPT.findall((task / "status").read_text())[0]) for task in self._tasks())

    def _tasks(self) -> list[Path]:
        return list(Path(f"/proc/{self.pid}/task").iterdir())

    def until(self, wanted: str | Callable[[str], bool]) -> float:
        """Read until `wanted` stands on the screen; return when the read that brought it ended."""
        found = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline:
            brought: float | None = None
            for at, data in self._arrived(0.5):
                self._stream.feed(data)
                if brought is None and found(self.text):
                    brought = at
            if brought is not None:
                return brought - self.started
        raise TimeoutError(f"{wanted!r} did not come:\n{self.text}")

    def settle(self, quiet: float = _QUIET) -> None:
        """Read until nothing comes any more."""
        while self._read(quiet) is not None:
            pass

    def send(self, keys: bytes) -> None:
        """Send `keys` and wait for nothing."""
        os.write(self._pty, keys)

    def press(self, keys: bytes) -> tuple[float, int]:
        """Send `keys`; return the seconds until the last byte of the answer, and how many bytes it has."""
        before, sent = self.bytes, time.perf_counter()
        os.write(self._pty, keys)
        last = sent
        while (at := self._read(_QUIET)) is not None:
            last = at
        return last - sent, self.bytes - before

    def quit(self, key: bytes = b"q") -> float:
        """Send `key`; return the seconds until the process is gone."""
        sent = time.perf_counter()
        os.write(self._pty, key)
        while self._read(PATIENCE) is not None:
            pass
        self._reap()
        return time.perf_counter() - sent

    def _read(self, wait: float) -> float | None:
        """Take what comes within `wait` seconds; None when nothing does, or the program is gone."""
        arrived = self._arrived(wait)
        for _, data in arrived:
            self._stream.feed(data)
        return arrived[-1][0] if arrived else None

    def _arrived(self, wait: float) -> list[tuple[float, bytes]]:
        """Take what comes within `wait` seconds and what follows closely, each read with its time.

        The emulator has it afterwards: it takes longer for a piece than the next one takes to come.
        """
        arrived: list[tuple[float, bytes]] = []
        while select.select([self._pty], [], [], _CLOSE if arrived else wait)[0]:
            try:
                data = os.read(self._pty, 1 << 16 if self._rate is None else 1 << 10)
            except OSError:
                break
            if not data:
                break
            if self._rate is not None:
                time.sleep(len(data) / self._rate)
            self.heard = time.perf_counter()
            self.bytes += len(data)
            arrived.append((self.heard, data))
            for question, answer in _ANSWERS:
                if question.search(data):
                    os.write(self._pty, answer)
        return arrived

    def _reap(self) -> None:
        os.waitpid(self.pid, 0)
        os.close(self._pty)
        self.pid = 0
