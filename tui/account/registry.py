"""All accounts side by side: each has a session of its own, and one of them is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.account.session import AccountSession
from tui.account.state import Snapshot

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tui.account.ledger_cache import Preloaded
    from tui.account.state import AccountSource
    from tui.domain import Clock
    from tui.payments.events import Payment, PaymentChanged

T = TypeVar("T")

_OPENING_BUDGET_S = 0.2
"""Seconds the first paint waits for what is known already; later it is painted when it comes."""


class AccountRegistry:
    """The accounts of a dashboard by name, in their order; there is always at least one.

    All of them read and watch their payments from the start, whichever is shown: a slow or broken one holds nobody.
    `on_shown` is called with each new snapshot of the account shown, `on_change` when anything changed anywhere,
    `on_payment` with each change of a payment and the snapshot of its account; all on the event loop.
    """

    def __init__(
        self,
        sources: Sequence[AccountSource],
        journal_file: Path,
        clock: Clock,
        *,
        on_shown: Callable[[Snapshot], None],
        on_change: Callable[[], None],
        on_payment: Callable[[PaymentChanged[Payment], Snapshot], None],
    ) -> None:
        """Take the accounts, the first of which is shown; their names differ. Nothing is read before `start`."""
        self._journal_file = journal_file
        self._clock = clock
        self._on_shown = on_shown
        self._on_change = on_change
        self._on_payment = on_payment
        self._opening: asyncio.Future[None] | None = None
        self._leaving: dict[asyncio.Task[None], AccountSession] = {}
        self._sources = {str(source.name): source for source in sources}
        self._account_sessions = {name: self._account_session(source) for name, source in self._sources.items()}
        self._shown = next(iter(self._account_sessions))

    # -- what there is ------------------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(self._account_sessions)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The latest picture of each account, in order."""
        return tuple(account_session.snapshot for account_session in self._account_sessions.values())

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return len(self._account_sessions) > 1

    @property
    def shown(self) -> AccountSession:
        """The session of the account that is shown."""
        return self._account_sessions[self._shown]

    @property
    def shown_source(self) -> AccountSource:
        """Where the account that is shown comes from."""
        return self._sources[self._shown]

    def account_session(self, name: str) -> AccountSession | None:
        """The session of an account."""
        return self._account_sessions.get(name)

    # -- choosing and changing ----------------------------------------------------------------------------------

    def show(self, name: str) -> None:
        """Show another account from now on."""
        if name in self._account_sessions:
            self._shown = name
            self._on_shown(self.shown.snapshot)
            self._on_change()

    def put(self, source: AccountSource, *, instead_of: str | None = None) -> None:
        """Take an account in and connect it; `instead_of` names one whose place it takes."""
        name = str(source.name)
        place = instead_of if instead_of in self._account_sessions else name
        before = self._account_sessions.get(place)
        account_session = self._account_session(source)
        self._account_sessions = _put(self._account_sessions, place, name, account_session)
        self._sources = _put(self._sources, place, name, source)
        if before is not None:
            self._end(before)
        if self._shown == place:
            self._shown = name
            self._on_shown(account_session.snapshot)
        account_session.start()
        self._on_change()

    def drop(self, name: str) -> None:
        """Let go of an account that is not shown, or of the one shown when there are others: the first is shown then.

        Raises ValueError for the last one.
        """
        if list(self._account_sessions) == [name]:
            raise ValueError("the last account stays")
        account_session = self._account_sessions.pop(name)
        del self._sources[name]
        self._end(account_session)
        if self._shown == name:
            self.show(next(iter(self._account_sessions)))
        self._on_change()

    # -- life ---------------------------------------------------------------------------------------------------

    def open(self, begun: Future[Preloaded] | None = None) -> None:
        """Begin to read what is known already of the account shown, so that the first paint has it."""
        self._opening = asyncio.ensure_future(self.shown.open_copy(begun))
        # Whoever connects later is told what went wrong.
        self._opening.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def opened(self) -> None:
        """Wait for what `open` reads; on a slow disk no longer than a person would wait for an empty page."""
        if self._opening is not None:
            await asyncio.wait({self._opening}, timeout=_OPENING_BUDGET_S)

    def start(self) -> None:
        """Connect all of them in the background, the one shown first."""
        self.shown.start()
        for account_session in self._account_sessions.values():
            if account_session is not self.shown:
                account_session.start()

    def refresh(self) -> None:
        """Read balance and newest transactions of every account again; those without a connection try for one."""
        for account_session in self._account_sessions.values():
            account_session.refresh(Snapshot.balance, Snapshot.ledger)

    @property
    def paying(self) -> bool:
        """Whether a call about a payment is on its way, for any account."""
        return any(each.paying for each in (*self._account_sessions.values(), *self._leaving.values()))

    async def answered(self) -> None:
        """Wait until no call about a payment is on its way."""
        both = (*self._account_sessions.values(), *self._leaving.values())
        await asyncio.gather(*(each.answered() for each in both))

    async def close(self) -> None:
        """Stop reading; calls that pay are waited for, so that what they come to reaches the journal."""
        await asyncio.gather(*(each.close() for each in self._account_sessions.values()), *self._leaving)

    def _end(self, account_session: AccountSession) -> None:
        """Close a session in the background; a payment call on its way is waited for there."""
        task = asyncio.ensure_future(account_session.close())
        self._leaving[task] = account_session
        task.add_done_callback(self._leaving.pop)

    def _account_session(self, source: AccountSource) -> AccountSession:
        account_session: AccountSession

        def changed(snapshot: Snapshot) -> None:
            if account_session is self._account_sessions[self._shown]:
                self._on_shown(snapshot)
            self._on_change()

        def payment_changed(event: PaymentChanged[Payment]) -> None:
            self._on_payment(event, account_session.snapshot)

        account_session = AccountSession(source, self._journal_file, self._clock, changed, payment_changed)
        return account_session


def _put(these: dict[str, T], place: str, name: str, value: T) -> dict[str, T]:
    """`these` with `value` as `name` at the place of `place`, or at the end."""
    if place not in these:
        return {**these, name: value}
    return {name if each == place else each: value if each == place else old for each, old in these.items()}
