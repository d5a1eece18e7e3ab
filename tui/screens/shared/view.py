"""The base of the six views: follows the account, says how fresh it is, and says so when there is nothing to show."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget

from tui.account.state import Phase, Section, Snapshot
from tui.screens.shared.host import Host
from tui.widgets.commands import HasCommands
from tui.widgets.format import BAD, DIM, lines
from tui.widgets.plain_text import PlainText
from tui.widgets.state_line import StateLine, error_text, state_words


class View(HasCommands, Container):
    """One of the areas on the number keys.

    A subclass yields its widgets from `compose_view`, fills them in `show` and may say in `empty` why there is
    nothing to fill them with. `show` is called while the view is visible, at each new snapshot.

    Boxes that only arrange others, the view itself among them, are `visibility: hidden`: Textual draws and cuts every
    line of each box that lies under a widget, which took half of the time of a change of views. What is hidden has no
    focus and no Resize, so the view is told the width of the terminal in `resized`.
    """

    DEFAULT_CSS = """
    View { height: 1fr; visibility: hidden; }
    View > StateLine, View > #notice, View > #body > * { visibility: visible; }
    View > #body { height: 1fr; padding: 0 2; }
    View > #notice { height: 1fr; padding: 1 2; }
    View.-notice > #body { display: none; }
    """

    app = getters.app(Host)

    view_title: ClassVar[str] = ""
    """What people call what it shows, where that is not the title of its keys."""
    sections: ClassVar[tuple[Section[Any], ...]] = ()
    """The parts it shows; the first is the one without which it shows nothing. `r` reads them again."""
    needs_first: ClassVar[bool] = True
    """Whether nothing is shown until the first of `sections` was read, and of accounts that have none of it."""

    def compose(self) -> ComposeResult:
        """The body and the state line; what stands in place of the body comes when there is none."""
        with Vertical(id="body"):
            yield from self.compose_view()
        yield StateLine()

    def compose_view(self) -> Iterable[Widget]:
        """The widgets of the view."""
        return ()

    def show(self, snapshot: Snapshot) -> None:
        """Fill the widgets from `snapshot`."""

    def resized(self, width: int) -> None:
        """Fit what is shown into `width` cells; called while the view is visible, for the first time before it is."""

    def empty(self, snapshot: Snapshot) -> Content | str | None:
        """What to say instead of the body when the account has none of it; None when there is something to show."""
        return None

    def main_widget(self) -> Widget | None:
        """The widget that gets the focus when the view is shown: its table, where it has one."""
        main: Widget | None = self._table
        return main

    _table: Any = None
    """The table of rows, in views that have one: declared with `getters.query_one`, which types what it finds."""

    _asked = False
    """Whether somebody asked for a read that is still under way; it is told, as nothing else shows that it goes on."""

    _standing_in: PlainText | None = None
    """Says why there is no body; None while it never had to."""

    _width = 0
    """Cells across for which the view is laid out."""

    _told: Snapshot | None = None
    """What is shown; None while the view is not visible."""

    # -- for the screen around it -------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Follow the account from now on."""
        self.app.snapshot_signal.subscribe(self, self._changed)

    def enter(self) -> None:
        """The view becomes the visible one: show what is known, unless that was just shown, and take the focus."""
        self.fit()
        if self._told is not self.app.snapshot:
            self._changed(self.app.snapshot)
        widget = self.main_widget()
        if widget is not None and not self.has_class("-notice"):
            widget.focus()
        else:
            self.screen.set_focus(None)

    def fit(self) -> None:
        """Follow the width of the terminal."""
        width = self.app.size.width
        if self._width != width:
            self._width = width
            self.resized(width)

    def reload(self) -> None:
        """Read everything the view shows again, and say so until it is read."""
        self._asked = True
        self.app.account_session.refresh(*self.sections)

    def _changed(self, snapshot: Snapshot) -> None:
        if not self.display:
            self._told = None
            return
        self._told = snapshot
        again = self._reading_again(snapshot)
        notice = self._notice(snapshot, again)
        hidden = self.has_class("-notice")
        self._tell(notice)
        if notice is not None:
            self.query_one(StateLine).tell(None)
            return
        self.show(snapshot)
        self.query_one(StateLine).tell(again or state_words(snapshot, self.sections, self.app.zone))
        widget = self.main_widget()
        if hidden and widget is not None and self.screen.focused is None:
            widget.focus()

    def _tell(self, notice: Content | str | None) -> None:
        """Put words in place of the body, or none."""
        self.set_class(notice is not None, "-notice")
        if notice is not None and self._standing_in is None:
            self._standing_in = PlainText(notice, id="notice")
            self.mount(self._standing_in, before=self.query_one(StateLine))
        if self._standing_in is not None:
            self._standing_in.display = notice is not None
            self._standing_in.set_text(notice or "")

    def _reading_again(self, snapshot: Snapshot) -> Content | None:
        """What is being read because somebody asked; None when nobody did, and once it is read."""
        reading = [each.title for each in self.sections if snapshot.part(each).reading]
        if self._asked and reading:
            return Content.styled(f"Reading {', '.join(reading)} again…", DIM)
        self._asked = False
        return None

    def _notice(self, snapshot: Snapshot, again: Content | None) -> Content | str | None:
        """Why there is no body: the account cannot, is not there yet, failed, or has nothing."""
        section = self.sections[0] if self.sections and self.needs_first else None
        if snapshot.connect_error is not None and snapshot.account is None:
            words = error_text(snapshot.connect_error)
            return _block(f"Not connected to {snapshot.provider_title}", words, "r tries again.")
        if section is None:
            return self.empty(snapshot)
        if snapshot.account is not None and section.capability not in snapshot.capabilities:
            return f"{snapshot.provider_title} has no {(self.view_title or self.BINDING_GROUP_TITLE or '').lower()}."
        part = snapshot.part(section)
        if part.phase is Phase.FAILED and part.error is not None:
            return again or _block(f"Could not read {section.title}", error_text(part.error), "r tries again.")
        if part.phase is Phase.LOADING:
            return Content.styled(f"Reading {section.title} from {snapshot.provider_title}…", DIM)
        return self.empty(snapshot)


def _block(what: str, why: str, now: str) -> Content:
    """What failed, why, and what to do, a line each."""
    return lines((Content.styled(what, f"bold {BAD}"), Content(why), Content.styled(now, DIM)))
