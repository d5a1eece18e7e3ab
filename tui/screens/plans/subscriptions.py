"""Everything subscribed to, and what can be done about each: another plan, pause, resume, a new period, a repair."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from tui.account.state import Snapshot
from tui.domain import BadId, Intent, Mode, Money, Plan, Subscription
from tui.payments.checkouts.journal import JournalError
from tui.payments.intents.journal import Blocked
from tui.providers.errors import BillingError
from tui.screens.plans.choose_plan import ChoosePlanDialog, plans_for
from tui.screens.shared.account_text import account_text, refusal_text
from tui.screens.shared.change import Change
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.widgets.format import BAD, BOLD, DIM
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.status_styles import subscription_outlook, subscription_style

_PREPARE = "prepare"
_RUNS = ("active", "trialing")
_ITS_CARD = "The provider charges the card it has for this subscription, usually the default one."


class SubscriptionsDialog(Dialog[None]):
    """A table of the subscriptions; keys change the one under the cursor, each after a question that begins at No.

    What charges is written to the journal before it is sent, and is followed in a dialog of its own.
    """

    AUTO_FOCUS = "#subscriptions-table"
    DEFAULT_CSS = """
    SubscriptionsDialog > #box { width: 86; }
    SubscriptionsDialog RecordTable { height: auto; max-height: 10; margin: 1 0; }
    """
    BINDING_GROUP_TITLE = "Subscriptions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "repair", "pay owed"),
        Binding("c", "change_plan", "change plan"),
        Binding("z", "pause", "pause"),
        Binding("u", "resume", "resume"),
        Binding("b", "restart", "new period"),
    ]

    _preparing = False

    def compose_dialog(self) -> Iterable[Widget]:
        """Whose they are, the table, what is going on."""
        yield PlainText(Content.assemble(("Subscriptions of ", BOLD), account_text(self.app.snapshot)))
        yield RecordTable[Subscription](self._columns(), lambda each: each.key, id="subscriptions-table")
        yield PlainText(id="made")

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

    @property
    def _table(self) -> RecordTable[Subscription]:
        # query_one cannot be given a parametrised class; only this table has the id.
        table: RecordTable[Subscription] = self.query_one("#subscriptions-table", RecordTable)
        return table

    def _columns(self) -> list[Column[Subscription]]:
        def outlook(each: Subscription) -> str:
            return subscription_outlook(each, self.app.clock.now(), self.app.zone)

        def price(each: Subscription) -> str:
            return f"{each.price.digits} {each.price.unit}" if each.price else "–"

        return [
            Column("plan", 16, lambda each: each.plan_name, grow=1),
            Column("category", 10, lambda each: each.category),
            Column("price", 10, price, right=True),
            Column("status", 9, lambda each: each.status.label, lambda each: subscription_style(each.status)),
            Column("", 17, outlook, lambda _: DIM),
        ]

    def on_record_table_highlighted(self) -> None:
        """Other keys may make sense for another subscription."""
        self.refresh_bindings()

    # -- what can be done ---------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done to the subscription under the cursor."""
        one = self._table.current
        if action not in {"repair", "change_plan", "pause", "resume", "restart"}:
            return None
        if one is None:
            return "There is no subscription under the cursor."
        if action == "repair" and not one.status.needs_payment:
            return f"{one.plan_name} owes nothing: it is {one.status.label}."
        if action == "resume" and str(one.status) != "paused":
            return f"{one.plan_name} is not paused: it is {one.status.label}."
        if action in {"pause", "change_plan", "restart"} and str(one.status) not in _RUNS:
            return f"{one.plan_name} does not run: it is {one.status.label}."
        if action in {"repair", "restart"} and self._price(one) is None:
            return f"What {one.plan_name} costs is not known here: do this on the provider's site."
        if action == "change_plan" and not plans_for(one, self.app.snapshot):
            return f"There is no other {one.category} plan."
        return None

    def _one_for(self, action: str) -> Subscription | None:
        reason = self.why_not(action)
        if reason is not None:
            self.app.say(reason, severity="warning")
        return self._table.current if reason is None else None

    def _price(self, one: Subscription) -> Money | None:
        if one.price is not None:
            return one.price
        catalog = self.app.snapshot.plans.value
        plan = next((each for each in catalog.items if each.id == one.plan_id), None) if catalog else None
        return plan.prices[0].amount if plan and len(plan.prices) == 1 else None

    # -- changes that charge nothing by themselves --------------------------------------------------------------

    def action_pause(self) -> None:
        """Pause it, after a question."""
        if one := self._one_for("pause"):
            self._ask(
                one,
                f"Pause {one.plan_name}?",
                ("What it gives stops until it is resumed. Nothing is charged for pausing.",),
                "Yes, pause it",
                f"{one.plan_name} is paused.",
                lambda: self.app.account_session.changes.pause(one),
            )

    def action_resume(self) -> None:
        """Let it run again, after a question."""
        if one := self._one_for("resume"):
            price = f" at {one.price} {one.period or ''}".rstrip() if one.price else ""
            self._ask(
                one,
                f"Resume {one.plan_name}{price}?",
                ("It is charged again when its period ends, or at once if that has passed.", _ITS_CARD),
                "Yes, resume it",
                f"{one.plan_name} runs again.",
                lambda: self.app.account_session.changes.resume(one),
            )

    def action_change_plan(self) -> None:
        """Choose another plan, then ask."""
        if one := self._one_for("change_plan"):
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
            lambda: self.app.account_session.changes.change_plan(one, plan.id),
        )

    def _ask(
        self,
        one: Subscription,
        question: str,
        means: tuple[str, ...],
        yes: str,
        done: str,
        call: Callable[[], Coroutine[Any, Any, object]],
    ) -> None:
        self.app.ask_to_change(Change(question, means, yes, done, f"{one.plan_name} was not changed.", call))

    # -- what charges -------------------------------------------------------------------------------------------

    def action_repair(self) -> None:
        """Pay what it owes, after a question."""
        one = self._one_for("repair")
        price = self._price(one) if one else None
        if one is None or price is None:
            return
        means = f"It is {one.status.label}. What is owed is charged, usually one period: {price}."
        self._ask_to_charge(
            f"Pay what {one.plan_name} owes?",
            means,
            f"Yes, charge about {price}",
            lambda: self.app.account_session.payments.prepare_repair(one, price),
        )

    def action_restart(self) -> None:
        """Begin a new period now, after a question."""
        one = self._one_for("restart")
        price = self._price(one) if one else None
        if one is None or price is None:
            return
        self._ask_to_charge(
            f"Begin a new billing period of {one.plan_name} now?",
            f"{price} may be charged at once, and what is left of the present period may be lost.",
            f"Yes, charge {price}",
            lambda: self.app.account_session.payments.prepare_restart(one, price),
        )

    def _ask_to_charge(
        self, question: str, means: str, yes: str, prepare: Callable[[], Coroutine[Any, Any, Intent]]
    ) -> None:
        account = self.app.snapshot
        real = "This is real money." if account.mode is Mode.LIVE else "This is a sandbox: no real money moves."
        dialog = ConfirmDialog(question, [account_text(account), means, _ITS_CARD, Content.styled(real, DIM)], yes)
        self.app.push_screen(dialog, lambda agreed: self._prepare(prepare) if agreed else None)

    def _prepare(self, prepare: Callable[[], Coroutine[Any, Any, Intent]]) -> None:
        """Create the confirmed charge, once."""
        if self._preparing:
            return
        try:
            work = prepare()
        except JournalError as error:
            self._refused(error)
            return
        self._preparing = True
        self.run_worker(work, name=_PREPARE, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Written down: it is sent and followed. Or the reason why not."""
        if event.worker.name != _PREPARE or event.state not in {WorkerState.SUCCESS, WorkerState.ERROR}:
            return
        self._preparing = False
        error = event.worker.error
        if isinstance(event.worker.result, Intent):
            self._tell(Content())
            self.app.show_charge(event.worker.result, send=True)
        elif isinstance(error, (BillingError, JournalError, Blocked, BadId)):
            self._refused(error)
        elif isinstance(error, BaseException):
            # A fault of our own: it ends the app like any other, without being swallowed by the worker.
            raise error

    def _refused(self, error: Exception) -> None:
        self._tell(Content.assemble(("Nothing was sent. ", BAD), refusal_text(error)))

    def _tell(self, words: Content) -> None:
        self.query_one("#made", PlainText).set_text(words)
