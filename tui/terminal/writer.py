"""Writing to a terminal that may stop reading or go away, without ever holding up the event loop."""

import os
import termios
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from select import select
from threading import Event, Lock, Thread

BACKLOG = 256_000
"""Bytes kept for a terminal that does not read; beyond this only the newest picture matters."""
PATIENCE = 1.0
"""Seconds a terminal is given at the end to take what is left."""
_LOOK = 0.2
"""Seconds between looks whether to give up, while the terminal does not read."""


class TerminalWriter(Thread):
    """Writes to the terminal at `fd`, in order: at once what it takes at once, the rest in a thread.

    A picture handed to a thread would come to the terminal milliseconds later, when the caller next waits.

    `write` never waits. When more than BACKLOG bytes wait, pictures are dropped until the terminal reads again, and
    `on_caught_up` is called so that a whole one is painted; what is written while `vital` is set is never dropped.
    `on_gone` is called once when the terminal is no longer there. Both may be called in any thread.
    """

    def __init__(self, fd: int, on_gone: Callable[[], None], on_caught_up: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="terminal-output")
        self.vital = True
        own = _own_descriptor(fd)
        self._at_once = own is not None
        self._fd = os.dup(fd) if own is None else own
        self._on_gone = on_gone
        self._on_caught_up = on_caught_up
        # SimpleQueues may be put to from a signal handler that interrupts a put.
        self._queue: SimpleQueue[tuple[bytes, bool]] = SimpleQueue()
        self._goes_on: SimpleQueue[bool] = SimpleQueue()
        """Wakes the thread: there is something to write, or (False) there will be no more."""
        self._sending = Lock()
        """Held by whoever takes from the queue. Nobody waits for it but the thread."""
        self._rest: tuple[memoryview, bool] | None = None
        """What the terminal did not take of the last piece."""
        self._put = self._taken = 0
        """Bytes put in line and taken out of it, each counted on one side only."""
        self._behind = False
        self._gone = False
        self._giving_up = Event()

    def write(self, text: bytes) -> None:
        """Write `text`, behind what was written before; what the terminal does not take now it gets later."""
        if self._gone or (self._behind and not self.vital):
            return
        self._put += len(text)
        self._behind = self._behind or self._put - self._taken > BACKLOG
        self._queue.put((text, self.vital))
        if not (self._at_once and self._send_at_once()):
            self._goes_on.put(True)

    def stop(self) -> None:
        """Write what is left and end; a terminal that does not read is given PATIENCE, then only the vital part."""
        self._goes_on.put(False)
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
        """Write what the terminal did not take at once, until told to stop or the terminal is gone."""
        more = True
        while more:
            more = self._goes_on.get()
            with self._sending:
                self._send_all(wait=True)

    def _send_at_once(self) -> bool:
        """Send all there is, unless it is being sent already or the terminal takes no more; whether nothing is left.

        It looks again once the lock is free: a signal handler may have written meanwhile.
        """
        while self._rest is not None or not self._queue.empty():
            if not self._sending.acquire(blocking=False):
                return False
            try:
                if not self._send_all(wait=False):
                    return False
            finally:
                self._sending.release()
        return True

    def _send_all(self, *, wait: bool) -> bool:
        """Send until nothing is left; without `wait` return False when the terminal takes no more now."""
        while self._rest is not None or self._next():
            if not self._send_rest(wait=wait):
                return False
        if self._behind and self._queue.empty():
            self._behind = False
            self._on_caught_up()
        return True

    def _next(self) -> bool:
        """Take the next piece that is to be sent out of the line; whether there is one."""
        while True:
            try:
                text, vital = self._queue.get_nowait()
            except Empty:
                return False
            self._taken += len(text)
            if not self._gone and (vital or not (self._behind or self._giving_up.is_set())):
                self._rest = memoryview(text), vital
                return True

    def _send_rest(self, *, wait: bool) -> bool:
        assert self._rest is not None  # who sends has looked
        left, vital = self._rest
        try:
            while left and (vital or not self._giving_up.is_set()):
                if wait and not select([], [self._fd], [], _LOOK)[1]:
                    continue
                try:
                    left = left[os.write(self._fd, left) :]
                except BlockingIOError:
                    if not wait:
                        self._rest = left, vital
                        return False
        except OSError:
            self._gone = True
            self._on_gone()
        self._rest = None
        return True


def _own_descriptor(fd: int) -> int | None:
    """Open the terminal once more: without blocking, which on `fd` itself would change it for the shell as well.

    None for a terminal whose device cannot be opened, as after su: writing to it may block, but only the thread.
    """
    try:
        return os.open(os.ttyname(fd), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return None
