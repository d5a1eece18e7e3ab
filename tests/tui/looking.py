"""What stands on the screen, as a person or a terminal would see it."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from rich.segment import Segment
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES

from tests.tui.reading import at_rest, screen_text
from tui.account.state import Snapshot
from tui.app.billing_app import BillingApp

ANSI_THEMES = [name for name in BUILTIN_THEMES if "ansi" in name]
"""Textual's themes of the terminal's own colours, which have other names from 8.2.5 on."""


def segments(app: BillingApp) -> Iterator[Segment]:
    """Everything that would be sent to the terminal for the whole screen."""
    # The compositor is the one place that has the finished screen; Textual has no public way to it as strips.
    for strip in app.screen._compositor.render_strips(app.size):
        yield from strip


def running_text(app: BillingApp) -> str:
    """The whole screen with wrapped lines joined: for sentences that may break anywhere."""
    return " ".join(screen_text(app).split())


def toasts(app: BillingApp) -> str:
    """What the toasts on the screen say, one after the other."""
    # A toast lies over other text, so its wrapped lines cannot be read off the screen as sentences.
    return " ".join(notification.message for notification in app._notifications)


async def until(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    """Let the app work until `condition` holds; fails when it never does."""
    give_up = monotonic() + 60
    while not condition():
        if monotonic() > give_up:
            raise AssertionError("it never happened; the screen:\n" + screen_text(pilot.app))
        # What is waited for may come from a thread, so the loop must not spin.
        await pilot.pause(0.005)
    await pilot.pause()


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until the account is connected and every part was read, or failed."""
    app = pilot.app
    assert isinstance(app, BillingApp)

    def read() -> bool:
        snapshot = app.snapshot
        able = snapshot.capabilities
        parts = [snapshot.part(section) for section in Snapshot.sections() if section.capability in able]
        done = snapshot.account is not None and all(
            not part.reading and (part.value is not None or part.error is not None) for part in parts
        )
        rows = snapshot.ledger.value
        read = rows is None or rows.progress is None
        return snapshot.connect_error is not None or (done and read)

    await until(pilot, read)
    await pilot.pause()
    await at_rest(pilot)
