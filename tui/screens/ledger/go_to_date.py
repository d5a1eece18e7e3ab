"""Asking for a day to go to in the ledger."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from tui.ledger.query.date_ranges import read_moment
from tui.screens.shared.dialog import Dialog
from tui.widgets.format import BAD, BOLD, DIM
from tui.widgets.plain_text import PlainText


class GoToDateDialog(Dialog[datetime]):
    """One field; ends in the moment the ledger should show, or in None."""

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    GoToDateDialog Input { margin: 1 0; background: $panel; }
    """
    BINDING_GROUP_TITLE = "Go to a date"

    def __init__(self, *, newest_first: bool) -> None:
        """Ask; a day ends where it is come to from newer ones, and begins where from older ones."""
        super().__init__()
        self._newest_first = newest_first

    def compose_dialog(self) -> Iterable[Widget]:
        """The field and what it understands."""
        yield PlainText(Content.styled("Go to a date", BOLD))
        yield Input(placeholder="2026-03-15", compact=True)
        yield PlainText(
            Content.styled("A day, a month (2026-03), or how long ago: 30d, 2w, monday. enter goes", DIM), id="said"
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there, or say what is wrong."""
        found = moment_of(event.value, self.app.clock.now(), newest_first=self._newest_first)
        if found is None:
            words = f"“{event.value}” is no day. Type one such as 2026-03-15, 2026-03, today, monday, 30d or 2w."
            self.query_one("#said", PlainText).set_text(Content.styled(words, BAD))
        else:
            self.finish(found)


def moment_of(text: str, now: datetime, *, newest_first: bool) -> datetime | None:
    """The moment to go to for a day or month as typed, of this machine's calendar; None for what is neither."""
    try:
        found = read_moment(text, now, None)
        if found is None:
            return None
        return found.ends(None) - timedelta(microseconds=1) if newest_first else found.begins(None)
    except (ValueError, OverflowError):
        return None
