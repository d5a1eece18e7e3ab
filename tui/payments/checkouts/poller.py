"""One poller for all checkout sessions of an account, however many screens look on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tui.domain import CheckoutSession, Clock, ConfirmAnswer, ConfirmKind, SafeText
from tui.payments.checkouts.journal import CheckoutJournal, JournalError
from tui.payments.checkouts.ledger import by_ledger, has_rivals
from tui.payments.checkouts.outcome import settle
from tui.payments.events import PaymentChanged
from tui.payments.evidence import judge_checkout
from tui.payments.lease import new_owner
from tui.payments.schedule import FIRST, end_of_watch, wait_for
from tui.providers.base import Connection, HasPaymentLink, having
from tui.storage.journal_thread import in_journal_thread

LEASE = timedelta(seconds=90)
"""How long a session belongs to one instance without a sign of life."""
_IDLE = timedelta(seconds=30)
"""How often a journal without due sessions is read again: another instance may have added or left one."""


@dataclass(eq=False)
class CheckoutPoller:
    """Watches every open session of the journal until it is paid, expired or failed for good.

    `on_change` is told of each look. It runs at the app's level: no screen owns it, closing one stops nothing, and
    what is still open when it stops is taken up by the next start.
    """

    provider: Connection
    journal: CheckoutJournal
    clock: Clock
    on_change: Callable[[PaymentChanged[CheckoutSession]], None]
    jitter: Random = field(default_factory=Random)
    refused: SafeText | None = None
    """Why looking is paused until somebody asks again: the token was refused; None while all is well."""
    trouble: SafeText | None = None
    """Why the journal cannot be used just now; looking goes on as soon as it can."""
    _owner: str = field(default_factory=new_owner)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: set[str] = field(default_factory=set)
    _watched: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Look at what is due, sleep until more is, for ever; cancel to stop."""
        try:
            while True:
                self._wake.clear()
                next_due = await self._step_safely()
                pause = _IDLE if next_due is None else min(next_due - self.clock.now(), _IDLE)
                await wait_for(self._wake, max(pause.total_seconds(), 0.2))
        finally:
            await self.release()

    async def step(self) -> datetime | None:
        """Look once at every session that is due; return when the next one is, None when none waits.

        Raises JournalError when the journal cannot be read or written.
        """
        asked, self._asked = self._asked, set()
        if self.refused is not None and not asked:
            return None
        dues: list[datetime] = []
        sessions = await in_journal_thread(self.journal.open_sessions, self.provider.account.fingerprint)
        await self._tell_of_others({session.session_id for session in sessions})
        for session in sessions:
            now = self.clock.now()
            due = session.next_check_at or now
            if due > now and session.session_id not in asked:
                dues.append(self._capped(due, now))
                continue
            if not await in_journal_thread(self.journal.claim, session, self._owner, now, now + LEASE):
                dues.append(now + LEASE)
                continue
            looked = await self._look(session)
            if not looked.state.closed and looked.next_check_at:
                dues.append(looked.next_check_at)
            if self.refused is not None:
                return None
        return min(dues, default=None)

    def check_now(self, session_id: str) -> None:
        """Look at one session at once, also while looking is paused."""
        self._asked.add(session_id)
        self._wake.set()

    def wake(self) -> None:
        """Read the journal again: a session was added."""
        self._wake.set()

    def pause(self, why: SafeText) -> None:
        """Stop looking until `resume`: the token was refused elsewhere, and would be here."""
        self.refused = why

    def resume(self) -> None:
        """Look again after a refused token: an answer came that only a good token gets."""
        if self.refused is not None:
            self.refused = None
            self._wake.set()

    async def _tell_of_others(self, still_open: set[str]) -> None:
        """Pass on what another instance found out about sessions that were open here."""
        for session_id in self._watched - still_open:
            session = await in_journal_thread(self.journal.get, self.provider.account.fingerprint, session_id)
            if session is not None:
                self.on_change(PaymentChanged(session, settled=session.state.closed))
        self._watched = still_open

    async def _look(self, session: CheckoutSession) -> CheckoutSession:
        """Ask the provider about one session and write down what it says."""
        begun = self.clock.now()
        if session.expires_at is not None:
            # An expiry is the provider's time; without one the end is counted from our own record of the start.
            begun += self.provider.server_offset
        said = await having(self.provider, HasPaymentLink).confirm_checkout(session)
        rivals = await in_journal_thread(has_rivals, session, self.journal)
        answer = judge_checkout(session, said, has_rivals=rivals)
        if answer.kind is ConfirmKind.UNCLEAR and answer.claims is not None:
            answer = await by_ledger(self.provider, session, answer, self.journal)
        now = self.clock.now()
        # The look that decides must have begun after the end: an answer on its way may be older than a payment.
        over = begun >= end_of_watch(session)
        looked = settle(session, answer, now, over=over, jitter=self.jitter)
        self._note_refusal(answer)
        recorded = False
        try:
            await in_journal_thread(self.journal.save, looked)
            recorded = True
        except JournalError as error:
            self.trouble = SafeText(error)
            raise
        finally:
            # A disk that is full must not keep a payment secret.
            self.on_change(PaymentChanged(looked, settled=looked.state.closed, recorded=recorded))
        if looked.state.closed:
            self._watched.discard(session.session_id)
        return looked

    def _note_refusal(self, answer: ConfirmAnswer) -> None:
        if answer.kind is ConfirmKind.AUTH:
            self.refused = answer.message
        elif answer.kind is not ConfirmKind.TRANSIENT:
            self.refused = None

    async def _step_safely(self) -> datetime | None:
        """Step; a journal that cannot be used now is said and tried again, it never ends the watch."""
        try:
            due = await self.step()
        except JournalError as error:
            self.trouble = SafeText(error)
            return self.clock.now() + _IDLE
        self.trouble = None
        return due

    async def release(self) -> None:
        """Give back the sessions it was looking at, so that another instance may look at once."""
        try:
            await in_journal_thread(self.journal.release, self._owner)
        except JournalError:
            # Leases end by themselves; stopping must not fail over one.
            return

    @staticmethod
    def _capped(due: datetime, now: datetime) -> datetime:
        """A due time far ahead means the clock was set back since: look soon instead of never."""
        return due if due - now <= timedelta(minutes=10) else now + FIRST
