"""What Textual does not document of its driver for Unix terminals; the rest is in `textual_compat.py`."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver


class DriverHooks(LinuxDriver):
    """Textual's driver for Unix terminals, with names for what it does not document of it.

    Also `fileno` (where keys come from), `attrs_before` (None until the terminal was taken over once), and the methods
    `start_application_mode` to `process_message` of a driver. What is replaced of them, and why, says `driver.py`:
    issue 6690, a driver that spins once its terminal is gone.
    """

    @property
    def app(self) -> App[Any]:
        """The app it drives: without `_app` a terminal that is gone could not end it."""
        return self._app

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop the app runs in: without `_loop` nothing can be handed over from threads and signals."""
        return self._loop

    @property
    def debugs(self) -> bool:
        """Whether keys are logged, as `TEXTUAL_DEBUG` wants."""
        return bool(self._debug)

    def terminal_size(self) -> tuple[int, int]:
        """Columns and rows of the terminal."""
        return super()._get_terminal_size()

    def soon(self, act: Callable[[], None]) -> None:
        """Do something that a signal asks for."""
        act()

    def _get_terminal_size(self) -> tuple[int, int]:
        """Textual asks stdout, which may be a file (pull request 5417)."""
        return self.terminal_size()

    def _sigtstp_application(self, *_: object) -> None:
        """Textual stops at once, also in the midst of a write, and then cannot give the terminal back (issue 1582)."""
        self.soon(super()._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        """And goes on the same way."""
        self.soon(super()._sigcont_application)
