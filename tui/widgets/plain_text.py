"""A piece of text that is drawn again only when it changed."""

from textual.content import Content
from textual.widgets import Static

from tui.terminal.textual_compat import lay_out_again


class PlainText(Static):
    """A Static without markup; setting the same text again sends no bytes to the terminal."""

    def __init__(
        self,
        content: Content | str = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Show `content`; a plain string is shown as it is, never read as markup."""
        self._shown = _as_content(content)
        super().__init__(self._shown, markup=False, id=id, classes=classes)

    def set_text(self, content: Content | str) -> None:
        """Show `content` from now on."""
        text = _as_content(content)
        if not text.is_same(self._shown):
            before, self._shown = self._shown, text
            self.update(text, layout=False)
            if self._resizes(before, text):
                lay_out_again(self)

    def _resizes(self, before: Content, text: Content) -> bool:
        """Whether `text` needs another size: laying out the screen takes ten times as long as drawing a line."""
        styles, width = self.styles, self.content_size.width
        if not width:
            return True
        rules = styles.get_rules()
        widens = styles.width is not None and styles.width.is_auto
        if widens and before.get_optimal_width(rules, 0) != text.get_optimal_width(rules, 0):
            return True
        grows = styles.height is not None and styles.height.is_auto
        return grows and before.get_height(rules, width) != text.get_height(rules, width)

    @property
    def shown(self) -> str:
        """What stands there, without styles."""
        return self._shown.plain


def _as_content(content: Content | str) -> Content:
    return Content(content) if isinstance(content, str) else content
