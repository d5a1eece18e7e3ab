"""What is shown while the terminal is too small: one line, with everything else kept below it."""

from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import ModalScreen

from tui.widgets.plain_text import PlainText

MIN_COLUMNS, MIN_ROWS = 60, 20


def too_small(size: Size) -> bool:
    """Whether nothing can be laid out in `size`."""
    return size.width < MIN_COLUMNS or size.height < MIN_ROWS


class TooSmallScreen(ModalScreen[None]):
    """Lies over whatever was open, and takes the keys so that nothing is typed blindly."""

    DEFAULT_CSS = """
    TooSmallScreen { background: $background; align: center middle; overflow: hidden; }
    TooSmallScreen > PlainText { width: 100%; text-align: center; }
    """

    def compose(self) -> ComposeResult:
        """The one line."""
        yield PlainText(id="too-small")

    def on_resize(self) -> None:
        """Say what is needed and what is there."""
        now = self.app.size
        self.query_one(PlainText).set_text(
            f"billtop needs at least {MIN_COLUMNS} x {MIN_ROWS} (now {now.width} x {now.height})"
        )
