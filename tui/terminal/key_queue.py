"""Keys one after the other: what a key opens gets the keys behind it.

Textual gives a key to the widget that has the focus when the key arrives, and does what it is bound to later, after it
has come up through all widgets. Keys that arrive together, as they do over a slow link, would all go to the old widget,
and a backspace would delete what was typed after it.
"""

import asyncio
from threading import Event
from typing import TYPE_CHECKING, Any

from textual.app import ScreenStackError

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode

_ROUNDS = 3
"""Times that everything from the focused widget up to the app is gone through: an action of a key tells the widget, the
widget its parent, and that one moves the focus."""


_KEY_TIMEOUT_S = 0.25
"""Seconds after which the way is gone once more: a widget that is being removed may have dropped it."""
_TRIES = 8


class KeyQueue:
    """Waits, in the thread that reads keys, until the app has done what the keys before are bound to."""

    def __init__(self, app: "App[Any]", loop: asyncio.AbstractEventLoop) -> None:
        self._app, self._loop = app, loop
        self._over = Event()

    def wait(self) -> None:
        """Wait until all that was sent to the app before is handled; two seconds at most, as widgets may be busy."""
        for _ in range(_TRIES):
            if not self._over.is_set():
                asyncio.run_coroutine_threadsafe(self._begin(), self._loop)
            if self._over.wait(_KEY_TIMEOUT_S):
                return

    def give_up(self) -> None:
        """Let `wait` end."""
        self._over.set()

    async def _begin(self) -> None:
        self._app.call_later(self._round, _ROUNDS)

    def _round(self, left: int) -> None:
        """On the app: go through all widgets again that a key now would come through."""
        if not left:
            self._over.set()
            return
        try:
            self._up(self._app.focused or self._app.screen, left)
        except ScreenStackError:
            self._over.set()

    def _up(self, node: "DOMNode | None", left: int) -> None:
        """On one widget after the other, each behind what it has to handle yet."""
        if node is None or node is self._app or not node.call_later(self._up, node.parent, left):
            self._app.call_later(self._round, left - 1)
