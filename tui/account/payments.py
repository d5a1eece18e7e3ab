"""Where payments are made and watched, for one account, whatever screen is shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from tui.domain import Adjustment, CallKind, CheckoutSession, CheckoutState, Intent, SafeText, zero
from tui.payments.checkouts.journal import CheckoutJournal, JournalError
from tui.payments.checkouts.links import open_checkout
from tui.payments.checkouts.poller import CheckoutPoller
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import Blocked, IntentJournal
from tui.payments.intents.reconciliation import reconcile
from tui.payments.intents.watch import ChargeWatch
from tui.payments.kinds import name_of, title_of
from tui.payments.text import Payment
from tui.providers.base import HasAdmin, HasFund, HasPaymentLink, HasTopUp, having
from tui.providers.changing import HasCoupons, HasSubscriptionChanges, HasWithdrawal

if TYPE_CHECKING:
    from tui.domain import Clock, CouponOffer, LinkRequest, Money, MoneyCall, PaymentMethod, Plan, Subscription
    from tui.providers.base import Provider

_RESTART = 60.0
"""Seconds before a watch that failed by a fault of our own starts again."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class PaymentsService:
    """The payments of one account: journals, the poller of checkout sessions, the executor of money calls.

    `on_change` is told that something moved, `on_settled` of each checkout session that ended and each intent that
    came to an outcome, once. Nothing here belongs to a screen: closing one stops no call.
    """

    def __init__(
        self,
        provider: Provider,
        journal_file: Path,
        clock: Clock,
        on_change: Callable[[], None],
        on_settled: Callable[[Payment], None],
    ) -> None:
        """Open the journal. Raises JournalError: without it nothing can be paid."""
        self.checkouts_journal = CheckoutJournal(journal_file)
        try:
            self.intents_journal = IntentJournal(journal_file)
        except JournalError:
            self.checkouts_journal.close()
            raise
        self.notice = self.checkouts_journal.notice or self.intents_journal.notice
        self._provider = provider
        self._clock = clock
        self._on_change = on_change
        self._on_settled = on_settled
        self._told: dict[str, CheckoutState] = {}
        self._calls: set[asyncio.Task[Any]] = set()
        self._fault: SafeText | None = None
        self._poller = CheckoutPoller(provider, self.checkouts_journal, clock, self._looked)
        self._watch = ChargeWatch(self.intents, self._look_up, clock)
        self._executor = Executor(provider, self.intents_journal, clock, lambda _: on_change(), look=self._reconcile)

    # -- what there is ------------------------------------------------------------------------------------------

    @property
    def _account(self) -> str:
        return self._provider.account.fingerprint

    @property
    def trouble(self) -> SafeText | None:
        """Why open checkout sessions are not being looked at; None while they are."""
        return self._poller.refused or self._poller.trouble or self._fault

    def checkouts(self) -> tuple[CheckoutSession, ...]:
        """The account's checkout sessions, open ones first. Raises JournalError."""
        return self.checkouts_journal.sessions(self._account)

    def intents(self) -> tuple[Intent, ...]:
        """The account's money calls, open ones first. Raises JournalError."""
        return self.intents_journal.intents(self._account)

    # -- checkout sessions --------------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Watch open sessions for ever: a fault of our own must not leave a payment unwatched."""
        while True:
            try:
                self.intents_journal.recover(self._account, self._executor.owner)
                self._fault = None
                self._on_change()
                await self._poller.run()
            except JournalError as error:
                self._fault = SafeText(error)
                self._on_change()
            except Exception as fault:
                _log.exception("Watching payments failed.")
                self._fault = SafeText(f"Watching payments failed ({type(fault).__name__}); it starts again by itself.")
                self._on_change()
            await asyncio.sleep(_RESTART)

    async def watch_charges(self) -> None:
        """Look for ever at charges whose end only reading can tell: a fault of our own must not leave one alone."""
        while True:
            try:
                await self._watch.run()
            except Exception:
                _log.exception("Watching charges failed.")
            await asyncio.sleep(_RESTART)

    def pause(self, why: SafeText) -> None:
        """Stop looking: the token was refused, and asking again with it would only be a storm."""
        self._poller.pause(why)

    def resume(self) -> None:
        """Go on looking after a refused token: an answer came that only a good token gets."""
        self._poller.resume()
        self._watch.resume()

    async def open_checkout(self, request: LinkRequest) -> CheckoutSession:
        """Make a payment link. Raises BillingError, JournalError, BadPaymentUrl."""
        return await self._uncancelled(self._open_checkout(request))

    async def _open_checkout(self, request: LinkRequest) -> CheckoutSession:
        session = await open_checkout(
            having(self._provider, HasPaymentLink), self.checkouts_journal, self._clock, request
        )
        self._on_change()
        self._poller.wake()
        return session

    def check_now(self, session: CheckoutSession) -> None:
        """Look at a session at once; one that ended unpaid is watched again. Raises JournalError."""
        if session.state.succeeded:
            return
        if session.state.closed:
            self._told.pop(session.session_id, None)
            self.checkouts_journal.reopen(session)
        self._poller.check_now(session.session_id)

    def _looked(self, session: CheckoutSession) -> None:
        self._fault = None
        self._on_change()
        if session.state.closed and self._told.get(session.session_id) is not session.state:
            self._told[session.session_id] = session.state
            self._on_settled(session)

    # -- money calls --------------------------------------------------------------------------------------------

    def prepare_fund(self, amount: Money, card: PaymentMethod) -> Intent:
        """Create a confirmed charge; nothing is sent. Raises Blocked, JournalError, Invalid, BadId."""
        title = title_of(CallKind.FUND, amount=amount, card=name_of(card))
        call = having(self._provider, HasFund).fund_call(amount, card.id)
        return self._executor.prepare(call, title=title, amount=amount, payment_method_id=card.id)

    def prepare_top_up(self, size: Money) -> Intent:
        """Create a confirmed top-up; nothing is sent. Raises Blocked, JournalError, Invalid."""
        call = having(self._provider, HasTopUp).top_up_call(size)
        title = title_of(CallKind.TOP_UP, amount=size)
        return self._executor.prepare(call, title=title, amount=size, payment_method_id=None)

    def prepare_adjustment(self, user_id: str, amount: Money, reason: SafeText) -> Intent:
        """Create a confirmed adjustment; nothing is sent. Raises Blocked, JournalError, Invalid, BadId.

        Its reference makes every one differ, so one that is still open is looked for by what it does.
        """
        title = title_of(CallKind.ADJUSTMENT, amount=amount, user=user_id)
        twin = next((each for each in self.intents() if each.state.open and each.title == title), None)
        if twin is not None:
            raise Blocked(twin)
        key = str(uuid4())
        wanted = Adjustment(user_id, amount, reason, reference=f"billtop {key[:8]}")
        call = having(self._provider, HasAdmin).adjust_call(wanted)
        return self._executor.prepare(call, title=title, amount=amount, payment_method_id=None, key=key)

    def prepare_redeem(self, offer: CouponOffer, purchase: Money | None, card: PaymentMethod | None) -> Intent:
        """Create a confirmed coupon; nothing is sent. Raises Blocked, JournalError, Invalid, BadId."""
        bought = purchase if offer.needs_purchase else None
        call = having(self._provider, HasCoupons).redeem_call(offer, bought, card.id if card else None)
        charged = f", {bought} from {name_of(card)}" if bought and card else ""
        return self._prepare_change(call, bought or offer.gives or zero("USD"), code=f"{offer.code}{charged}")

    def prepare_withdrawal(self, amount: Money) -> Intent:
        """Create a confirmed withdrawal; nothing is sent. Raises Blocked, JournalError, Invalid."""
        call = having(self._provider, HasWithdrawal).withdraw_call(amount)
        return self._prepare_change(call, amount)

    def prepare_subscribe(self, plan: Plan, price: Money, card: PaymentMethod) -> Intent:
        """Create a confirmed subscription; nothing is sent. Raises Blocked, JournalError, BadId."""
        call = having(self._provider, HasSubscriptionChanges).subscribe_call(plan.id, card.id)
        return self._prepare_change(call, price, plan=plan.name, card=name_of(card))

    async def prepare_restart(self, subscription: Subscription, price: Money) -> Intent:
        """Create a confirmed new billing period; nothing is sent. Raises what `_prepare_change` raises."""
        call = await having(self._provider, HasSubscriptionChanges).restart_call(subscription)
        return self._prepare_change(call, price, plan=subscription.plan_name)

    async def prepare_repair(self, subscription: Subscription, price: Money) -> Intent:
        """Create a confirmed payment of what is owed; nothing is sent. Raises what `_prepare_change` raises."""
        call = await having(self._provider, HasSubscriptionChanges).repair_call(subscription)
        return self._prepare_change(call, price, plan=subscription.plan_name)

    def _prepare_change(self, call: MoneyCall, price: Money, **parts: object) -> Intent:
        """Raises Blocked, JournalError, BillingError, BadId."""
        title = title_of(call.kind, amount=price, **parts)
        return self._executor.prepare(call, title=title, amount=price, payment_method_id=None)

    async def execute(self, intent: Intent) -> Intent:
        """Send a prepared or unknown charge and return its outcome.

        Raises WrongAccount, NotRepeatable, JournalError.
        """
        return await self._uncancelled(self._execute(intent))

    async def _execute(self, intent: Intent) -> Intent:
        settled = await self._executor.execute(intent)
        self._on_settled(settled)
        self._watch.wake()
        return settled

    async def look_up(self, intent: Intent) -> Intent:
        """Find out by reading what became of an open charge; nothing is sent. Raises BillingError, JournalError."""
        return await self._uncancelled(self._look_up(intent))

    async def _look_up(self, intent: Intent) -> Intent:
        found = await self._reconcile(intent)
        self._on_change()
        if not found.state.open and found.state is not intent.state:
            self._on_settled(found)
        return found

    async def _reconcile(self, intent: Intent) -> Intent:
        return await reconcile(self._provider, self.intents_journal, self._clock, intent, self.checkouts())

    def dismiss(self, payment: Payment) -> Payment:
        """Stop asking about a payment, so that it blocks no other; return where it stands. Raises JournalError."""
        left: Payment
        if isinstance(payment, CheckoutSession):
            known = self.checkouts_journal.get(self._account, payment.session_id) or payment
            left = self.checkouts_journal.dismiss(known, self._clock.now())
            # Whoever dismissed it knows; that it was paid after all would be news.
            self._told[left.session_id] = left.state
        else:
            intent = self.intents_journal.get(payment.intent_id) or payment
            left = self.intents_journal.dismiss(intent, self._executor.owner, self._clock.now())
        self._on_change()
        return left

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

    def close(self) -> None:
        """Close the journals; `drain` first."""
        # A disk that is full now must not end the app with a fault: a lease ends with its process anyway.
        with suppress(JournalError):
            self.intents_journal.release(self._executor.owner)
        self.checkouts_journal.close()
        self.intents_journal.close()

    async def _uncancelled(self, call: Coroutine[None, None, T]) -> T:
        """Await `call` in a task of its own: a dialog that closes cancels the wait, not the call or its news."""
        task = asyncio.ensure_future(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return await asyncio.shield(task)
