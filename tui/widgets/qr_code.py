"""A QR code that is drawn whole and readable, or not at all."""

import sys
from enum import StrEnum

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.errors import NoWidget
from textual.filter import NoColor
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive, var
from textual.screen import Screen
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tui.qr.cells import cells
from tui.qr.ladder import Fit, Glyphs, TooSmall, can_encode, choose
from tui.qr.matrix import QrMatrix, make_matrix
from tui.terminal.textual_compat import sends_ansi

_INKS = {True: "#000000", False: "#ffffff"}
_STYLES = {
    (fg, bg): Style(color=_INKS[fg], bgcolor=_INKS[bg]) for fg, bg in ((True, False), (False, True))
}  # no theme variables: a code is black on white


class Missing(StrEnum):
    """Why no code is drawn."""

    EMPTY = "empty"
    """There is no link yet, or no longer."""

    TOO_LONG = "too long"
    """The link is longer than a QR code holds, or not ASCII."""

    HIDDEN = "hidden"
    """The user turned the code off."""

    NO_COLOR = "no color"
    """NO_COLOR under a theme of terminal colours: the code could come out light on dark."""

    TOO_SMALL = "too small"
    """It does not fit whole."""


class QrCode(Widget):
    """The QR code of a link, black on white in every theme, on the best rung that fits the parent's content area.

    It is as large as the code and 0 × 0 without one, so it wants a parent of its own that does not scroll and has no
    other children (`width: 1fr; height: 1fr; align: center middle`). It decides anew on every resize and paints
    nothing while any part of it is clipped. Opacity and tint are pinned, since they would take its contrast.

    `fit` is what is drawn or None; `missing` says why nothing is; `too_small` is the least space in cells that would
    do, `terminal_needed` the terminal size that gives it. `Fitted` tells of every change.

    A pixel form (sixel, kitty's protocol) would be one more rung of `tui.qr`, its size given in cells, whose strips
    carry the picture in place of the glyphs.
    """

    ALLOW_SELECT = False  # a selection would recolour modules
    can_focus = False

    DEFAULT_CSS = "QrCode { width: auto; height: auto; }"

    url: reactive[str] = reactive("", layout=True)
    """The link, in the code character for character; empty shows nothing."""

    glyphs: reactive[Glyphs | None] = reactive[Glyphs | None](Glyphs.HALF, layout=True)
    """The form it is drawn in; None hides it."""

    fit: var[Fit | None] = var[Fit | None](None, init=False)
    """The code as drawn, None while there is none."""

    too_small: var[Size | None] = var[Size | None](None, init=False)
    """The least space for the code in cells, when it does not fit; None otherwise."""

    missing: var[Missing | None] = var[Missing | None](Missing.EMPTY, init=False)
    """Why no code is drawn; None when it is."""

    class Fitted(Message):
        """The code appeared, vanished or changed its rung."""

        def __init__(self, qr_code: "QrCode", fit: Fit | None, too_small: Size | None, missing: Missing | None) -> None:
            super().__init__()
            self.qr_code = qr_code
            self.fit = fit
            self.too_small = too_small
            self.missing = missing

    def __init__(
        self,
        url: str = "",
        *,
        glyphs: Glyphs | None = Glyphs.HALF,
        encoding_ok: bool | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self._encoding_ok = _output_has_half_blocks() if encoding_ok is None else encoding_ok
        self._matrix: QrMatrix | None = None
        self._drawn: tuple[Fit, list[Strip]] | None = None
        self._told: Fit | TooSmall | Missing | None = None
        # Inline, because inline rules win over every stylesheet.
        self.styles.opacity = 1.0
        self.styles.text_opacity = 1.0
        self.styles.tint = Color(0, 0, 0, 0)
        self.set_reactive(QrCode.glyphs, glyphs)
        self.set_reactive(QrCode.url, url)
        self._encode()

    def set_url(self, url: str) -> None:
        """Show the code of another link, or nothing for an empty one."""
        self.url = url

    def cycle_glyphs(self) -> None:
        """Go to the next form: half blocks, spaces when they fit, hidden, and round again."""
        following: dict[Glyphs | None, Glyphs | None] = {Glyphs.HALF: Glyphs.SPACES, Glyphs.SPACES: None}
        after = following.get(self.glyphs, Glyphs.HALF)
        if after is Glyphs.SPACES and not (self._encoding_ok and self._spaces_fit()):
            after = None
        self.glyphs = after

    @property
    def form(self) -> Glyphs | None:
        """The form it is really drawn in: spaces where the terminal's encoding has no half blocks."""
        return self.glyphs if self._encoding_ok or self.glyphs is None else Glyphs.SPACES

    @property
    def terminal_needed(self) -> Size | None:
        """Terminal size that leaves room for the code if all around it stays as large; None when it is not too small.

        Neither side is below the present terminal's.
        """
        if self.too_small is None:
            return None
        terminal, lacking = self.app.size, self.too_small - self._offered
        return Size(terminal.width + max(0, lacking.width), terminal.height + max(0, lacking.height))

    @property
    def opacity(self) -> float:
        """Always opaque, also inside a faded container."""
        return 1.0

    def watch_url(self) -> None:
        """Encode the new link."""
        self._encode()

    def on_mount(self) -> None:
        """Judge every finished layout; a change of link, form, theme or size makes one."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._on_layout, immediate=True)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Nothing: a code has no text to copy."""
        return None

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Columns of the code in the parent's content area, 0 when none is drawn."""
        outcome = self._choose(container)
        return outcome.columns if isinstance(outcome, Fit) else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows of the code in the parent's content area, 0 when none is drawn."""
        outcome = self._choose(container)
        return outcome.rows if isinstance(outcome, Fit) else 0

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the whole code, or blank lines if any of it were to be cut."""
        outcome = self._outcome()
        if not isinstance(outcome, Fit):
            return [Strip.blank(crop.width, self.visual_style.rich_style)] * crop.height
        if self._drawn is None or self._drawn[0] != outcome:
            self._drawn = (outcome, _strips(outcome))
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One prebuilt line of the code."""
        if self._drawn is None or not 0 <= y < len(self._drawn[1]):
            return Strip.blank(self.size.width)
        return self._drawn[1][y]

    def _encode(self) -> None:
        self._drawn = None
        try:
            self._matrix = make_matrix(self.url) if self.url else None
        except ValueError:
            self._matrix = None

    def _choose(self, space: Size) -> Fit | TooSmall | Missing:
        if not self.url:
            return Missing.EMPTY
        if self._matrix is None:
            return Missing.TOO_LONG
        if self.glyphs is None:
            return Missing.HIDDEN
        if self._colors_are_lost():
            return Missing.NO_COLOR
        return choose(self._matrix, space.width, space.height, glyphs=self.form or Glyphs.HALF)

    def _outcome(self) -> Fit | TooSmall | Missing:
        """What is right to paint now, by the widget's own size, wherever a layout puts it."""
        return self._choose(self.content_size if self._is_whole() else Size(0, 0))

    def _is_whole(self) -> bool:
        try:
            geometry = self.screen.find_widget(self)
        except NoWidget:
            return False
        return geometry.clip.contains_region(geometry.region)

    def _colors_are_lost(self) -> bool:
        if self.app.no_color and sends_ansi(self.app):
            return True
        return any(isinstance(line_filter, NoColor) for line_filter in self.get_line_filters())

    @property
    def _offered(self) -> Size:
        parent = self.parent
        space = parent.content_size if isinstance(parent, Widget) else self.app.size
        return space - self.styles.gutter.totals - self.styles.margin.totals

    def _spaces_fit(self) -> bool:
        return self._matrix is not None and isinstance(choose(self._matrix, *self._offered, glyphs=Glyphs.SPACES), Fit)

    def _on_layout(self, screen: Screen[object]) -> None:
        """Tell of a change, once the layout and the painting of it are done."""
        outcome = self._outcome()
        if outcome == self._told:
            return
        self._told = outcome
        self.fit = outcome if isinstance(outcome, Fit) else None
        self.too_small = Size(outcome.columns, outcome.rows) if isinstance(outcome, TooSmall) else None
        self.missing = Missing.TOO_SMALL if self.too_small else outcome if isinstance(outcome, Missing) else None
        self.post_message(self.Fitted(self, self.fit, self.too_small, self.missing))


def _strips(fit: Fit) -> list[Strip]:
    rows = cells(fit.matrix, fit.rung.quiet, fit.rung.glyphs)
    return [
        Strip([Segment(cell.char, _STYLES[cell.fg_dark, cell.bg_dark]) for cell in row], fit.columns).simplify()
        for row in rows
    ]


def _output_has_half_blocks() -> bool:
    # Textual draws on stderr, on Windows on stdout; both have the encoding of the terminal.
    return can_encode(getattr(sys.__stderr__, "encoding", None))
