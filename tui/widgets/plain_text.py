"""A piece of text that is drawn again only when it changed."""

from textual.content import Content
from textual.widgets import Static


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

    def set_text(self, content: Content | str, *, layout: bool = True) -> None:
        """Show `content` from now on; `layout` False promises that its size stays the same."""
        text = _as_content(content)
        if not text.is_same(self._shown):
            self._shown = text
            self.update(text, layout=layout)

    @property
    def shown(self) -> str:
        """What stands there, without styles."""
        return self._shown.plain


def _as_content(content: Content | str) -> Content:
    return Content(content) if isinstance(content, str) else content
