"""Choosing another plan for a subscription, of the same category as it has."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.account.state import Snapshot
from tui.domain import Plan, Subscription
from tui.screens.shared.dialog import Dialog
from tui.widgets.commands import command
from tui.widgets.format import BOLD, DIM
from tui.widgets.plain_text import PlainText


class ChoosePlanDialog(Dialog[Plan]):
    """Lists the plans; nothing is changed by choosing one: the question comes after."""

    AUTO_FOCUS = "#plans"
    DEFAULT_CSS = """
    ChoosePlanDialog OptionList { height: auto; max-height: 12; margin-top: 1; background: $surface; border: none; }
    """
    BINDING_GROUP_TITLE = "Plan"
    BINDINGS: ClassVar[list[BindingType]] = [command("choose-plan.choose", "enter", "choose")]

    def __init__(self, subscription: Subscription, account: Snapshot) -> None:
        """Offer what `account` may move `subscription` to."""
        super().__init__()
        self._subscription = subscription
        self._plans = plans_for(subscription, account)

    def compose_dialog(self) -> Iterable[Widget]:
        """What it is now, the others."""
        yield PlainText(Content.assemble(("Another plan instead of ", BOLD), (self._subscription.plan_name, BOLD)))
        yield OptionList(*(Option(_line(plan)) for plan in self._plans), id="plans", markup=False, compact=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """The one that is marked."""
        self.finish(self._plans[event.option_index])

    def action_choose(self) -> None:
        """The one that is marked; enter reaches the list first."""
        self.query_one(OptionList).action_select()


def plans_for(subscription: Subscription, account: Snapshot) -> tuple[Plan, ...]:
    """The other plans of the category that the subscription's plan has, or that it has itself."""
    plans = account.plans.value.items if account.plans.value else ()
    category = next((plan.category for plan in plans if plan.id == subscription.plan_id), subscription.category)
    return tuple(plan for plan in plans if plan.category == category and plan.id != subscription.plan_id)


def _line(plan: Plan) -> Content:
    prices = ", ".join(f"{each.amount} {each.period}" for each in plan.prices)
    return Content.assemble(plan.name, (f"   {prices}", DIM))
