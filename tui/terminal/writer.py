"""Writing to a terminal that may stop reading or go away, without ever holding up the event loop."""

import os
import termios
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from select import select
from threading import Event, Thread

BACKLOG = 256_000
"""Bytes kept for a terminal that does not read; beyond this only the newest picture matters."""
PATIENCE = 1.0
"""Seconds a terminal is given at the end to take what is left."""
_LOOK = 0.2
"""Seconds between looks whether to give up, while the terminal does not read."""


class TerminalWriter(Thread):
    """A thread that writes to the terminal at `fd`, in order.

    `write` never waits. When more than BACKLOG bytes wait, pictures are dropped until the terminal reads again, and
    `on_caught_up` is called so that a whole one is painted; what is written while `vital` is set is never dropped.
    `on_gone` is called once when the terminal is no longer there. Both are called in this thread.
    """

    def __init__(self, fd: int, on_gone: Callable[[], None], on_caught_up: Callable[[], None]) -> None:
        """Take the terminal; `start` begins."""
        super().__init__(daemon=True, name="terminal-output")
        self.vital = True
        self._fd = _own_descriptor(fd)
        self._on_gone = on_gone
        self._on_caught_up = on_caught_up
        # A SimpleQueue may be put to from a signal handler that interrupts a put.
        self._queue: SimpleQueue[tuple[bytes, bool] | None] = SimpleQueue()
        self._waiting = 0
        self._behind = False
        self._gone = False
        self._giving_up = Event()

    def write(self, text: bytes) -> None:
        """Put `text` in line."""
        if self._gone or (self._behind and not self.vital):
            return
        self._waiting += len(text)
        self._behind = self._behind or self._waiting > BACKLOG
        self._queue.put((text, self.vital))

    def stop(self) -> None:
        """Write what is left and end; a terminal that does not read is given PATIENCE, then only the vital part."""
        self._queue.put(None)
        self.join(PATIENCE)
        if self.is_alive():
            self._giving_up.set()
            with suppress(termios.error):
                # What the terminal has not read yet makes room for giving it back as it was.
                termios.tcflush(self._fd, termios.TCOFLUSH)
            self.join(PATIENCE)
        if not self.is_alive():
            os.close(self._fd)

    def run(self) -> None:
        """Write until told to stop or the terminal is gone."""
        while (item := self._queue.get()) is not None:
            text, vital = item
            self._waiting -= len(text)
            if not self._gone and (vital or not (self._behind or self._giving_up.is_set())):
                self._send(text, vital=vital)
            if self._behind and self._queue.empty():
                self._behind = False
                self._on_caught_up()

    def _send(self, text: bytes, *, vital: bool) -> None:
        left = memoryview(text)
        try:
            while left and (vital or not self._giving_up.is_set()):
                _, ready, _ = select([], [self._fd], [], _LOOK)
                if ready:
                    with suppress(BlockingIOError):
                        left = left[os.write(self._fd, left) :]
        except OSError:
            self._gone = True
            self._on_gone()


def _own_descriptor(fd: int) -> int:
    """Open the terminal once more: without blocking, which on `fd` itself would change it for the shell as well."""
    try:
        return os.open(os.ttyname(fd), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        # A terminal whose device cannot be opened, as after su: writing to it may block, but only this thread.
        return os.dup(fd)
