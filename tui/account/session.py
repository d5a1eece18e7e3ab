"""What is known of an account right now, kept fresh for whoever looks on.

Data flows one way: the session reads, puts together a frozen snapshot and hands it on; screens only show snapshots.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.account.ledger_sync import LedgerSyncService
from tui.account.loaders import READERS
from tui.account.state import SECTIONS, Resource, Section, Snapshot
from tui.domain import SafeText
from tui.providers.base import (
    Capability,
    HasAdmin,
    HasInvoices,
    HasLedger,
    HasOrders,
    HasPortal,
    HasRights,
    HasTopUp,
    having,
)
from tui.providers.changing import HasCardSetup, HasCoupons
from tui.providers.errors import BillingError, NetworkTrouble, NotAuthenticated, ProtocolError
from tui.storage.database import JournalError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tui.account.changes import AccountChanges
    from tui.account.ledger_cache import Preloaded
    from tui.account.payments import PaymentsService
    from tui.account.state import AccountSource, LedgerRows
    from tui.domain import (
        CheckIn,
        CheckoutSession,
        Clock,
        CouponOffer,
        Invoice,
        InvoiceLinks,
        LinkRequest,
        Money,
        Order,
        OwnedTransaction,
    )
    from tui.payments.text import Payment
    from tui.providers.base import Provider

REFRESH = timedelta(seconds=60)
"""How often balance and newest transactions are read again by themselves."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class AccountSession:
    """Reads one account and watches its checkout sessions.

    `on_snapshot` is called with each new snapshot, `on_settled` with each payment that came to an outcome; both on
    the event loop.
    Its tasks belong to the app: no screen can cancel a call that is under way.
    """

    def __init__(
        self,
        source: AccountSource,
        journal_file: Path,
        clock: Clock,
        on_snapshot: Callable[[Snapshot], None],
        on_settled: Callable[[Payment], None],
    ) -> None:
        """Take what is needed; nothing is read before `start`."""
        self.snapshot = Snapshot(source.name, source.provider_title, source.mode, low_balance=source.low_balance)
        self._source = source
        self._journal_file = journal_file
        self._clock = clock
        self.ledger = LedgerSyncService(journal_file, clock, self._show_ledger)
        self._on_snapshot = on_snapshot
        self._on_settled = on_settled
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: set[Section] = set()
        self._again: set[Section] = set()
        self._connecting = False
        self._provider: Provider | None = None
        self._payments: PaymentsService | None = None
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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.ledger.close()
        if self._provider is not None:
            await self._provider.aclose()
        if self._payments is not None:
            self._payments.close()
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
        self._open_desk(provider)
        self.refresh(*Section)
        self._spawn(self._learn_rights(provider))
        self._spawn(self._refresh_now_and_then())

    def _open_desk(self, provider: Provider) -> None:
        """Begin to watch payments; without a journal the rest works, and paying says why it cannot."""
        from tui.account.payments import PaymentsService

        try:
            self._payments = PaymentsService(
                provider, self._journal_file, self._clock, self._read_journals, self._settled
            )
        except JournalError as error:
            self._show(watch_note=SafeText(error))
            return
        if self._payments.notice:
            self._show(journal_notice=SafeText(self._payments.notice))
        self._read_journals()
        self._spawn(self._payments.watch())
        self._spawn(self._payments.watch_charges())

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
            self.refresh(Section.ADMIN)

    async def all_transactions(self, offset: int) -> tuple[OwnedTransaction, ...]:
        """Read a page of everybody's transactions. Raises BillingError."""
        return await having(self._connected(), HasAdmin).all_transactions(offset)

    async def _refresh_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(REFRESH.total_seconds())
            if not self._refused:
                self.refresh(Section.BALANCE, Section.LOTS)
                if self.ledger.idle:
                    self.refresh(Section.LEDGER)

    # -- reading ------------------------------------------------------------------------------------------------

    def refresh(self, *sections: Section) -> None:
        """Read parts again; a part already being read is read once more after that."""
        if self._provider is None:
            if self.snapshot.connect_error is not None:
                self.start()
            return
        for section in sections:
            if SECTIONS[section] not in self._provider.capabilities:
                continue
            if section is Section.LEDGER:
                self.ledger.refresh(self._provider.account, having(self._provider, HasLedger))
            elif section in self._reading:
                self._again.add(section)
            else:
                self._reading.add(section)
                self._spawn(self._read(section, self._provider))

    async def _read(self, section: Section, provider: Provider) -> None:
        before = self.snapshot.part(section)
        self._show_part(section, before._replace(reading=True))
        try:
            value = await READERS[section](provider)
        except BillingError as error:
            part = self.snapshot.part(section)._replace(error=error.to_keep(), reading=False)
            if isinstance(error, NotAuthenticated):
                self._token_refused(error)
        except Exception as fault:
            # A fault of our own in one part is said there; it must not take the other parts or the watch with it.
            _log.exception("Reading %s failed.", section.value)
            unusable = ProtocolError(SafeText(f"The answer could not be used ({type(fault).__name__})."))
            part = self.snapshot.part(section)._replace(error=unusable, reading=False)
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
        self._show(ledger=part)
        if isinstance(part.error, NotAuthenticated) and not part.reading:
            self._token_refused(part.error)
        elif part.error is None and part.as_of is not None:
            self._token_works()

    async def invoice(self, invoice_id: str) -> Invoice:
        """Read one invoice with its lines. Raises BillingError, BadId."""
        return await having(self._connected(), HasInvoices).invoice(invoice_id)

    async def invoice_links(self, invoice_id: str) -> InvoiceLinks:
        """Ask where one invoice can be seen. Raises BillingError, BadId."""
        return await having(self._connected(), HasInvoices).invoice_links(invoice_id)

    async def order(self, order_id: str) -> Order:
        """Read one order. Raises BillingError, BadId."""
        return await having(self._connected(), HasOrders).order(order_id)

    async def portal_link(self) -> str:
        """Ask for a link to the billing portal. Raises BillingError."""
        return await having(self._connected(), HasPortal).portal_link()

    async def check_in(self) -> CheckIn:
        """Ask for today's credits, and read what that changed. Raises BillingError."""
        done = await self.changes.check_in()
        self._show(checked_in_at=self._clock.now() + self._connected().server_offset)
        return done

    @property
    def changes(self) -> AccountChanges:
        """Where changes that move no money are sent. Raises BillingError with words while nothing is connected."""
        if self._changes is None:
            self._connected()
            raise NetworkTrouble(SafeText("The account is not connected yet."))
        return self._changes

    async def coupon(self, code: str, purchase: Money | None) -> CouponOffer:
        """Ask what a coupon would give; nothing is redeemed. Raises BillingError."""
        return await having(self._connected(), HasCoupons).coupon(code, purchase)

    @property
    def stripe_base_url(self) -> str:
        """Where card data goes; the account has the capability to add cards. Raises BillingError."""
        return having(self._connected(), HasCardSetup).stripe_base_url

    # -- paying -------------------------------------------------------------------------------------------------

    @property
    def payments(self) -> PaymentsService:
        """Where payments are made. Raises JournalError with words while there is none."""
        if self._payments is None and self._provider is not None:
            # What kept the journal from being opened may be over by now.
            self._open_desk(self._provider)
        if self._payments is None:
            raise JournalError(str(self.snapshot.watch_note or "The account is not connected yet. Try again."))
        return self._payments

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
        session = await self.payments.open_checkout(request)
        self.refresh(Section.ORDERS)
        return session

    def check_now(self, session_id: str) -> None:
        """Look at a checkout session at once; one that ended unpaid is watched again."""
        session = self.session(session_id)
        if session is None:
            return
        try:
            self.payments.check_now(session)
        except JournalError as error:
            self._show(watch_note=SafeText(error))

    def session(self, session_id: str) -> CheckoutSession | None:
        """A checkout session as last seen."""
        return next((each for each in self.snapshot.checkouts if each.session_id == session_id), None)

    def _settled(self, payment: Payment) -> None:
        """A payment came to an outcome: tell, and read what it changed."""
        self._on_settled(payment)
        if payment.state.succeeded:
            parts = (
                Section.BALANCE,
                Section.LOTS,
                Section.LEDGER,
                Section.SUBSCRIPTIONS,
                Section.INVOICES,
                Section.ORDERS,
                Section.ADMIN,
            )
            self.refresh(*parts)
        else:
            self.refresh(Section.ORDERS)

    def _read_journals(self) -> None:
        if self._payments is None:
            return
        try:
            changes = {"checkouts": self._payments.checkouts(), "intents": self._payments.intents()}
        except JournalError as error:
            self._show(watch_note=SafeText(error))
        else:
            self._show(**changes, watch_note=self._payments.trouble)

    def _token_refused(self, error: NotAuthenticated) -> None:
        """Ask nothing more by itself: whoever looks on is told once, and goes on by refreshing."""
        if self._payments is not None:
            self._payments.pause(error.message)
            self._read_journals()

    def _token_works(self) -> None:
        if self._payments is not None:
            self._payments.resume()
            if self.snapshot.watch_note is not None:
                self._read_journals()

    # -- helpers ------------------------------------------------------------------------------------------------

    def _connected(self) -> Provider:
        if self._provider is None:
            raise self.snapshot.connect_error or NetworkTrouble(SafeText("The account is not connected yet."))
        return self._provider

    def _show(self, **changes: object) -> None:
        # The names are checked at run time; the type cannot be spelt for open keywords.
        self.snapshot = self.snapshot._replace(**changes)  # type: ignore[arg-type]
        self._on_snapshot(self.snapshot)

    def _show_part(self, section: Section, part: Resource[object]) -> None:
        self._show(**{section.value: part})

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
