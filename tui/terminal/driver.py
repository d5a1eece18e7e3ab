"""Textual's driver for Unix terminals, for terminals that hang, vanish or sit idle.

Measured on Textual 8.2.8: its own driver spins at 83 % CPU when the terminal is gone and SIGHUP did not end the
process, freezes the event loop when the terminal stops reading, and wakes up ten times a second while nothing happens.
"""

import os
import selectors
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

from textual.events import Key, Paste
from textual.message import Message

from tui.terminal.driver_hooks import DriverHooks
from tui.terminal.key_queue import KeyQueue
from tui.terminal.plainer import PLAINER
from tui.terminal.screen_buffer import ScreenBuffer
from tui.terminal.typed import Typed
from tui.terminal.writer import TerminalWriter

if TYPE_CHECKING:
    from textual.app import App

GONE = 128 + signal.SIGHUP
"""The exit code when the terminal went away: as if its signal had ended the process."""
_SETTLED = 0.15
"""Seconds after which a key has done what it does."""
_MOVES = frozenset(("up", "down", "left", "right", "pageup", "pagedown"))
"""Keys that are held down, and move nothing but a cursor."""


class TerminalDriver(DriverHooks):
    """Reads keys from stdin and paints on stderr; a terminal that is gone ends the app."""

    def __init__(
        self, app: "App[Any]", *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert sys.__stderr__ is not None  # the command line refuses to start without
        self._screen = sys.__stderr__.fileno()
        self._encoding = sys.__stderr__.encoding
        self._writer: TerminalWriter | None = None
        self.shown = ScreenBuffer()
        """What the terminal shows, as far as it was sent."""
        self._woken = -1
        self._waker: int | None = None
        self._turn: KeyQueue | None = None
        self._deaf = False
        """Whether keys are no longer for the app: it stops or ends, and waits for the thread that reads them."""
        self._last_key: Key | None = None

    # -- life ---------------------------------------------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Take the terminal over, also after a stop; what another program left on the screen is painted over."""
        resumed = self.attrs_before is not None
        if self._writer is not None:
            # Stopped by a SIGSTOP, which nobody can handle: the shell may have changed every mode meanwhile.
            self.suspend_application_mode()
        self._deaf = False
        self._woken, self._waker = os.pipe()
        self._writer = TerminalWriter(self._screen, self._lost, self._repaint)
        self._writer.start()
        self.shown.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # not annotated in Textual
        self._writer.vital = False
        self._repaint_when_told_the_same_size()
        if resumed:
            self._repaint()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        if self._writer is not None:
            self._writer.vital = True
        super().stop_application_mode()

    def disable_input(self) -> None:
        """Stop reading keys at once: the input thread sleeps until a key or this."""
        self._deaf = True
        if self._waker is not None:
            os.write(self._waker, b"!")
        turn = self._turn
        if turn is not None:
            turn.give_up()
        super().disable_input()

    def close(self) -> None:
        """Write what is left, as far as the terminal takes it."""
        if self._writer is not None:
            self._writer.stop()
            self._writer = None
        if self._waker is not None:
            os.close(self._waker)
            os.close(self._woken)
            self._waker = None
        super().close()

    def soon(self, act: Callable[[], None]) -> None:
        """Stop and go on between two things the app does: in a write the terminal could not be given back."""
        self.loop.call_soon_threadsafe(act)

    # -- output -------------------------------------------------------------------------------------------------

    def write(self, data: str) -> None:
        """Put `data` in line for the terminal; never waits."""
        if self._writer is not None:
            self._writer.write(data.encode(self._encoding, PLAINER))

    def _repaint(self) -> None:
        """Paint everything anew: what the terminal shows is not what was sent."""
        self.shown.forget()
        self.loop.call_soon_threadsafe(self.app.refresh)

    def _repaint_when_told_the_same_size(self) -> None:
        """Textual passes over it, but the terminal may have lost the picture: it had no size, or was attached anew."""
        resize = signal.getsignal(signal.SIGWINCH)
        before = self.terminal_size()

        def resized(number: int, frame: FrameType | None) -> None:
            nonlocal before
            now = self.terminal_size()
            if callable(resize):
                resize(number, frame)
            if now == before:
                self._repaint()
            before = now

        signal.signal(signal.SIGWINCH, resized)

    def _lost(self) -> None:
        """The terminal is gone: nobody is there to quit."""
        with suppress(RuntimeError):  # the loop has ended, and with it the app
            self.loop.call_soon_threadsafe(lambda: self.app.exit(return_code=GONE))

    def terminal_size(self) -> tuple[int, int]:
        """Ask the terminal that is painted on: stdout may be a file. One that tells no size counts as 80 x 24."""
        try:
            columns, rows = os.get_terminal_size(self._screen)
        except OSError:
            columns, rows = 0, 0
        return columns or 80, rows or 24

    # -- input --------------------------------------------------------------------------------------------------

    def run_input_thread(self) -> None:
        """Read keys until woken or until the terminal is gone; between keys nothing runs."""
        typed = Typed(debug=self.debugs)
        # Not the default selector: that of macOS does not take terminals.
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select(typed.seconds_left())}
                if self._woken in ready:
                    return
                if self.fileno in ready:
                    sent = self._read()
                    if not sent:
                        self._lost()
                        return
                    for message in typed.messages(sent):
                        self.process_message(message)
                for message in typed.overdue():
                    self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Send on what was typed, a key only when those before it have done what they do."""
        if isinstance(message, Key | Paste):
            self._wait_for_turn(message)
            if self._deaf:
                return
        super().process_message(message)
        if isinstance(message, Key):
            self._last_key = message

    def _wait_for_turn(self, message: Key | Paste) -> None:
        last = self._last_key
        if last is None or message.time - last.time > _SETTLED:
            return
        if isinstance(message, Key) and message.key == last.key and message.key in _MOVES:
            return
        self._turn = turn = KeyQueue(self.app, self.loop)
        if not self._deaf:
            turn.wait()
        self._turn = None

    def _read(self) -> bytes:
        """What was typed; nothing when the terminal is gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""
