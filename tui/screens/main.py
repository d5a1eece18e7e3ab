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

    _changing = False
    """Whether the views of one account are being taken down for those of another."""

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
        if self._changing:
            return
        if view_id not in {child.id for child in switcher.children}:
            await switcher.add_content(make_view(view_id))
        if view_id not in {child.id for child in switcher.children}:
            # Another account was chosen meanwhile.
            return
        switcher.current = view_id
        self._changed(self.app.snapshot)
        self._enter()

    async def show_account(self, name: str) -> None:
        """Show another account: its views are built anew, so that none ever mixes two accounts."""
        switcher = self.query_one(ContentSwitcher)
        if self._changing:
            return
        self._changing = True
        view_id, switcher.current = switcher.current or VIEWS[0].id, None
        try:
            await switcher.remove_children()
            self.app.accounts.show(name)
            self.app.account_shown()
            snapshot = self.app.snapshot
            has = {each.id for each in VIEWS if snapshot.account is None or each.shown_with(snapshot.capabilities)}
            view_id = view_id if view_id in has else VIEWS[0].id
            await switcher.add_content(make_view(view_id))
        finally:
            self._changing = False
        await self.action_show_view(view_id)

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
        if not self._changing:
            self.current_view.reload()

    def _enter(self) -> None:
        self.current_view.enter()

    def _changed(self, snapshot: Snapshot) -> None:
        self.query_one(TopLine).show(snapshot, self.app.zone)
        self.query_one(KeyLine).update_keys()
        able, several = snapshot.capabilities, self.app.accounts.several
        shown = [each for each in VIEWS if snapshot.account is None or each.shown_with(able)]
        tabs = [(each.id, each.key, each.label) for each in shown if several or not each.several]
        self.query_one(ViewTabs).set_tabs(tabs, self.query_one(ContentSwitcher).current or VIEWS[0].id)
