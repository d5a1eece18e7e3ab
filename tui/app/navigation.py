"""Who opens which dialog: everything a screen asks the app to show."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from tui.app.commands import EVERYWHERE
from tui.domain import BadId
from tui.providers.base import Capability
from tui.providers.errors import BillingError
from tui.screens.shared.availability import why_no_card, why_no_funds
from tui.screens.shared.host import Host
from tui.storage.database import JournalError
from tui.widgets.format import sentence

if TYPE_CHECKING:
    from tui.account.payments import PaymentsService
    from tui.domain import CheckoutSession, Intent, Plan
    from tui.payments.events import Payment
    from tui.screens.payments.drafts import CardAdded, FundDraft
    from tui.screens.shared.change import Change


_LOST = "The answer was lost, and it may have been done: look before you do it again."


class Navigation(Host):
    """The app with the way to every dialog."""

    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [*EVERYWHERE]

    def action_add_funds(self) -> None:
        """Start adding funds."""
        self.open_add_funds()

    def action_add_card(self) -> None:
        """Take a card and have it saved."""
        self.open_add_card()

    def open_add_funds(self, draft: FundDraft | None = None) -> None:
        """Ask for an amount and how to pay it, then show the checkout or the charge; or say why not now."""
        reason = why_no_funds(self.snapshot)
        if reason is not None:
            self.say(reason, severity="warning")
            return
        if Capability.TOP_UP in self.snapshot.capabilities:
            from tui.screens.payments.top_up import TopUpDialog

            self.push_screen(TopUpDialog(self.snapshot, draft), self._show_made)
            return
        from tui.screens.payments.add_funds import AddFundsDialog

        self.push_screen(AddFundsDialog(self.snapshot, draft), self._show_made)

    def open_subscribe(self, plan: Plan) -> None:
        """Name plan and price, make a payment link for the subscription, show it."""
        from tui.domain import LinkRequest, Purpose
        from tui.screens.plans.subscribe import SubscribeDialog

        request = LinkRequest(Purpose.SUBSCRIBE, plan_id=plan.id, plan_name=plan.name)
        self.push_screen(SubscribeDialog(self.snapshot, plan, request), self._show_made)

    def open_add_card(self, done: Callable[[CardAdded | None], None] | None = None) -> None:
        """Take a card and have it saved; `done` is told how it ended. Or say why not now."""
        reason = why_no_card(self.snapshot)
        if reason is not None:
            self.say(reason, severity="warning")
            return
        from tui.providers.changing import HasCardSetup
        from tui.screens.cards.add_card import AddCardDialog

        stripe = self.account_session.able(HasCardSetup).stripe_base_url
        self.push_screen(AddCardDialog(self.snapshot, stripe), done or self._card_added)

    def ask_to_change(self, change: Change[Any]) -> None:
        """Ask, make a change that moves no money, and say how it ended."""
        from tui.screens.shared.account_text import account_text
        from tui.screens.shared.confirm import ConfirmDialog

        dialog = ConfirmDialog(change.question, [account_text(self.snapshot), *change.means], change.yes)

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._change(change), group="change")

        self.push_screen(dialog, answered)

    async def _change(self, change: Change[Any]) -> None:
        try:
            await self.account_session.changes.send(change.protocol, change.make)
        except (BillingError, BadId) as error:
            from tui.screens.shared.account_text import refusal_text

            lost = isinstance(error, BillingError) and error.maybe_executed
            self.say(f"{_LOST if lost else change.failed} {refusal_text(error)}", severity="error")
        else:
            self.say(change.done)

    def _card_added(self, added: CardAdded | None) -> None:
        """Somebody would rather pay by link than type a card."""
        if added is not None and added.card_id is None:
            self.open_add_funds()

    def action_subscriptions(self) -> None:
        """List what is subscribed to with what can be done about each."""
        from tui.screens.plans.subscriptions import SubscriptionsDialog

        self.push_screen(SubscriptionsDialog())

    def action_coupon(self) -> None:
        """Redeem a coupon."""
        from tui.screens.payments.wallet_calls import redeem_coupon

        self.run_worker(redeem_coupon(self), group="wallet")

    def action_withdraw(self) -> None:
        """Take money out of the wallet."""
        from tui.screens.payments.wallet_calls import withdraw

        self.run_worker(withdraw(self), group="wallet")

    def action_profile(self) -> None:
        """Ask for what shall be new in the billing profile, and change it."""
        from tui.providers.changing import HasProfileChanges
        from tui.screens.cards.settings_forms import profile_fields, read_profile
        from tui.screens.shared.form import FormDialog

        known = self.snapshot.profile.value
        form = FormDialog(
            self.snapshot,
            "Who is billed",
            profile_fields(known),
            lambda typed: read_profile(typed, known),
            lambda change: self.account_session.changes.send(HasProfileChanges, lambda it: it.change_profile(change)),
            note="Invoices made from now on carry it.",
        )
        self.push_screen(form, lambda change: self.say("The billing profile is changed.") if change else None)

    def action_auto_recharge(self) -> None:
        """Ask for the rule of the automatic recharge; a rule that will charge is asked about once more."""
        from tui.screens.cards.settings_forms import read_recharge, recharge_fields
        from tui.screens.shared.change import RechargeWish, recharge_change
        from tui.screens.shared.form import FormDialog

        wallet = self.snapshot.wallet
        unit = wallet.available.unit if wallet else "USD"
        form: FormDialog[RechargeWish] = FormDialog(
            self.snapshot,
            "Automatic recharge",
            recharge_fields(),
            lambda typed: RechargeWish(read_recharge(typed, unit)),
            go="Go on",
            note=f"{self.snapshot.provider_title} does not tell how it is set now.",
        )

        def ask(wish: RechargeWish | None) -> None:
            if wish is not None:
                self.ask_to_change(recharge_change(wish.rule))

        self.push_screen(form, ask)

    def show_checkout(self, session: CheckoutSession) -> None:
        """Show a payment link and what becomes of it."""
        from tui.screens.payments.checkout import CheckoutDialog

        if not self.leaving:
            self.push_screen(CheckoutDialog(session.session_id))

    def pay(self, prepare: Callable[[PaymentsService], Awaitable[Intent]]) -> None:
        """Create a confirmed payment, send it and show what becomes of it; or say why not."""
        self.run_worker(self._pay(prepare), group="pay")

    async def _pay(self, prepare: Callable[[PaymentsService], Awaitable[Intent]]) -> None:
        from tui.payments.intents.journal import Blocked
        from tui.screens.shared.account_text import not_sent_text

        try:
            intent = await prepare(await self.account_session.open_payments())
        except Blocked as blocked:
            self.say(str(blocked), severity="warning")
            self.show_charge(blocked.intent)
        except (BillingError, JournalError, BadId) as error:
            self.say(not_sent_text(error).plain, severity="error")
        else:
            self.show_charge(intent, send=True)

    def show_charge(self, intent: Intent, *, send: bool = False) -> None:
        """Show a charge and what can be done about it; with `send` it was just confirmed and is sent."""
        if self.leaving:
            # It stays as it is in the journal: nothing is sent that nobody would see the end of.
            return
        from tui.screens.payments.charge import ChargeDialog

        self.push_screen(ChargeDialog(intent, send=send), self._go_on)

    def _go_on(self, draft: FundDraft | None) -> None:
        if draft is not None:
            self.open_add_funds(draft)

    def look_up(self, intent: Intent) -> None:
        """Find out by reading what became of an open charge, and say what was found."""
        self.run_worker(self._look_up(intent), group="look")

    async def _look_up(self, intent: Intent) -> None:
        try:
            found = await (await self.account_session.open_payments()).look_up(intent)
        except (BillingError, JournalError) as error:
            from tui.screens.shared.account_text import refusal_text

            self.say(f"Could not check {intent.title}. {refusal_text(error)}", severity="warning")
        else:
            if found.state.watched:
                self.say(f"{intent.title}: {sentence(found.note)}")

    def open_or_show(self, url: str, what: str) -> None:
        """Open a checked `url` in the browser, or show it whole where no browser can be opened."""
        if not self.can_open_browser:
            from tui.screens.shared.link import LinkTextDialog

            self.push_screen(LinkTextDialog(url, what))
            return
        self.run_worker(self._browse(url, what), group="browser", exit_on_error=False)

    async def _browse(self, url: str, what: str) -> None:
        """Open the browser in a thread: a text browser would block."""
        import webbrowser

        opened = await asyncio.to_thread(webbrowser.open, url)
        if opened:
            self.say(f"{what} opened in the browser.")
        else:
            self.say("No browser could be opened. y copies the link.", severity="warning")

    def _show_made(self, payment: Payment | None) -> None:
        from tui.domain import CheckoutSession, Intent

        if isinstance(payment, CheckoutSession):
            self.show_checkout(payment)
        elif isinstance(payment, Intent):
            self.show_charge(payment, send=True)
