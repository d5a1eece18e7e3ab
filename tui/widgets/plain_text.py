"""A piece of text that is drawn again only when it changed."""

from textual.content import Content
from textual.widgets import Static


class PlainText(Static):
    """A Static without markup; setting the same text again sends no bytes to the terminal."""

    def __init__(self, content: Content | str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Show `content`; a plain string is shown as it is, never read as markup."""
        super().__init__(
            Content(content) if isinstance(content, str) else content, markup=False, id=id, classes=classes
        )
        self._shown = Content(content) if isinstance(content, str) else content

    def set_text(self, content: Content | str) -> None:
        """Show `content` from now on."""
        text = Content(content) if isinstance(content, str) else content
        if not text.is_same(self._shown):
            self._shown = text
            self.update(text)

    @property
    def shown(self) -> str:
        """What stands there, without styles."""
        return self._shown.plain
