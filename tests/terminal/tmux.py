"""A real terminal: tmux runs the program, types its keys and tells what stands on its screen."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from uuid import uuid4

import pytest

from tests.qr_oracle import Grid, ansi_cells

BILLTOP = str(Path(sys.executable).with_name("billtop"))
"""The installed command, as a person types it."""

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux: apt-get install tmux")

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


class Terminal:
    """One tmux server with one window, away from the person's own tmux and its configuration."""

    def __init__(self, columns: int, rows: int) -> None:
        self._socket = f"billtop-test-{uuid4().hex[:12]}"
        self.columns, self.rows = columns, rows

    def start(self, command: str, environ: Mapping[str, str], folder: Path) -> None:
        """Run `command` in a shell; the screen says what its exit status was, and stays."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environ = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "COLORTERM": "truecolor", **environ}
        words = " ".join(f"{name}={shlex.quote(value)}" for name, value in environ.items())
        shell = f"cd {shlex.quote(str(folder))}; {words} {command}; echo exit status: $?; exec cat"
        size = ["-x", str(self.columns), "-y", str(self.rows)]
        argv = ["tmux", "-L", self._socket, "-f", "/dev/null", "new-session", "-d", *size, shell]
        subprocess.run(argv, env=kept, check=True, timeout=60)
        self._tmux("set-option", "-g", "status", "off")
        self._tmux("set-option", "-g", "set-clipboard", "on")
        self.resize(self.columns, self.rows)

    def press(self, *keys: str) -> None:
        """Type keys by tmux's names: `f`, `Enter`, `Escape`."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type `text` letter by letter."""
        self._tmux("send-keys", "-l", text)

    def back(self, *texts: str) -> str:
        """Press escape and wait for `texts`: a key typed at once after it would arrive as one with alt."""
        self.press("Escape")
        return self.wait_for(*texts)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self.columns, self.rows = columns, rows
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        """What stands on the screen, as text."""
        return self._tmux("capture-pane", "-p")

    def cells(self) -> Grid:
        """What stands on the screen, as coloured cells."""
        return ansi_cells(self._tmux("capture-pane", "-e", "-p", "-N").split("\n"), self.columns, self.rows)

    def clipboard(self) -> str:
        """What the program sent to the terminal's clipboard last."""
        return self._tmux("show-buffer")

    def wait_for(self, *texts: str, seconds: float = 90) -> str:
        """Wait until all `texts` stand on the screen, and return it."""
        return self.wait_until(lambda screen: all(text in screen for text in texts), " and ".join(texts), seconds)

    def wait_until(self, condition: Callable[[str], bool], what: str, seconds: float = 90) -> str:
        """Wait until `condition` holds for the screen, and return it."""
        ends, tick = monotonic() + seconds, Event()
        while not condition(screen := self.screen()):
            if monotonic() > ends:
                pytest.fail(f"waited {seconds:g} s for {what!r}; the screen shows:\n{screen}")
            tick.wait(0.05)
        return screen

    def pid(self) -> int:
        """The process id of the program the shell runs."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        return int(children[0])

    def close(self) -> None:
        """End the server and everything in it."""
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False, timeout=60)

    def _tmux(self, *words: str) -> str:
        argv = ["tmux", "-L", self._socket, *words]
        return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout


@contextmanager
def terminal(
    command: str, folder: Path, environ: Mapping[str, str] | None = None, *, columns: int = 120, rows: int = 40
) -> Iterator[Terminal]:
    """A terminal that runs `command`, with folders of its own for everything billtop keeps."""
    homes = {
        name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    }
    opened = Terminal(columns, rows)
    try:
        opened.start(command, {**homes, **(environ or {})}, folder)
        yield opened
    finally:
        opened.close()
