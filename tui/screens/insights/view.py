"""Where the money goes: spending by day, week or month, by use, the pace, and the days unlike the others."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.ledger.insights.insights import Period
from tui.screens.insights.text import InsightsPicture, chart_text, pace_text, title_text, unusual_text, uses_text
from tui.screens.overview.money import spending_in
from tui.screens.shared.view import View
from tui.widgets.card import Card
from tui.widgets.commands import command


class InsightsView(View, can_focus=True):
    """A chart over the whole width, and below it what it went to and how long the rest lasts."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    InsightsView { visibility: visible; }
    InsightsView #insights-title { height: 2; }
    InsightsView #insights-chart { height: 1fr; min-height: 4; max-height: 24; }
    InsightsView #insights-below { height: auto; margin-top: 1; }
    InsightsView #insights-uses { width: 1fr; margin-right: 3; }
    InsightsView #insights-pace { width: 30; }
    InsightsView #insights-unusual { height: auto; }
    .-wide InsightsView #insights-uses { max-width: 80; }
    .-wide InsightsView #insights-unusual { margin-top: 1; }
    """
    BINDING_GROUP_TITLE = "Insights"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("insights.by-day", "d", "by day", "Total by day", action="by('day')"),
        command("insights.by-week", "w", "by week", "Total by week", action="by('week')"),
        command("insights.by-month", "m", "by month", "Total by month", action="by('month')"),
    ]

    sections = (Snapshot.ledger, Snapshot.balance)

    _period = Period.DAY

    def compose_view(self) -> Iterable[Widget]:
        """What is added up, the chart, and what it tells."""
        yield Card(id="insights-title")
        yield Card(id="insights-chart")
        with Horizontal(id="insights-below"):
            yield Card(id="insights-uses")
            yield Card(id="insights-pace")
        yield Card(id="insights-unusual")

    def main_widget(self) -> Widget:
        """The view itself: its keys are all there is to it."""
        return self

    def empty(self, snapshot: Snapshot) -> str | None:
        """Without a transaction there is nothing to tell."""
        rows = snapshot.ledger.value
        if rows is not None and rows.spending is not None and rows.spending.since is not None:
            return "Adding up all days…"
        return None if rows is None or rows.items else "No transactions yet, so there is nothing to tell from them."

    def show(self, snapshot: Snapshot) -> None:
        """Tell every part the new picture."""
        spending = spending_in(snapshot, self.app.zone)
        if spending is None:
            return
        width = self.query_one("#insights-chart", Card).content_size.width
        today = self.app.clock.now().astimezone(self.app.zone).date()
        picture = InsightsPicture(snapshot, spending, today, self._period, width)
        for name, build in (
            ("title", title_text),
            ("chart", chart_text),
            ("uses", uses_text),
            ("pace", pace_text),
            ("unusual", unusual_text),
        ):
            self.query_one(f"#insights-{name}", Card).tell(partial(build, picture))

    def resized(self, width: int) -> None:
        """Another width tells of another number of periods."""
        self.call_after_refresh(self._changed, self.app.snapshot)

    def action_by(self, period: str) -> None:
        """Add up over another period."""
        self._period = Period(period)
        self.show(self.app.snapshot)
