"""Plans on offer, what is subscribed to, and paying as you go."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.domain import UNTOLD, Plan, Subscription
from tui.providers.base import Capability
from tui.screens.shared.availability import able, why_no_link, why_no_row
from tui.screens.shared.view import View
from tui.widgets.card import Card
from tui.widgets.commands import command
from tui.widgets.format import GOOD, align_on_point, plural
from tui.widgets.plain_text import PlainText
from tui.widgets.plan_text import plan_detail, standing_text
from tui.widgets.record_table import Column, RecordTable


class PlansView(View):
    """Subscriptions on top, all plans by category below, the one under the cursor in full."""

    SCOPED_CSS = False  # the width classes are on the screen
    DEFAULT_CSS = """
    PlansView #plans-standing { margin-bottom: 1; }
    PlansView #plans-layout { layout: horizontal; height: 1fr; }
    PlansView RecordTable { width: 3fr; max-width: 100; min-height: 4; }
    PlansView RecordTable { border-top: solid $rule; border-title-color: $text; }
    PlansView #plan-detail { width: 2fr; max-width: 90; height: 1fr; padding: 1 2; border-left: solid $rule; }
    PlansView #plan-detail { border-top: solid $rule; scrollbar-size-vertical: 1; }
    PlansView #plan-detail:focus { border-top: solid $accent; }
    .-narrow PlansView #plans-layout { layout: vertical; }
    .-narrow PlansView RecordTable { width: 100%; max-width: 100%; }
    .-narrow PlansView #plan-detail { width: 100%; max-width: 100%; height: 12; padding: 0 2; border-left: none; }
    .-narrow.-short PlansView #plan-detail { height: 8; }
    """
    BINDING_GROUP_TITLE = "Plans"

    def _why_no_link(self) -> str | None:
        """Why the plan under the cursor cannot be subscribed to now."""
        plan = self._table.current
        if plan is not None and plan.id in self._current:
            return f"{plan.name} is already subscribed to."
        return why_no_row(self) or why_no_link(self.app.snapshot, Capability.PLAN_LINK)

    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "plans.subscribe",
            "enter,s",
            "subscribe by payment link",
            "Create a payment link for the plan",
            why_not=_why_no_link,
        ),
        command(
            "plans.portal",
            "p",
            "billing portal",
            "Where the provider manages subscriptions",
            when=able(Capability.PORTAL),
        ),
        command(
            "plans.subscriptions",
            "m",
            "manage subscriptions",
            action="app.subscriptions",
            when=able(Capability.SUBSCRIPTION_CHANGES),
        ),
    ]

    _table = getters.query_one[RecordTable[Plan]]("#plans-table", RecordTable)

    sections = (Snapshot.plans, Snapshot.subscriptions)

    _plans: Sequence[Plan] = ()
    _current: Mapping[str, Subscription] = {}
    _prices: Mapping[str, str] = {}
    _heads: Mapping[str, str] = {}

    def compose_view(self) -> Iterable[Widget]:
        """What runs, the table, the detail."""
        yield Card(id="plans-standing")
        with Container(id="plans-layout"):
            yield RecordTable[Plan](self._columns(), plan_key, id="plans-table")
            with VerticalScroll(id="plan-detail"):
                yield PlainText(id="plan-fields")

    def show(self, snapshot: Snapshot) -> None:
        """Show plans and subscriptions that were read."""
        catalog = snapshot.plans.value
        if catalog is None:
            return
        running = snapshot.subscriptions.value or ()
        self._current = {each.plan_id: each for each in running if each.plan_id and not each.status.ended}
        if catalog.items is not self._plans:
            self._plans = catalog.items
            self._measure()
        self._table.set_records(by_category(catalog.items), empty=f"{snapshot.provider_title} offers no plans now.")
        self._table.set_title(plural(len(catalog.items), "plan"))
        self._table.refresh()
        now, zone = self.app.clock.now(), self.app.zone
        self.query_one("#plans-standing", Card).tell(lambda size: standing_text(snapshot, now, zone, size.width))
        self._show_detail()

    # -- the table ----------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        """Line the prices up, and name a category only where it begins."""
        plans = by_category(self._plans)
        aligned = align_on_point([plan.prices[0].amount.digits if plan.prices else "–" for plan in plans])
        self._prices = {plan_key(plan): text for plan, text in zip(plans, aligned, strict=True)}
        befores = ["", *(plan.category for plan in plans)]
        self._heads = {
            plan_key(plan): plan.category if plan.category != before else ""
            for plan, before in zip(plans, befores, strict=False)
        }
        self._table.set_columns(self._columns(max((len(text) for text in aligned), default=0)))

    def _columns(self, price_width: int = 8) -> list[Column[Plan]]:
        category: Column[Plan] = Column(
            "category", 10, lambda plan: self._heads.get(plan_key(plan), ""), grow=1, most=16
        )
        second: Column[Plan] = Column("or", 17, second_price)
        named = not self._plans or any(plan.category for plan in self._plans)
        return [
            *([category] if named else []),
            Column("plan", 18, lambda plan: plan.name, grow=3, most=40),
            Column("price", max(8, price_width), lambda plan: self._prices.get(plan_key(plan), ""), right=True),
            Column("", 11, price_words),
            *([] if named else [second]),
            Column("", 7, lambda plan: "current" if plan.id in self._current else "", lambda plan: GOOD),
        ]

    @on(RecordTable.Highlighted)
    def _show_detail(self) -> None:
        plan = self._table.current
        zone, now = self.app.zone, self.app.clock.now()
        detail = plan_detail(plan, self._current.get(plan.id), now, zone) if plan else Content()
        self.query_one("#plan-fields", PlainText).set_text(detail)
        self.query_one("#plan-detail").scroll_home(animate=False)
        self.refresh_bindings()

    # -- subscribing --------------------------------------------------------------------------------------------

    def action_portal(self) -> None:
        """Show the way to the pages where subscriptions are managed."""
        from tui.screens.plans.portal import PortalDialog

        self.app.push_screen(PortalDialog())

    async def on_record_table_selected(self) -> None:
        """A click on the row."""
        await self.run_action("subscribe")

    def action_subscribe(self) -> None:
        """Make a payment link for the plan under the cursor."""
        if plan := self._table.current:
            self.app.open_subscribe(plan)


def plan_key(plan: Plan) -> str:
    """Category and id: ids may repeat across categories."""
    return f"{plan.category}:{plan.id}"


def by_category(plans: Sequence[Plan]) -> tuple[Plan, ...]:
    """Plans of a category together, categories and plans in the provider's order."""
    order = list(dict.fromkeys(plan.category for plan in plans))
    return tuple(sorted(plans, key=lambda plan: order.index(plan.category)))


def price_words(plan: Plan) -> str:
    """Unit and period of the price in the table: `USD monthly`; the period alone where nobody tells the currency."""
    if not plan.prices:
        return ""
    unit, period = plan.prices[0].amount.unit, plan.prices[0].period
    return period if unit == UNTOLD else f"{unit} {period}"


def second_price(plan: Plan) -> str:
    """The plan's other price, for tables that have room because their plans are of no category: `99.90 yearly`."""
    return f"{plan.prices[1].amount.digits} {plan.prices[1].period}" if len(plan.prices) > 1 else ""
