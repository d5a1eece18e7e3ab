"""Waiting for payment links: the poller of the dashboard, with an end."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from enum import StrEnum

from tui.cli.sending import on_signals
from tui.domain import CheckoutSession, SafeText, SystemClock
from tui.payments.checkouts.journal import CheckoutJournal, JournalError
from tui.payments.checkouts.poller import CheckoutPoller
from tui.payments.events import PaymentChanged
from tui.payments.schedule import wait_for
from tui.providers.base import Provider

_JOURNAL_EVERY = 2.0
"""Seconds between reads of the journal: a running dashboard may be the one that looks, and it tells only there."""
_LAST_LOOK = 15.0
"""Seconds the look at the end of the wait may take."""


class WaitEnd(StrEnum):
    """Why waiting stopped."""

    CLOSED = "closed"
    """Every session was paid, expired or failed."""
    TIME = "time"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"
    """The token was refused: nothing more can be learned."""


class Watch:
    """Waits until every one of `sessions` is closed; `on_look` is told of each look at one of them.

    `sessions` holds what is known of each, in the order given. What a look said counts even where it could not be
    written to the journal: a disk that is full must not keep a payment secret.
    """

    def __init__(
        self,
        provider: Provider,
        journal: CheckoutJournal,
        sessions: Iterable[CheckoutSession],
        on_look: Callable[[CheckoutSession], None],
        *,
        at_once: bool = False,
    ) -> None:
        """Take what is watched; nothing is asked before `wait`, which with `at_once` begins with a look at each."""
        self._journal = journal
        self._known = {session.session_id: session for session in sessions}
        self._on_look = on_look
        self._poller = CheckoutPoller(provider, journal, SystemClock(), self._looked)
        self._changed = asyncio.Event()
        self._stopped = False
        self._at_once = at_once

    @property
    def refused(self) -> SafeText | None:
        """Why the token was refused; None while it is not."""
        return self._poller.refused

    @property
    def sessions(self) -> tuple[CheckoutSession, ...]:
        """What is known of each session now."""
        return tuple(self._known.values())

    @property
    def _open(self) -> list[CheckoutSession]:
        return [session for session in self._known.values() if not session.state.closed]

    async def wait(self, seconds: float | None) -> WaitEnd:
        """Wait for at most `seconds`, for ever when None."""
        for session in self._open if self._at_once else ():
            self._poller.check_now(session.session_id)
        looking = asyncio.ensure_future(self._poller.run())
        try:
            end = await self._until_end(seconds, looking)
        finally:
            looking.cancel()
            await asyncio.wait([looking])
        return await self._last_look() if end is WaitEnd.TIME else end

    def stopped_by_signals(self) -> AbstractContextManager[None]:
        """Let Ctrl-C, SIGTERM and SIGHUP end the wait instead of the process: the result tells what stays open."""
        return on_signals(self._stop)

    async def _until_end(self, seconds: float | None, looking: "asyncio.Future[None]") -> WaitEnd:
        loop = asyncio.get_running_loop()
        deadline = None if seconds is None else loop.time() + seconds
        while True:
            self._changed.clear()
            self._read_journal()
            if not self._open:
                return WaitEnd.CLOSED
            if self._stopped:
                return WaitEnd.INTERRUPTED
            if self.refused is not None:
                return WaitEnd.REFUSED
            if looking.done():
                looking.result()
            left = _JOURNAL_EVERY if deadline is None else min(deadline - loop.time(), _JOURNAL_EVERY)
            if left <= 0:
                return WaitEnd.TIME
            await wait_for(self._changed, left)

    async def _last_look(self) -> WaitEnd:
        """Look once more at what is still open: it may have been paid since the last look."""
        for session in self._open:
            self._poller.check_now(session.session_id)
        with suppress(TimeoutError, JournalError):
            async with asyncio.timeout(_LAST_LOOK):
                await self._poller.step()
        # Whoever looks next, in this process or another, must not wait for the lease of this look to end.
        await self._poller.release()
        if self.refused is not None:
            return WaitEnd.REFUSED
        return WaitEnd.TIME if self._open else WaitEnd.CLOSED

    def _looked(self, event: PaymentChanged[CheckoutSession]) -> None:
        session = event.payment
        if session.session_id in self._known:
            self._known[session.session_id] = session
            self._on_look(session)
        self._changed.set()

    def _read_journal(self) -> None:
        """Take over what another instance wrote about sessions still open here."""
        with suppress(JournalError):
            for session in self._open:
                written = self._journal.get(session.account, session.session_id)
                if written is not None and written.state.closed:
                    self._known[session.session_id] = written
                    self._on_look(written)

    def _stop(self) -> None:
        self._stopped = True
        self._changed.set()
