"""The main screen: the top line, the tabs, one of six views, the keys."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Mount, ScreenResume
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from tui.account.state import Snapshot
from tui.app.views import VIEWS, ViewEntry, key_leads_to, make_view, views_of
from tui.providers.base import Capability
from tui.providers.errors import BillingError
from tui.screens.shared.host import Host
from tui.screens.shared.view import View
from tui.widgets.commands import UNBOUND, Command, HasCommands, command, key_name
from tui.widgets.key_line import KeyLine
from tui.widgets.state_line import error_text
from tui.widgets.top_line import TopLine
from tui.widgets.view_tabs import ViewTabs


def _view_command(entry: ViewEntry) -> Command:
    """Show a view; the key of one the account does not have is not listed, and shows why there is nothing."""
    return command(
        f"view.{entry.id}",
        entry.key,
        entry.label,
        "Show this view",
        action=f"show_view('{entry.id}')",
        title=f"Go to {entry.label}",
        show=False,
        when=lambda screen: screen.leads_to(entry),
        listed=lambda screen: entry in screen.shown_views,
    )


class MainScreen(HasCommands, Screen[None]):
    """Shows one view at a time; a view is imported and mounted when it is first asked for."""

    DEFAULT_CSS = """
    MainScreen { layout: vertical; }
    MainScreen > ContentSwitcher { height: 1fr; visibility: hidden; }
    """
    AUTO_FOCUS = ""
    """A view says itself what of it gets the focus; Textual's choice may lie in one that is not shown."""
    BINDING_GROUP_TITLE = "Everywhere"

    def _may_check_in(self) -> bool:
        """Whether the account has a check-in, which is on the first view."""
        return Capability.CHECK_IN in self.app.snapshot.capabilities and self._current == VIEWS[0].id

    def _why_no_check_in(self) -> str | None:
        if self._checking_in:
            return "The check-in is on its way."
        from tui.screens.overview.check_in import why_no_check_in

        return why_no_check_in(self.app.snapshot, self.app.clock.now())

    BINDINGS: ClassVar[list[BindingType]] = [
        *map(_view_command, VIEWS),
        command("app.refresh", "r", "refresh", "Read what is shown again", action="reload", synonyms=("Reload",)),
        command(
            "app.check-in", "c", "check in", "Get today's free credits", when=_may_check_in, why_not=_why_no_check_in
        ),
    ]

    app = getters.app(Host)
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Textual's, except that the focus moving does not paint the whole screen: what looks different paints itself."""

    _was_shown = False
    """Whether it was on the screen before."""
    _changing = False
    """Whether the views of one account are being taken down for those of another."""
    _checking_in = False
    """Whether a check-in is on its way."""

    def compose(self) -> ComposeResult:
        """Lay out the frame with the first view in it."""
        yield TopLine(self.app.snapshot.mode)
        yield ViewTabs()
        with ContentSwitcher(initial=VIEWS[0].id):
            yield make_view(VIEWS[0].id)
        yield KeyLine()

    @on(Mount)
    async def follow(self) -> None:
        """Follow the account; what is known of it already is in the first paint."""
        await self.app.accounts.opened()
        self.app.snapshot_signal.subscribe(self, self._changed)
        self._changed(self.app.snapshot)
        self.current_view.enter()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Style everything once at the start, not twice: Textual does it again for screens that were covered."""
        event.refresh_styles = event.refresh_styles and self._was_shown
        self._was_shown = True

    def on_resize(self) -> None:
        """Tell the view, which has no Resize."""
        if not self._changing:
            self.current_view.fit()

    @property
    def _current(self) -> str | None:
        """The id of the view that is shown, if one is yet."""
        return self.query_one(ContentSwitcher).current if self.is_mounted else None

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
        self._show_tabs()
        self.current_view.enter()

    async def show_account(self, name: str, wanted: str | None = None) -> None:
        """Show another account: its views are built anew, so that none ever mixes two accounts."""
        switcher = self.query_one(ContentSwitcher)
        if self._changing:
            return
        self._changing = True
        view_id, switcher.current = wanted or switcher.current or VIEWS[0].id, None
        try:
            await switcher.remove_children()
            self.app.accounts.show(name)
            self.app.account_shown()
            view_id = view_id if view_id in {each.id for each in views_of(self._able)} else VIEWS[0].id
            await switcher.add_content(make_view(view_id))
        finally:
            self._changing = False
        await self.action_show_view(view_id)

    async def show_payment(self, payment_id: str) -> None:
        """Show the Activity view with the cursor on a payment."""
        from tui.screens.activity.view import ActivityView

        await self.action_show_view("activity")
        self.query_one(ActivityView).go_to(payment_id)

    def leads_to(self, view: ViewEntry) -> bool:
        """Whether the key of a view leads to it: views that share a key take turns."""
        return self._key(view) != view.key or key_leads_to(view.id, self._able, self._current)

    @property
    def _able(self) -> frozenset[Capability] | None:
        """What the account can do; None while that is not known."""
        snapshot = self.app.snapshot
        return None if snapshot.account is None else snapshot.capabilities

    def _key(self, view: ViewEntry) -> str:
        """The first key of a view, empty where it has none."""
        key = self.app.bound.get(f"view.{view.id}", view.key).partition(",")[0]
        return "" if key == UNBOUND else key_name(key)

    @property
    def shown_views(self) -> tuple[ViewEntry, ...]:
        """The views the account has, or may have while that is not known."""
        return tuple(each for each in views_of(self._able) if self.app.accounts.several or not each.several)

    def action_check_in(self) -> None:
        """Ask for today's credits."""
        self._checking_in = True
        self.app.run_worker(self._check_in(), group="check-in")

    async def _check_in(self) -> None:
        from tui.screens.overview.check_in import check_in_text

        try:
            done = await self.app.account_session.check_in()
        except BillingError as error:
            what = "Check-in outcome unknown." if error.maybe_executed else "The check-in failed."
            self.app.say(f"{what} {error_text(error)}", severity="error")
        else:
            self.app.say(check_in_text(done))
        finally:
            self._checking_in = False

    def action_reload(self) -> None:
        """Read what the view shows again."""
        if not self._changing:
            self.current_view.reload()

    def _changed(self, snapshot: Snapshot) -> None:
        self.query_one(TopLine).show(snapshot, self.app.zone)
        self._show_tabs()

    def _show_tabs(self) -> None:
        self.query_one(KeyLine).update_keys()
        tabs = [(each.id, self._key(each), each.label) for each in self.shown_views]
        self.query_one(ViewTabs).set_tabs(tabs, self.query_one(ContentSwitcher).current or VIEWS[0].id)
