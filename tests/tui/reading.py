"""Reading the screen as a person would: the characters that stand there."""

from time import monotonic

from textual.app import App
from textual.pilot import Pilot

from tui.screens.ledger.view import LedgerView


def screen_lines(app: App[int]) -> list[str]:
    """The lines of the screen on top, without trailing blanks."""
    # The compositor is the only place that has the whole picture as text.
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def screen_text(app: App[int]) -> str:
    """The screen on top as one text."""
    return "\n".join(screen_lines(app))


def line_with(app: App[int], words: str) -> str:
    """The first line that has `words`; fails with the whole screen when there is none."""
    found = next((line for line in screen_lines(app) if words in line), None)
    assert found is not None, f"{words!r} is not on the screen:\n{screen_text(app)}"
    return found


def assert_told(app: App[int], words: str) -> None:
    """Fail unless `words` are on the screen, however they are broken into lines."""
    assert words in " ".join(screen_text(app).split()), screen_text(app)


def toasts(app: App[int]) -> list[str]:
    """What was announced and is still shown."""
    # Textual has no public list of its notifications.
    return [note.message for note in app._notifications]


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys and wait until what they caused is done."""
    await pilot.press(*keys)
    await pilot.pause()
    await at_rest(pilot)


async def at_rest(pilot: Pilot[int]) -> None:
    """Wait until the ledger shows what was asked of it: it is looked up in threads."""
    give_up = monotonic() + 60
    while any(not view.at_rest for view in pilot.app.screen_stack[0].query(LedgerView)):
        assert monotonic() < give_up, screen_text(pilot.app)
        await pilot.pause(0.005)
    await pilot.pause()


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Type text into what has the focus."""
    names = {":": "colon", "-": "minus", '"': "quotation_mark", " ": "space", "_": "underscore"}
    await press(pilot, *(names.get(char, char) for char in text))
