"""Every module, attribute and method of Textual's that it does not document, each with what it is for here.

Found on 8.2.8, and tried on the range that pyproject names. When a newer Textual is tried, this is the list to go
through: what breaks without a name stands beside it; those of the driver for Unix terminals are in `driver_hooks.py`.
`tests/unit/test_textual_names.py` finds such names elsewhere. The upstream issues are those of https://github.com/Textualize/textual.
"""

import logging
import sys
from collections.abc import Iterable
from typing import Any, Generic

from rich.console import RenderableType
from rich.segment import Segments
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.app import App, ReturnType
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme
from textual.widget import Widget

__all__ = [
    "AppHooks",
    "ChopsUpdate",
    "CompositorUpdate",
    "KeyParser",
    "LayoutUpdate",
    "is_ansi",
    "lay_out_again",
    "sends_ansi",
]
"""`ChopsUpdate`, `CompositorUpdate`, `LayoutUpdate`: what a frame is made of. Without them whole pictures are sent, six
times the bytes over SSH. `screen_buffer.py` reads their `strips` and `region`, and their `spans`, `chops` and
`chop_ends`."""

_log = logging.getLogger(__name__)


class KeyParser:
    """Textual's reader of what a terminal sends, which no sequence can end.

    Without `XTermParser` the driver's own input thread reads, which takes pastes apart into keys.
    """

    def __init__(self, *, debug: bool = False) -> None:
        self._debug = debug
        self._parser = XTermParser(debug)

    def read(self, keys: str) -> Iterable[Message]:
        """Yield what `keys` complete; a sequence that Textual cannot read is dropped, and reading goes on after it."""
        try:
            yield from self._parser.feed(keys)
        except Exception as fault:
            # Its generator has ended with the fault: a new one starts clean. What was typed may be a secret.
            _log.warning("A key sequence could not be read (%s).", type(fault).__name__)
            self._parser = XTermParser(self._debug)

    def overdue(self) -> Iterable[Message]:
        """Yield what nothing more has come to in time: a lone escape is a key."""
        return self._parser.tick()

    def seconds_left(self) -> float | None:
        """Seconds until something is overdue, or None; without `_timeout_time` esc waits for the next key."""
        due = self._parser._timeout_time
        return None if due is None else max(due - get_time(), 0.0)


class AppHooks(App[ReturnType], Generic[ReturnType]):
    """An app that decides itself what of a picture is sent, and what is printed when it ends by a fault."""

    @property
    def terminal_driver(self) -> Driver | None:
        """The driver, while there is one: without `_driver` nothing is printed on the terminal that was given back."""
        return self._driver

    def changed(self, update: ChopsUpdate | LayoutUpdate) -> CompositorUpdate | None:
        """What of an update is to be sent; None when all of it is shown already."""
        return update

    def crash_report(self, error: BaseException | None) -> RenderableType:
        """What to print when the app ends by a fault."""
        raise NotImplementedError

    def _display(self, screen: Screen[object], renderable: RenderableType | CompositorUpdate | None) -> None:
        """Textual sends every picture through here; without it they are sent whole.

        While updates are batched (`_batch_count`) it drops them, and they must not count as sent.
        """
        if isinstance(renderable, LayoutUpdate | ChopsUpdate) and not self._batch_count:
            renderable = self.changed(renderable)
        super()._display(screen, renderable)  # type: ignore[arg-type]  # Textual gives it such updates itself

    def _fatal_error(self) -> None:
        """Textual ends an app through here, and prints the locals of every frame: tokens, cards and links.

        `_exception` is what it ended by when that is handled no more, `_exit_renderables` what it prints once the
        terminal is given back, and `_close_messages_no_wait` the end.
        """
        report = self.crash_report(sys.exc_info()[1] or self._exception)
        self._exit_renderables.append(Segments(self.console.render(report, self.console.options)))
        self._close_messages_no_wait()


def lay_out_again(widget: Widget) -> None:
    """Have a widget measured and laid out anew, also when that was asked for before and is still to come.

    Textual forgets what it measured at the first such request alone. Where the widget was measured since, as by the
    mount of another one, the request that follows would take that size for the new text, and cut it off for good.
    `_layout_updates` is what its cache of measured sizes goes by. Issue 1402 is the same with boxes in boxes.
    """
    widget._layout_updates += 1
    widget.refresh(layout=True)


def is_ansi(theme: Theme) -> bool:
    """Whether a theme has the terminal's own colours, which cannot be mixed; before 8.2 one of the name alone has."""
    return bool(getattr(theme, "ansi", theme.name == "textual-ansi"))


def sends_ansi(app: App[Any]) -> bool:
    """Whether the terminal's own colours are sent by their numbers, as in 8.2; before, one property told."""
    return bool(getattr(app, "native_ansi_color", app.ansi_color))
