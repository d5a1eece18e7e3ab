"""Everything subscribed to, and what can be done about each: another plan, pause, resume, a new period, a repair."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, ClassVar

from textual import getters
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.domain import Intent, Money, Plan, Subscription
from tui.providers.changing import HasSubscriptionChanges
from tui.screens.payments.payment_dialog import PaymentDialog, Prepare
from tui.screens.plans.choose_plan import ChoosePlanDialog, plans_for
from tui.screens.shared.account_text import account_text, money_lines
from tui.screens.shared.change import Change
from tui.widgets.commands import command
from tui.widgets.format import BOLD, DIM
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.status_styles import status_style, subscription_outlook

_RUNS = ("active", "trialing")
_NONE = "There is no subscription under the cursor."
_ITS_CARD = "The provider charges the card it has for this subscription, usually the default one."


class SubscriptionsDialog(PaymentDialog):
    """A table of the subscriptions; keys change the one under the cursor, each after a question that begins at No.

    What charges is written to the journal before it is sent, and is followed in a dialog of its own.
    """

    AUTO_FOCUS = "#subscriptions-table"
    DEFAULT_CSS = """
    SubscriptionsDialog > #box { width: 86; }
    SubscriptionsDialog RecordTable { height: auto; max-height: 10; margin: 1 0; }
    """
    BINDING_GROUP_TITLE = "Subscriptions"
    _table = getters.query_one[RecordTable[Subscription]]("#subscriptions-table", RecordTable)

    def _why_not_in(self, states: Sequence[str], but: str) -> str | None:
        """Why the subscription under the cursor is in none of `states`; None when it is."""
        one = self._table.current
        if one is None:
            return _NONE
        return None if str(one.status) in states else f"{one.plan_name} {but}: it is {one.status.label}."

    def _why_not_running(self) -> str | None:
        return self._why_not_in(_RUNS, "does not run")

    def _why_not_paused(self) -> str | None:
        return self._why_not_in(("paused",), "is not paused")

    def _why_no_price(self) -> str | None:
        one = self._table.current
        if one is None or self._price(one) is not None:
            return None
        return f"What {one.plan_name} costs is not known here: do this on the provider's site."

    def _why_no_repair(self) -> str | None:
        one = self._table.current
        if one is None:
            return _NONE
        if not one.status.needs_payment:
            return f"{one.plan_name} owes nothing: it is {one.status.label}."
        return self._why_no_price()

    def _why_no_restart(self) -> str | None:
        return self._why_not_running() or self._why_no_price()

    def _why_no_other_plan(self) -> str | None:
        one = self._table.current
        none = one is not None and not plans_for(one, self.app.snapshot)
        return self._why_not_running() or (f"There is no other {one.category} plan." if one and none else None)

    BINDINGS: ClassVar[list[BindingType]] = [
        command("subscriptions.repair", "p", "pay owed", why_not=_why_no_repair),
        command("subscriptions.change-plan", "c", "change plan", why_not=_why_no_other_plan),
        command("subscriptions.pause", "z", "pause", why_not=_why_not_running),
        command("subscriptions.resume", "u", "resume", why_not=_why_not_paused),
        command("subscriptions.restart", "b", "new period", why_not=_why_no_restart),
    ]

    def compose_dialog(self) -> Iterable[Widget]:
        """Whose they are, the table, what is going on."""
        yield PlainText(Content.assemble(("Subscriptions of ", BOLD), account_text(self.app.snapshot)))
        yield RecordTable[Subscription](self._columns(), lambda each: each.key, id="subscriptions-table")
        yield PlainText(id="made")
        yield from self.compose_blocking()

    def on_mount(self) -> None:
        """Follow the account."""
        self.app.snapshot_signal.subscribe(self, self._changed)
        self._changed(self.app.snapshot)

    def _changed(self, snapshot: Snapshot) -> None:
        found = sorted(snapshot.subscriptions.value or (), key=lambda each: each.status.ended)
        reading = "Reading…" if snapshot.subscriptions.value is None else "Nothing is subscribed to."
        self._table.set_records(tuple(found), empty=reading)
        self._table.refresh()
        self.refresh_bindings()

    def _columns(self) -> list[Column[Subscription]]:
        def outlook(each: Subscription) -> str:
            return subscription_outlook(each, self.app.clock.now(), self.app.zone)

        def price(each: Subscription) -> str:
            return f"{each.price.digits} {each.price.unit}" if each.price else "–"

        return [
            Column("plan", 16, lambda each: each.plan_name, grow=1),
            Column("category", 10, lambda each: each.category),
            Column("price", 10, price, right=True),
            Column("status", 9, lambda each: each.status.label, lambda each: status_style(each.status)),
            Column("", 17, outlook, lambda _: DIM),
        ]

    def on_button_pressed(self) -> None:
        """Go to the payment that blocks this one."""
        self.show_blocking()

    def on_record_table_highlighted(self) -> None:
        """Other keys may make sense for another subscription."""
        self.refresh_bindings()

    def _price(self, one: Subscription) -> Money | None:
        if one.price is not None:
            return one.price
        catalog = self.app.snapshot.plans.value
        plan = next((each for each in catalog.items if each.id == one.plan_id), None) if catalog else None
        return plan.prices[0].amount if plan and len(plan.prices) == 1 else None

    # -- changes that charge nothing by themselves --------------------------------------------------------------

    def action_pause(self) -> None:
        """Pause it, after a question."""
        if one := self._table.current:
            self._ask(
                one,
                f"Pause {one.plan_name}?",
                ("What it gives stops until it is resumed. Nothing is charged for pausing.",),
                "Yes, pause it",
                f"{one.plan_name} is paused.",
                lambda it: it.pause_subscription(one),
            )

    def action_resume(self) -> None:
        """Let it run again, after a question."""
        if one := self._table.current:
            price = f" at {one.price} {one.period or ''}".rstrip() if one.price else ""
            self._ask(
                one,
                f"Resume {one.plan_name}{price}?",
                ("It is charged again when its period ends, or at once if that has passed.", _ITS_CARD),
                "Yes, resume it",
                f"{one.plan_name} runs again.",
                lambda it: it.resume_subscription(one),
            )

    def action_change_plan(self) -> None:
        """Choose another plan, then ask."""
        if one := self._table.current:
            self.app.push_screen(ChoosePlanDialog(one, self.app.snapshot), lambda plan: self._to_plan(one, plan))

    def _to_plan(self, one: Subscription, plan: Plan | None) -> None:
        if plan is None:
            return
        prices = ", ".join(f"{each.amount} {each.period}" for each in plan.prices) or "a price it does not name"
        self._ask(
            one,
            f"Move from {one.plan_name} to {plan.name}, {prices}?",
            ("Nobody says whether the rest of this period is charged or given back: it may be charged now.", _ITS_CARD),
            "Yes, change the plan",
            f"{one.plan_name} became {plan.name}.",
            lambda it: it.change_plan(one, plan.id),
        )

    def _ask(
        self,
        one: Subscription,
        question: str,
        means: tuple[str, ...],
        yes: str,
        done: str,
        change: Callable[[HasSubscriptionChanges], Coroutine[Any, Any, None]],
    ) -> None:
        failed = f"{one.plan_name} was not changed."
        self.app.ask_to_change(Change(question, means, yes, done, failed, HasSubscriptionChanges, change))

    # -- what charges -------------------------------------------------------------------------------------------

    def action_repair(self) -> None:
        """Pay what it owes, after a question."""
        one, price = self._priced
        if one and price:
            self._ask_to_charge(
                f"Pay what {one.plan_name} owes?",
                f"It is {one.status.label}. What is owed is charged, usually one period: {price}.",
                f"Yes, charge about {price}",
                lambda payments: payments.prepare_repair(one, price),
            )

    def action_restart(self) -> None:
        """Begin a new period now, after a question."""
        one, price = self._priced
        if one and price:
            self._ask_to_charge(
                f"Begin a new billing period of {one.plan_name} now?",
                f"{price} may be charged at once, and what is left of the present period may be lost.",
                f"Yes, charge {price}",
                lambda payments: payments.prepare_restart(one, price),
            )

    @property
    def _priced(self) -> tuple[Subscription | None, Money | None]:
        """The subscription under the cursor and its price."""
        one = self._table.current
        return one, self._price(one) if one else None

    def _ask_to_charge(self, question: str, means: str, yes: str, prepare: Prepare) -> None:
        self.ask(question, money_lines(self.app.snapshot, means, _ITS_CARD), yes, prepare)

    def created(self, intent: Intent) -> None:
        """It is sent and followed in a dialog of its own."""
        self.app.show_charge(intent, send=True)
