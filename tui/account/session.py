"""What is known of an account right now, kept fresh for whoever looks on.

Data flows one way: the session reads, puts together a frozen snapshot and hands it on; screens only show snapshots.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tui.account.ledger_sync import LedgerSyncService
from tui.account.state import Resource, Section, Snapshot
from tui.domain import SafeText
from tui.providers.base import Capability, HasCheckIn, HasLedger, HasRights, HasTopUp, having
from tui.providers.changing import HasCoupons
from tui.providers.errors import NOT_CONNECTED, BillingError, NetworkTrouble, NotAuthenticated, unusable
from tui.storage.database import JournalError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tui.account.changes import AccountChanges
    from tui.account.ledger_cache import Preloaded
    from tui.account.payments import PaymentsService
    from tui.account.state import AccountSource, LedgerRows
    from tui.domain import CheckIn, CheckoutSession, Clock, CouponOffer, LinkRequest, Money
    from tui.payments.events import Payment, PaymentChanged
    from tui.providers.base import Provider

REFRESH = timedelta(seconds=60)
"""How often balance and newest transactions are read again by themselves."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class AccountSession:
    """Reads one account and watches its checkout sessions.

    `on_snapshot` is called with each new snapshot, `on_payment` with each change of a payment once the snapshot has it;
    both on the event loop.
    Its tasks belong to the app: no screen can cancel a call that is under way.
    """

    def __init__(
        self,
        source: AccountSource,
        journal_file: Path,
        clock: Clock,
        on_snapshot: Callable[[Snapshot], None],
        on_payment: Callable[[PaymentChanged[Payment]], None],
    ) -> None:
        self.snapshot = Snapshot(source.name, source.provider_title, source.mode, low_balance=source.low_balance)
        self._source = source
        self._journal_file = journal_file
        self._clock = clock
        self.ledger = LedgerSyncService(journal_file, clock, self._show_ledger)
        self._on_snapshot = on_snapshot
        self._on_payment = on_payment
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: set[Section[Any]] = set()
        self._again: set[Section[Any]] = set()
        self._connecting = False
        self._provider: Provider | None = None
        self._payments: PaymentsService | None = None
        self._opening = asyncio.Lock()
        self._refusal: SafeText | None = None
        """Why the token was refused; None while it works."""
        self._changes: AccountChanges | None = None

    # -- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect in the background, then read everything and watch open sessions."""
        if not self._connecting and self._provider is None:
            self._connecting = True
            self._spawn(self._connect())

    async def open_copy(self, begun: Future[Preloaded] | None = None) -> None:
        """Take what is known already into the picture: the local copy of the ledger, where it is known whose."""
        if self._source.fingerprint is not None:
            await self.ledger.open(self._source.fingerprint, begun)

    async def close(self) -> None:
        """Stop reading; calls that pay are waited for, so that what they come to reaches the journal."""
        await self.answered()
        if self._changes is not None:
            await self._changes.drain()
        async with self._opening:
            # Cancelled, the journal would be opened all the same, and nobody would close it.
            pass
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.ledger.close()
        if self._provider is not None:
            await self._provider.aclose()
        if self._payments is not None:
            await self._payments.close()
        await asyncio.to_thread(self._source.close)

    async def _connect(self) -> None:
        try:
            await self._make_connection()
        finally:
            self._connecting = False

    async def _make_connection(self) -> None:
        self._show(connect_error=None)
        # What is known already comes first: connecting loads the whole network side.
        await self.open_copy()
        self._spawn(self.ledger.tell_all())
        try:
            provider = await asyncio.to_thread(self._source.connect)
        except BillingError as error:
            self._show(connect_error=error.to_keep())
            return
        except Exception as fault:
            # Without words here "Connecting…" would stand for ever.
            _log.exception("Connecting failed.")
            self._show(
                connect_error=BillingError(
                    SafeText(f"Connecting failed by a fault of billtop ({type(fault).__name__})."),
                    hint=SafeText("Please report it with the end of billtop's log."),
                )
            )
            return
        from tui.account.changes import AccountChanges

        self._provider = provider
        self._changes = AccountChanges(provider, self.refresh)
        sizes = provider.top_up_sizes if isinstance(provider, HasTopUp) else ()
        self._show(account=provider.account, capabilities=provider.capabilities, top_up_sizes=sizes)
        self.refresh(*Snapshot.sections())
        self._spawn(self._watch_payments())
        self._spawn(self._learn_rights(provider))
        self._spawn(self._refresh_now_and_then())

    async def _watch_payments(self) -> None:
        """Watch payments; without a journal the rest works, and paying says why it cannot."""
        with suppress(JournalError):
            await self.open_payments()

    async def open_payments(self) -> PaymentsService:
        """Where payments are made, opened where it is not yet. Raises JournalError with words while it cannot be."""
        async with self._opening:
            if self._payments is None:
                self._payments = await self._opened_payments()
        return self._payments

    async def _opened_payments(self) -> PaymentsService:
        from tui.account.payments import PaymentsService

        if self._provider is None:
            raise JournalError("The account is not connected yet. Try again.")
        try:
            payments = await PaymentsService.open(
                self._provider, self._journal_file, self._clock, self._payment_changed, self._show_trouble
            )
        except JournalError as error:
            self._show_trouble(SafeText(error))
            raise
        if self._refusal is not None:
            payments.pause(self._refusal)
        notice = SafeText(payments.notice) if payments.notice else None
        self._show(
            checkouts=payments.checkouts, intents=payments.intents, watch_note=payments.trouble, journal_notice=notice
        )
        self._spawn(payments.watch())
        self._spawn(payments.watch_charges())
        return payments

    @property
    def _refused(self) -> bool:
        """Whether the credential was refused: asking again with it would only be a storm."""
        return any(isinstance(part.error, NotAuthenticated) for part in (self.snapshot.balance, self.snapshot.ledger))

    async def _learn_rights(self, provider: Provider) -> None:
        """Ask what the credential's role adds, until it is told."""
        while Capability.RIGHTS in provider.capabilities:
            try:
                added = await having(provider, HasRights).rights()
            except BillingError:
                await asyncio.sleep(REFRESH.total_seconds())
                while self._refused:
                    await asyncio.sleep(REFRESH.total_seconds())
                continue
            provider.capabilities = (provider.capabilities | added) - {Capability.RIGHTS}
            self._show(capabilities=provider.capabilities)
            self.refresh(Snapshot.admin)

    async def _refresh_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(REFRESH.total_seconds())
            if not self._refused:
                live = (each for each in Snapshot.sections() if each.live)
                self.refresh(*(each for each in live if each is not Snapshot.ledger or self.ledger.idle))

    # -- reading ------------------------------------------------------------------------------------------------

    def refresh(self, *sections: Section[Any]) -> None:
        """Read parts again; a part already being read is read once more after that."""
        if self._provider is None:
            if self.snapshot.connect_error is not None:
                self.start()
            return
        for section in sections:
            if section.capability not in self._provider.capabilities:
                continue
            if section is Snapshot.ledger:
                self.ledger.refresh(self._provider.account, having(self._provider, HasLedger))
            elif section in self._reading:
                self._again.add(section)
            else:
                self._reading.add(section)
                self._spawn(self._read(section, self._provider))

    async def _read(self, section: Section[T], provider: Provider) -> None:
        before = self.snapshot.part(section)
        self._show_part(section, before._replace(reading=True))
        try:
            value = await section.load(provider)
        except BillingError as error:
            part = self.snapshot.part(section)._replace(error=error.to_keep(), reading=False)
            if isinstance(error, NotAuthenticated):
                self._token_refused(error)
        except Exception as fault:
            # A fault of our own in one part is said there; it must not take the other parts or the watch with it.
            _log.exception("Reading %s failed.", section.title)
            part = self.snapshot.part(section)._replace(error=unusable(fault), reading=False)
        else:
            part = Resource(value, self._clock.now())
            self._token_works()
        finally:
            self._reading.discard(section)
        self._show_part(section, part)
        if section in self._again:
            self._again.discard(section)
            self.refresh(section)

    def _show_ledger(self, part: Resource[LedgerRows]) -> None:
        self._show_part(Snapshot.ledger, part)
        if isinstance(part.error, NotAuthenticated) and not part.reading:
            self._token_refused(part.error)
        elif part.error is None and part.as_of is not None:
            self._token_works()

    def able(self, protocol: type[T]) -> T:
        """The account for what is read when it is asked for and kept in no snapshot. Raises BillingError."""
        return having(self._connected(), protocol)

    async def check_in(self) -> CheckIn:
        """Ask for today's credits, and read what that changed. Raises BillingError."""
        done = await self.changes.send(HasCheckIn, lambda it: it.check_in())
        self._show(checked_in_at=self._clock.now() + self._connected().server_offset)
        return done

    @property
    def changes(self) -> AccountChanges:
        """Where changes that move no money are sent. Raises BillingError with words while nothing is connected."""
        if self._changes is None:
            self._connected()
            raise NetworkTrouble(NOT_CONNECTED)
        return self._changes

    async def coupon(self, code: str, purchase: Money | None) -> CouponOffer:
        """Ask what a coupon would give; nothing is redeemed. Raises BillingError."""
        return await having(self._connected(), HasCoupons).coupon(code, purchase)

    # -- paying -------------------------------------------------------------------------------------------------

    @property
    def paying(self) -> bool:
        """Whether a call about a payment is on its way."""
        return self._payments is not None and self._payments.busy

    async def answered(self) -> None:
        """Wait until no call about a payment is on its way."""
        if self._payments is not None:
            await self._payments.drain()

    async def open_checkout(self, request: LinkRequest) -> CheckoutSession:
        """Make a payment link. Raises BillingError, JournalError, BadPaymentUrl.

        Cancelling the caller (a dialog that closes) does not cancel the call: the link reaches the journal.
        """
        session = await (await self.open_payments()).open_checkout(request)
        self.refresh(Snapshot.orders)
        return session

    def check_now(self, session_id: str) -> None:
        """Look at a checkout session at once; one that ended unpaid is watched again."""
        session = self.session(session_id)
        if session is not None:
            self._spawn(self._check_now(session))

    async def _check_now(self, session: CheckoutSession) -> None:
        try:
            await (await self.open_payments()).check_now(session)
        except JournalError as error:
            self._show_trouble(SafeText(error))

    def session(self, session_id: str) -> CheckoutSession | None:
        """A checkout session as last seen."""
        return next((each for each in self.snapshot.checkouts if each.session_id == session_id), None)

    def _payment_changed(self, event: PaymentChanged[Payment]) -> None:
        """Show a payment as it is now, announce it, and read what its outcome changed."""
        if self._payments is not None:
            self._show(checkouts=self._payments.checkouts, intents=self._payments.intents)
        self._on_payment(event)
        if event.settled and event.payment.state.succeeded:
            self.refresh(*(each for each in Snapshot.sections() if each.paid_for))
        elif event.settled:
            self.refresh(Snapshot.orders)

    def _show_trouble(self, trouble: SafeText | None) -> None:
        """Say why open payments are not being checked; None while they are."""
        if trouble != self.snapshot.watch_note:
            self._show(watch_note=trouble)

    def _token_refused(self, error: NotAuthenticated) -> None:
        """Ask nothing more by itself: whoever looks on is told once, and goes on by refreshing."""
        self._refusal = error.message
        if self._payments is not None:
            self._payments.pause(error.message)

    def _token_works(self) -> None:
        self._refusal = None
        if self._payments is not None:
            self._payments.resume()

    # -- helpers ------------------------------------------------------------------------------------------------

    def _connected(self) -> Provider:
        if self._provider is None:
            raise self.snapshot.connect_error or NetworkTrouble(NOT_CONNECTED)
        return self._provider

    def _show(self, **changes: object) -> None:
        # The names are checked at run time; the type cannot be spelt for open keywords.
        self.snapshot = self.snapshot._replace(**changes)  # type: ignore[arg-type]
        self._on_snapshot(self.snapshot)

    def _show_part(self, section: Section[T], part: Resource[T]) -> None:
        self._show(parts=self.snapshot.with_part(section, part).parts)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
