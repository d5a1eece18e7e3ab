"""The view of whoever runs the shop: plans, coupons, everybody's transactions, the check-in."""

from collections.abc import Coroutine, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from tui.account.state import Snapshot
from tui.domain import AdminBooks, AdminPlan, CheckInTerms, Coupon, CouponTerms, OwnedTransaction, PlanTerms
from tui.providers.base import HasAdmin
from tui.providers.errors import BillingError
from tui.screens.admin.forms import (
    COUPON_FIELDS,
    AdjustmentWish,
    adjustment_fields,
    check_in_fields,
    plan_fields,
    read_adjustment,
    read_check_in,
    read_coupon,
    read_plan,
)
from tui.screens.admin.tables import about_plan, coupon_columns, plan_columns, transaction_columns
from tui.screens.shared.account_text import account_text
from tui.screens.shared.availability import why_no_row
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.form import FormDialog
from tui.screens.shared.view import View
from tui.widgets.commands import command
from tui.widgets.format import DIM, lines, plural
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import RecordTable
from tui.widgets.state_line import error_text

_PARTS = {"plans": "p", "coupons": "c", "transactions": "t"}
_ONCE = "It is sent once. The provider knows no key that would keep a second sending from being booked too."


class AdminView(View):
    """One of three tables at a time, the check-in above them."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    AdminView #admin-head { height: auto; margin-bottom: 1; }
    AdminView ContentSwitcher { height: 1fr; }
    AdminView #admin-about { height: auto; max-height: 6; margin-top: 1; }
    """
    BINDING_GROUP_TITLE = "Admin"

    def _can_edit(self) -> bool:
        """Leave enter on a transaction to the adjustment: what was booked cannot be edited."""
        return not (self.is_mounted and self._part == "transactions")

    def _why_not_read(self) -> str | None:
        return "The shop has not been read yet." if self._books is None else None

    def _why_no_edit(self) -> str | None:
        if isinstance(self._current, Coupon):
            return "A coupon cannot be changed once it is made; n makes another."
        return self._why_not_read() or why_no_row(self)

    BINDINGS: ClassVar[list[BindingType]] = [
        command("admin.edit", "enter", "edit", "Change the plan", action="open", when=_can_edit, why_not=_why_no_edit),
        command("admin.new", "n", "new", "Create another of what is listed", why_not=_why_not_read),
        command("admin.adjust", "m,enter", "adjust credits", "Give or take credits by hand", why_not=_why_not_read),
        command("admin.check-in", "i", "set check-in", "Set up the daily check-in", why_not=_why_not_read),
        *(
            command(f"admin.{part}", key, part, f"List the {part}", action=f"part('{part}')", show=False)
            for part, key in _PARTS.items()
        ),
    ]

    view_title = "Administration"
    sections = (Snapshot.admin,)

    _books: AdminBooks | None = None
    _rows: Mapping[str, OwnedTransaction] = {}
    _all_there = False

    def compose_view(self) -> Iterable[Widget]:
        """What there is, the tables, the plan under the cursor in full."""
        zone = self.app.zone
        yield PlainText(id="admin-head")
        with ContentSwitcher(initial="admin-plans"):
            yield RecordTable[AdminPlan](plan_columns(), lambda plan: plan.id, id="admin-plans")
            yield RecordTable[Coupon](coupon_columns(zone), lambda coupon: coupon.id, id="admin-coupons")
            yield RecordTable[OwnedTransaction](
                transaction_columns(zone), lambda each: each.row.id, id="admin-transactions"
            )
        yield PlainText(id="admin-about")

    def main_widget(self) -> Widget:
        """The table that is shown."""
        return self._table(self._part)

    @property
    def _part(self) -> str:
        return (self.query_one(ContentSwitcher).current or "admin-plans").removeprefix("admin-")

    def _table(self, part: str) -> RecordTable[AdminPlan | Coupon | OwnedTransaction]:
        # query_one cannot be given a parametrised class; the id says which table it is.
        table: RecordTable[AdminPlan | Coupon | OwnedTransaction] = self.query_one(f"#admin-{part}", RecordTable)
        return table

    # -- showing ------------------------------------------------------------------------------------------------

    def show(self, snapshot: Snapshot) -> None:
        """Fill the tables with what was read."""
        books = snapshot.admin.value
        if books is None:
            return
        if books is not self._books:
            self._books = books
            self._rows = {each.row.id: each for each in books.transactions}
            self._all_there = len(books.transactions) < books.page_size
            self._table("plans").set_records(books.plans, empty="No plans yet. n adds one.")
            self._table("coupons").set_records(books.coupons, empty="No coupons yet. n adds one.")
            self._show_transactions()
        self._head()
        self._about()

    def _show_transactions(self) -> None:
        self._table("transactions").set_records(tuple(self._rows.values()), empty="No transactions yet.")

    def _head(self) -> None:
        books = self._books
        if books is None:
            return
        more = "" if self._all_there else "+"
        counts = {"plans": f"{len(books.plans)}", "coupons": f"{len(books.coupons)}"}
        counts["transactions"] = f"{len(self._rows):,}{more}"
        parts = []
        for part, key in _PARTS.items():
            style = "bold underline $accent" if part == self._part else ""
            parts.append(Content.assemble((key, DIM), " ", (f"{part} {counts[part]}", style)))
        offered = f"{plural(books.check_in.daily, 'credit')} a day" if books.check_in.enabled else "not offered"
        check_in = Content.assemble(("i", DIM), f" check-in: {offered}")
        self.query_one("#admin-head", PlainText).set_text(Content("   ").join([*parts, check_in]))

    def _about(self) -> None:
        current = self._current
        told = about_plan(current) if isinstance(current, AdminPlan) else []
        self.query_one("#admin-about", PlainText).set_text(lines(told))
        self.refresh_bindings()

    @property
    def _current(self) -> AdminPlan | Coupon | OwnedTransaction | None:
        return self._table(self._part).current

    def on_record_table_highlighted(self) -> None:
        """Tell about the new row."""
        self._about()

    def on_record_table_end_reached(self) -> None:
        """Read older transactions, one page at a time."""
        busy = any(worker.name == "older" for worker in self.workers)
        if self._part == "transactions" and not self._all_there and not busy:
            self.run_worker(self._read_older(), name="older")

    async def _read_older(self) -> None:
        try:
            found = await self.app.account_session.able(HasAdmin).all_transactions(len(self._rows))
        except BillingError as error:
            self.app.say(f"Older transactions could not be read. {error_text(error)}", severity="warning")
            return
        if self._books is not None:
            self._all_there = len(found) < self._books.page_size
            self._rows = {**self._rows, **{each.row.id: each for each in found}}
            self._show_transactions()
            self._head()

    # -- doing --------------------------------------------------------------------------------------------------

    def action_part(self, part: str) -> None:
        """Show one of the tables."""
        self.query_one(ContentSwitcher).current = f"admin-{part}"
        self._table(part).focus()
        self._head()
        self._about()

    def action_open(self) -> None:
        """Edit the plan under the cursor."""
        current = self._current
        if isinstance(current, AdminPlan):
            self._edit_plan(current)

    async def on_record_table_selected(self) -> None:
        """A click on the row."""
        await self.run_action("adjust" if self._part == "transactions" else "open")

    def action_new(self) -> None:
        """Make another of what is shown."""
        if self._part == "plans":
            self._edit_plan(None)
        elif self._part == "transactions":
            self.action_adjust()
        else:
            read = partial(read_coupon, now=self.app.clock.now())

            def save(terms: CouponTerms) -> Coroutine[Any, Any, Coupon]:
                return self.app.account_session.changes.send(HasAdmin, lambda it: it.create_coupon(terms))

            form = FormDialog(self.app.snapshot, "New coupon", COUPON_FIELDS, read, save, "Make it")
            self.app.push_screen(form, lambda made: self.app.say(f"{made.code} is made.") if made else None)

    def _edit_plan(self, plan: AdminPlan | None) -> None:
        title = f"Change {plan.terms.name}" if plan else "New plan"
        read = partial(read_plan, before=plan)

        def save(terms: PlanTerms) -> Coroutine[Any, Any, AdminPlan]:
            changes = self.app.account_session.changes
            if plan is None:
                return changes.send(HasAdmin, lambda it: it.create_plan(terms), Snapshot.plans)
            return changes.send(HasAdmin, lambda it: it.change_plan(plan, terms), Snapshot.plans)

        form = FormDialog(self.app.snapshot, title, plan_fields(plan), read, save)
        self.app.push_screen(form, lambda terms: self.app.say(f"{terms.name} is saved.") if terms else None)

    def action_check_in(self) -> None:
        """Set up the daily check-in."""
        if self._books is None:
            return
        fields = check_in_fields(self._books.check_in)

        def save(terms: CheckInTerms) -> Coroutine[Any, Any, CheckInTerms]:
            return self.app.account_session.changes.send(HasAdmin, lambda it: it.change_check_in(terms))

        form = FormDialog(self.app.snapshot, "Daily check-in", fields, read_check_in, save)
        self.app.push_screen(form, lambda terms: self.app.say("The check-in is set up.") if terms else None)

    def action_adjust(self) -> None:
        """Give or take credits of the user under the cursor, or of another."""
        current = self._current
        fields = adjustment_fields(current.user_id if isinstance(current, OwnedTransaction) else "")
        note = "You are asked once more before anything is booked."
        form: FormDialog[AdjustmentWish] = FormDialog(
            self.app.snapshot, "Adjust credits", fields, read_adjustment, go="Go on", note=note
        )
        self.app.push_screen(form, self._confirm_adjustment)

    def _confirm_adjustment(self, wish: AdjustmentWish | None) -> None:
        if wish is None:
            return
        user_id, amount, reason = wish
        verb, way = ("Give", "to") if amount.amount > 0 else ("Take", "from")
        question = f"{verb} {str(amount).lstrip('-')} {way} {user_id}?"
        means: list[Content | str] = [account_text(self.app.snapshot), f"Reason: {reason}", _ONCE]
        dialog = ConfirmDialog(question, means, f"Yes, {question[:1].lower()}{question[1:-1]}")
        self.app.push_screen(
            dialog, lambda yes: self.app.pay(lambda payments: payments.prepare_adjustment(*wish)) if yes else None
        )
