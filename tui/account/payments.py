"""Where payments are made and watched, for one account, whatever screen is shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

from tui.domain import Adjustment, CallKind, CheckoutSession, CheckoutState, Intent, SafeText, zero
from tui.payments.checkouts.links import open_checkout
from tui.payments.checkouts.poller import CheckoutPoller
from tui.payments.events import Payment, PaymentChanged, payment_id
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import Blocked
from tui.payments.intents.reconciliation import reconcile
from tui.payments.intents.watch import ChargeWatch
from tui.payments.journals import Journals
from tui.payments.kinds import name_of, title_of
from tui.providers.base import HasAdmin, HasFund, HasPaymentLink, HasTopUp, having
from tui.providers.changing import HasCoupons, HasSubscriptionChanges, HasWithdrawal
from tui.storage.database import JournalError
from tui.storage.journal_thread import in_journal_thread

if TYPE_CHECKING:
    from tui.domain import Clock, CouponOffer, LinkRequest, Money, MoneyCall, PaymentMethod, Plan, Subscription
    from tui.providers.base import Provider

RESTART_S = 60.0
"""Seconds before a watch that failed by a fault of our own starts again."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class PaymentsService:
    """The payments of one account: journals, the poller of checkout sessions, the executor of money calls.

    It owns every payment: each change is announced to `on_event` as one PaymentChanged, after `checkouts` and `intents`
    have it; `on_trouble` gets the reason why open payments are not being checked, None when they are. Both are called
    on the event loop. Nothing here belongs to a screen: closing one stops no call. No call blocks the loop: the journal
    has a thread of its own.
    """

    def __init__(
        self,
        provider: Provider,
        journals: Journals,
        clock: Clock,
        on_event: Callable[[PaymentChanged[Payment]], None],
        on_trouble: Callable[[SafeText | None], None],
    ) -> None:
        self.notice = journals.checkouts.notice or journals.intents.notice
        self._journals = journals
        self._provider = provider
        self._clock = clock
        self._on_event = on_event
        self._on_trouble = on_trouble
        self._known: dict[str, Payment] = {}
        self._unrecorded: set[str] = set()
        self._announced: dict[str, CheckoutState] = {}
        self._calls: set[asyncio.Task[Any]] = set()
        self._fault: SafeText | None = None
        self._poller = CheckoutPoller(provider, journals.checkouts, clock, self._looked)
        self._watch = ChargeWatch(self._read_intents, self._look_up, clock)
        self._executor = Executor(provider, journals.intents, clock, self._changed, look=self._reconcile)

    @classmethod
    async def open(
        cls,
        provider: Provider,
        journal_file: Path,
        clock: Clock,
        on_event: Callable[[PaymentChanged[Payment]], None] = lambda _: None,
        on_trouble: Callable[[SafeText | None], None] = lambda _: None,
    ) -> Self:
        """Open the journal and read it. Raises JournalError: without it nothing can be paid."""
        journals = await in_journal_thread(Journals.open, journal_file)
        service = cls(provider, journals, clock, on_event, on_trouble)
        kept = await in_journal_thread(journals.payments, service._account)
        service._known = {payment_id(each): each for each in kept}
        return service

    # -- what there is ------------------------------------------------------------------------------------------

    @property
    def _account(self) -> str:
        return self._provider.account.fingerprint

    @property
    def trouble(self) -> SafeText | None:
        """Why open checkout sessions are not being looked at; None while they are."""
        return self._poller.refused or self._poller.trouble or self._fault

    @property
    def checkouts(self) -> tuple[CheckoutSession, ...]:
        """The account's checkout sessions, open ones first, then the newest."""
        found = [each for each in self._known.values() if isinstance(each, CheckoutSession)]
        return tuple(sorted(found, key=lambda each: (each.state.closed, -each.created_at.timestamp())))

    @property
    def intents(self) -> tuple[Intent, ...]:
        """The account's money calls, unsettled ones first, then the newest."""
        found = [each for each in self._known.values() if isinstance(each, Intent)]
        return tuple(sorted(found, key=lambda each: (not each.state.unsettled, -each.created_at.timestamp())))

    async def refresh(self) -> None:
        """Save what could not be saved before, and read what other instances wrote. Raises JournalError."""
        try:
            for name in tuple(self._unrecorded):
                await in_journal_thread(self._journals.save, self._known[name])
                self._unrecorded.discard(name)
            kept = await in_journal_thread(self._journals.payments, self._account)
        except JournalError as error:
            self._on_trouble(SafeText(error))
            raise
        for payment in kept:
            name = payment_id(payment)
            if name not in self._unrecorded and self._known.get(name) != payment:
                self._changed(PaymentChanged(payment))
        self._on_trouble(self.trouble)

    def _changed(self, event: PaymentChanged[Payment]) -> None:
        """Take a change over and announce it."""
        name = payment_id(event.payment)
        self._known[name] = event.payment
        (self._unrecorded.discard if event.recorded else self._unrecorded.add)(name)
        self._on_event(event)

    # -- checkout sessions --------------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Watch open sessions for ever: a fault of our own must not leave a payment unwatched."""
        while True:
            try:
                await in_journal_thread(self._journals.intents.recover, self._account, self._executor.owner)
                self._fault = None
                await self.refresh()
                await self._poller.run()
            except JournalError as error:
                self._fault = SafeText(error)
            except Exception as fault:
                _log.exception("Watching payments failed.")
                self._fault = SafeText(
                    f"Watching payments failed ({type(fault).__name__}). It starts again automatically."
                )
            self._on_trouble(self.trouble)
            await asyncio.sleep(RESTART_S)

    async def watch_charges(self) -> None:
        """Look for ever at charges whose end only reading can tell: a fault of our own must not leave one alone."""
        while True:
            try:
                await self._watch.run()
            except Exception:
                _log.exception("Watching charges failed.")
            await asyncio.sleep(RESTART_S)

    async def _read_intents(self) -> tuple[Intent, ...]:
        await self.refresh()
        return self.intents

    def pause(self, why: SafeText) -> None:
        """Stop looking: the token was refused, and asking again with it would only be a storm."""
        self._poller.pause(why)
        self._on_trouble(self.trouble)

    def resume(self) -> None:
        """Go on looking after a refused token: an answer came that only a good token gets."""
        self._poller.resume()
        self._watch.resume()
        self._on_trouble(self.trouble)

    async def open_checkout(self, request: LinkRequest) -> CheckoutSession:
        """Make a payment link. Raises BillingError, JournalError, BadPaymentUrl."""
        return await self._uncancelled(self._open_checkout(request))

    async def _open_checkout(self, request: LinkRequest) -> CheckoutSession:
        session = await open_checkout(
            having(self._provider, HasPaymentLink), self._journals.checkouts, self._clock, request
        )
        self._changed(PaymentChanged(session))
        self._poller.wake()
        return session

    async def check_now(self, session: CheckoutSession) -> None:
        """Look at a session at once; one that ended unpaid is watched again. Raises JournalError."""
        if session.state.succeeded:
            return
        if session.state.closed:
            self._announced.pop(session.session_id, None)
            await in_journal_thread(self._journals.checkouts.reopen, session)
        self._poller.check_now(session.session_id)

    def _looked(self, event: PaymentChanged[CheckoutSession]) -> None:
        """Announce what a look at a session found, its end once only."""
        self._fault = None
        session = event.payment
        if event.settled:
            event = replace(event, settled=self._announced.get(session.session_id) is not session.state)
            self._announced[session.session_id] = session.state
        self._changed(event)
        self._on_trouble(self.trouble)

    # -- money calls --------------------------------------------------------------------------------------------

    async def prepare_fund(self, amount: Money, card: PaymentMethod) -> Intent:
        """Create a confirmed charge; nothing is sent. Raises Blocked, JournalError, Invalid, BadId."""
        call = having(self._provider, HasFund).fund_call(amount, card.id)
        return await self._prepare(call, amount, payment_method_id=card.id, card=name_of(card))

    async def prepare_top_up(self, size: Money) -> Intent:
        """Create a confirmed top-up; nothing is sent. Raises Blocked, JournalError, Invalid."""
        return await self._prepare(having(self._provider, HasTopUp).top_up_call(size), size)

    async def prepare_adjustment(self, user_id: str, amount: Money, reason: SafeText) -> Intent:
        """Create a confirmed adjustment; nothing is sent. Raises Blocked, JournalError, Invalid, BadId.

        Its reference makes every one differ, so one that is still open is looked for by what it does.
        """
        title = title_of(CallKind.ADJUSTMENT, amount=amount, user=user_id)
        await self.refresh()
        twin = next((each for each in self.intents if each.state.open and each.title == title), None)
        if twin is not None:
            raise Blocked(twin)
        key = str(uuid4())
        wanted = Adjustment(user_id, amount, reason, reference=f"billtop {key[:8]}")
        call = having(self._provider, HasAdmin).adjust_call(wanted)
        return await self._prepare(call, amount, key=key, user=user_id)

    async def prepare_redeem(self, offer: CouponOffer, purchase: Money | None, card: PaymentMethod | None) -> Intent:
        """Create a confirmed coupon; nothing is sent. Raises Blocked, JournalError, Invalid, BadId."""
        bought = purchase if offer.needs_purchase else None
        call = having(self._provider, HasCoupons).redeem_call(offer, bought, card.id if card else None)
        charged = f", {bought} from {name_of(card)}" if bought and card else ""
        return await self._prepare(call, bought or offer.gives or zero("USD"), code=f"{offer.code}{charged}")

    async def prepare_withdrawal(self, amount: Money) -> Intent:
        """Create a confirmed withdrawal; nothing is sent. Raises Blocked, JournalError, Invalid."""
        return await self._prepare(having(self._provider, HasWithdrawal).withdraw_call(amount), amount)

    async def prepare_subscribe(self, plan: Plan, price: Money, card: PaymentMethod) -> Intent:
        """Create a confirmed subscription; nothing is sent. Raises Blocked, JournalError, BadId."""
        call = having(self._provider, HasSubscriptionChanges).subscribe_call(plan.id, card.id)
        return await self._prepare(call, price, plan=plan.name, card=name_of(card))

    async def prepare_restart(self, subscription: Subscription, price: Money) -> Intent:
        """Create a confirmed new billing period; nothing is sent. Raises what `_prepare` raises."""
        call = await having(self._provider, HasSubscriptionChanges).restart_call(subscription)
        return await self._prepare(call, price, plan=subscription.plan_name)

    async def prepare_repair(self, subscription: Subscription, price: Money) -> Intent:
        """Create a confirmed payment of what is owed; nothing is sent. Raises what `_prepare` raises."""
        call = await having(self._provider, HasSubscriptionChanges).repair_call(subscription)
        return await self._prepare(call, price, plan=subscription.plan_name)

    async def _prepare(
        self,
        call: MoneyCall,
        amount: Money,
        *,
        payment_method_id: str | None = None,
        key: str | None = None,
        **parts: object,
    ) -> Intent:
        """Create a call whose title is made from `parts`. Raises Blocked, JournalError, BillingError, BadId."""
        title = title_of(call.kind, amount=amount, **parts)
        about = {"title": title, "amount": amount, "payment_method_id": payment_method_id, "key": key}
        return await self._uncancelled(self._prepared(call, about))

    async def _prepared(self, call: MoneyCall, about: Mapping[str, Any]) -> Intent:
        intent = await in_journal_thread(self._executor.prepare, call, **about)
        self._changed(PaymentChanged(intent))
        return intent

    async def execute(self, intent: Intent) -> Intent:
        """Send a prepared or unknown charge and return its outcome.

        Raises WrongAccount, NotRepeatable, JournalError.
        """
        return await self._uncancelled(self._execute(intent))

    async def _execute(self, intent: Intent) -> Intent:
        settled = await self._executor.execute(intent)
        self._watch.wake()
        return settled

    async def look_up(self, intent: Intent) -> Intent:
        """Find out by reading what became of an open charge; nothing is sent. Raises BillingError, JournalError."""
        return await self._uncancelled(self._look_up(intent))

    async def _look_up(self, intent: Intent) -> Intent:
        found = await self._reconcile(intent)
        self._changed(PaymentChanged(found, settled=not found.state.open and found.state is not intent.state))
        return found

    async def _reconcile(self, intent: Intent) -> Intent:
        return await reconcile(self._provider, self._journals.intents, self._clock, intent, self.checkouts)

    async def dismiss(self, payment: Payment) -> Payment:
        """Stop asking about a payment, so that it blocks no other; return it as it is now. Raises JournalError.

        It may have ended meanwhile; one that another running billtop is handling stays as it is.
        """
        dismissed = await in_journal_thread(self._journals.dismiss, payment, self._executor.owner, self._clock.now())
        if isinstance(dismissed, CheckoutSession):
            # Whoever dismissed it knows; that it was paid after all would be news.
            self._announced[dismissed.session_id] = dismissed.state
        self._changed(PaymentChanged(dismissed))
        return dismissed

    # -- life ---------------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a call is on its way."""
        return bool(self._calls)

    async def drain(self) -> None:
        """Wait for calls under way, so that what they come to reaches the journal."""
        await self._executor.drain()
        if self._calls:
            # Not gather: cancelling the wait must not cancel the calls.
            await asyncio.wait(self._calls)

    async def close(self) -> None:
        """Close the journals; `drain` first."""
        await in_journal_thread(self._journals.close, self._executor.owner)

    async def _uncancelled(self, call: Coroutine[None, None, T]) -> T:
        """Await `call` in a task of its own: a dialog that closes cancels the wait, not the call or its news."""
        task = asyncio.ensure_future(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return await asyncio.shield(task)
