"""The main screen: the top line, the tabs, one of six views, the keys."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from tui.screens.shell import Shell
from tui.screens.view import View
from tui.screens.views import VIEWS, make_view
from tui.snapshot import Snapshot
from tui.widgets.key_line import KeyLine
from tui.widgets.top_line import TopLine
from tui.widgets.view_tabs import ViewTabs


class MainScreen(Screen[None]):
    """Shows one view at a time; a view is imported and mounted when it is first asked for."""

    DEFAULT_CSS = """
    MainScreen { layout: vertical; }
    MainScreen > ContentSwitcher { height: 1fr; }
    """
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(each.key, f"show_view('{each.id}')", each.label, show=False) for each in VIEWS),
        Binding("r", "reload", "refresh"),
    ]

    app = getters.app(Shell)

    def compose(self) -> ComposeResult:
        """Lay out the frame with the first view in it."""
        yield TopLine(self.app.snapshot.mode)
        yield ViewTabs()
        with ContentSwitcher(initial=VIEWS[0].id):
            yield make_view(VIEWS[0].id)
        yield KeyLine()

    def on_mount(self) -> None:
        """Follow the account."""
        self.app.snapshot_signal.subscribe(self, self._changed)
        self._changed(self.app.snapshot)
        self._enter()

    @property
    def current_view(self) -> View:
        """The view that is shown."""
        return self.query_one(f"#{self.query_one(ContentSwitcher).current}", View)

    async def action_show_view(self, view_id: str) -> None:
        """Show a view, building it when it is shown for the first time."""
        switcher = self.query_one(ContentSwitcher)
        if view_id not in {child.id for child in switcher.children}:
            await switcher.add_content(make_view(view_id))
        switcher.current = view_id
        self._changed(self.app.snapshot)
        self._enter()

    async def show_payment(self, payment_id: str) -> None:
        """Show the Activity view with the cursor on a payment."""
        from tui.screens.activity import ActivityView

        await self.action_show_view("activity")
        self.query_one(ActivityView).go_to(payment_id)

    def opener(self, view_id: str) -> Callable[[], Awaitable[None]]:
        """A command that shows a view."""
        return partial(self.action_show_view, view_id)

    def action_reload(self) -> None:
        """Read what the view shows again."""
        self.current_view.reload()

    def _enter(self) -> None:
        self.current_view.enter()

    def _changed(self, snapshot: Snapshot) -> None:
        self.query_one(TopLine).show(snapshot, self.app.zone)
        self.query_one(KeyLine).update_keys()
        able = snapshot.capabilities
        tabs = [(each.id, each.key, each.label) for each in VIEWS if snapshot.account is None or each.shown_with(able)]
        self.query_one(ViewTabs).set_tabs(tabs, self.query_one(ContentSwitcher).current or VIEWS[0].id)
