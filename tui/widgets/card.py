"""A part of a page whose text is laid out for the width it gets."""

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui.terminal.textual_compat import lay_out_again

Build = Callable[[Size], Content]
"""Makes the text of a card for a space in cells; the height is 0 where the text decides it."""


class Card(Widget):
    """Text made for its width: numbers reach the right edge, bars fill the room. It asks again after each resize."""

    DEFAULT_CSS = """
    Card { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    _build: Build = staticmethod(lambda space: Content())
    _shown: tuple[Size, Content] | None = None

    def tell(self, build: Build) -> None:
        """Show what `build` makes from now on; the same text again sends nothing to the terminal."""
        self._build = build
        size = self._space
        before, self._shown = self._shown, None
        if before is None or before[0] != size or not before[1].is_same(self._made(size)):
            lay_out_again(self)

    @property
    def shown(self) -> str:
        """What stands there, without styles."""
        return self._made(self._space).plain

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the text has lines."""
        plain = self._made(Size(width, 0)).plain
        return plain.count("\n") + 1 if plain else 0

    def render(self) -> Content:
        """The text for the size the card has now."""
        return self._made(self._space)

    @property
    def _space(self) -> Size:
        """What the text is made for: the same as when it was asked for its height, where that is the text's."""
        height = self.styles.height
        return Size(self.content_size.width, 0) if height is not None and height.is_auto else self.content_size

    def _made(self, size: Size) -> Content:
        if self._shown is None or self._shown[0] != size:
            self._shown = (size, self._build(size))
        return self._shown[1]
