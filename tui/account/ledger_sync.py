"""One account's ledger in the dashboard: its local copy, painted at once and brought up to date in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from tui.account.ledger_cache import LedgerCache
from tui.account.state import LedgerRows, Resource
from tui.config.locations import saved_filters_file_beside
from tui.domain import SafeText
from tui.ledger.store.schema import LedgerError
from tui.providers.base import HasPace
from tui.providers.errors import NOT_CONNECTED, BillingError, ProtocolError, RateLimited, unusable
from tui.storage.files import free_name, safe_name

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tui.account.ledger_cache import Facts, Preloaded
    from tui.account.ledger_queries import LedgerQueries, LedgerRequest
    from tui.config.saved_filters import SavedFilters
    from tui.domain import AccountRef, Balance, Clock, TransactionPage
    from tui.ledger.export.export import ExportFormat
    from tui.ledger.store.store import LedgerStore
    from tui.ledger.sync.progress import SyncProgress
    from tui.providers.base import HasLedger, TransactionQuery

_TELL_EVERY = 0.5
"""Seconds between two pictures of a ledger that is being read."""
_SYNC_TIMEOUT_S = 300.0
"""Seconds after which a read that is still under way begins with the newest rows again."""

_log = logging.getLogger(__name__)


class LedgerSyncService:
    """Keeps the copy of one account's ledger and tells how it stands; belongs to one event loop.

    `on_part` is called with each new picture of it. Reading goes on in the background until everything is here;
    `refresh` begins with the newest again.
    """

    def __init__(self, journal_file: Path, clock: Clock, on_part: Callable[[Resource[LedgerRows]], None]) -> None:
        self.part: Resource[LedgerRows] = Resource()
        self._journal_file = journal_file
        self._clock = clock
        self._on_part = on_part
        self._copy = LedgerCache(journal_file, clock)
        self._account: AccountRef | None = None
        self._balance: Balance | None = None
        self._version = 0
        self._told: tuple[LedgerStore | None, int] | None = None
        """The copy and its number of changes that `_version` stands for."""
        self._began = 0.0
        self._heard_at: datetime | None = None
        """When the provider answered last."""
        self._opening: asyncio.Task[None] | None = None
        self._syncing: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        """The read before, until it has ended."""
        self._begins_anew = False
        """Whether a read waits for the one before it to end."""
        self._telling: asyncio.Task[None] | None = None
        self._progress: SyncProgress | None = None

    # -- life ---------------------------------------------------------------------------------------------------

    async def open(self, fingerprint: str, begun: Future[Preloaded] | None = None) -> None:
        """Open the copy of an account's ledger and tell what is in it, once; where it cannot be kept, say so."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open(fingerprint, begun))
        await asyncio.shield(self._opening)

    async def tell_all(self) -> None:
        """Tell what every day cost: opening tells the last days alone, as reading all takes a while."""
        if not _only_recent(self.part.value):
            return
        here, rows = await self._copy.facts(), self.part.value
        if here is not None and rows is not None and _only_recent(rows):
            self._publish(self.part._replace(value=rows._replace(spending=here.spending)))

    def refresh(self, account: AccountRef, provider: HasLedger) -> None:
        """Read what is new, then on where reading stopped; one that is under way begins anew."""
        self._account, self._began = account, monotonic()
        if self._begins_anew:
            return  # one waits already for the one before to end, and reads what is new then
        self._begins_anew = True
        self._ending, self._syncing = self._syncing, asyncio.ensure_future(self._read(account, provider))
        if self._ending is not None:
            self._ending.cancel()

    @property
    def idle(self) -> bool:
        """Whether reading is through, or has gone on for so long that new rows should be looked for first."""
        return self._syncing is None or self._syncing.done() or monotonic() - self._began > _SYNC_TIMEOUT_S

    async def close(self) -> None:
        """Stop reading and close the copy."""
        tasks = [task for task in (self._opening, self._ending, self._syncing, self._telling) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._copy.close()

    async def _open(self, fingerprint: str, begun: Future[Preloaded] | None) -> None:
        await self._copy.open(fingerprint, begun)
        await self._tell_recent()

    # -- reading ------------------------------------------------------------------------------------------------

    async def _read(self, account: AccountRef, provider: HasLedger) -> None:
        """Bring the copy up to date; a copy that can no longer be written gives way to one for this run."""
        if self._ending is not None:
            # Not gather: it would cancel that one a second time, in the middle of its clearing up.
            await asyncio.wait({self._ending})
        # What was cancelled keeps its frames, and what they hold; one that is waited for waits no more.
        self._ending, self._begins_anew = None, False
        self._publish(self.part._replace(reading=True))
        await self.open(account.fingerprint)
        await self._copy.renew()
        if self._copy.store is None:
            words = self._copy.note or SafeText("The ledger cannot be kept.")
            self._fail(ProtocolError(words, hint=SafeText("Free space.")))
            return
        await self._bring_up_to_date(provider)

    async def _bring_up_to_date(self, provider: HasLedger) -> None:
        """Sync; a copy for this run only is the last that is tried."""
        try:
            await self._sync(provider)
            if await self._copy.renew():
                # What was new could be written, but the rest was damaged.
                await self._sync(provider)
        except LedgerError as error:
            if self._copy.for_this_run:
                self._fail(BillingError(SafeText(error), hint=SafeText("Free some space, then press r.")))
                return
            await self._copy.give_way(error)
            await self._tell_recent()
            await self._bring_up_to_date(provider)

    async def _sync(self, provider: HasLedger) -> None:
        """Sync, and tell. Raises LedgerError; what the provider refuses is told."""
        from tui.ledger.sync.sync import LedgerSync

        assert self._copy.store is not None  # it was opened
        try:
            await LedgerSync(_Listening(provider, self._heard), self._copy.store, self._clock, self._came).run()
        except BillingError as error:
            await self._stop_telling()
            await self._tell(reading=False)
            self._fail(error)
        except (LedgerError, asyncio.CancelledError):
            await self._stop_telling()
            raise
        except Exception as fault:
            # A fault of our own in one part is said there; it must not take the other parts with it.
            _log.exception("Reading the ledger failed.")
            await self._stop_telling()
            self._fail(unusable(fault))
        else:
            await self._stop_telling()
            await self._tell(reading=False)

    def _heard(self, page: TransactionPage) -> None:
        self._heard_at = self._clock.now()
        self._balance = page.balance or self._balance

    def _came(self, progress: SyncProgress) -> None:
        """Rows came: have them told, soon and not too often."""
        self._progress = progress
        if self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._tell_and_rest())

    async def _tell_and_rest(self) -> None:
        told: SyncProgress | None = None
        while told is not self._progress:
            told, began = self._progress, monotonic()
            await self._tell(reading=False)
            await asyncio.sleep(max(_TELL_EVERY, monotonic() - began))

    async def _stop_telling(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    # -- telling ------------------------------------------------------------------------------------------------

    async def _tell_recent(self) -> None:
        """Tell what is in a copy that was just opened; what all days cost takes longer."""
        self._tell_facts(await self._copy.recent_facts(), reading=self.part.reading)

    async def _tell(self, *, reading: bool) -> None:
        """Tell what is in the copy now."""
        self._tell_facts(await self._copy.facts(), reading=reading)

    def _tell_facts(self, here: Facts | None, *, reading: bool) -> None:
        """Tell what was found; nothing while that is nothing at all and more may come."""
        if here is None:
            return
        progress = self._progress
        done = here.complete and (progress is None or progress.done)
        if not here.held and not done:
            self._tell_wait(progress)
            return
        if self._told != (self._copy.store, here.changes):
            self._told = self._copy.store, here.changes
            self._copy.changed()
            self._version += 1
        total = progress.total if progress is not None else None
        rows = LedgerRows(
            here.newest,
            here.held if here.complete else total,
            self._balance,
            held=here.held,
            all_here=here.complete,
            version=self._version,
            progress=None if done else progress,
            spending=here.spending,
            note=self._copy.note,
        )
        as_of = self._heard_at or self.part.as_of
        self._publish(Resource(rows, as_of, reading=reading))

    def _tell_wait(self, progress: SyncProgress | None) -> None:
        """Nothing is here yet, and the provider wants us to wait: that is why."""
        if progress is not None and progress.until is not None:
            wait = max(1, round((progress.until - self._clock.now()).total_seconds()))
            words = SafeText(f"The provider lets us read on in about {wait} s")
            self._publish(Resource(error=RateLimited(words, hint=SafeText("Reading goes on by itself."))))

    def _fail(self, error: BillingError) -> None:
        rows = self.part.value
        value = None if rows is None else rows._replace(progress=None)
        self._publish(Resource(value, self.part.as_of, error.to_keep()))

    def _publish(self, part: Resource[LedgerRows]) -> None:
        self.part = part
        self._on_part(part)

    # -- looking ------------------------------------------------------------------------------------------------

    @property
    def search(self) -> LedgerQueries:
        """Where the copy is looked into. Raises LedgerTrouble while there is none."""
        from tui.account.ledger_queries import LedgerTrouble

        search = self._copy.search
        if search is None:
            raise LedgerTrouble(str(self._copy.note or "The ledger is still being opened. Try again in a moment."))
        return search

    # -- exports and saved filters ------------------------------------------------------------------------------

    @property
    def export_folder(self) -> Path:
        """Where exports go unless a path says otherwise: where billtop was started."""
        return Path.cwd()

    def export_name(self, day: date, kind: ExportFormat) -> str:
        """What an export of that day is called: a name that nothing has where it goes."""
        account = self._account.name if self._account is not None else "ledger"
        return free_name(self.export_folder, safe_name(f"billtop-{account}-{day}", kind.ending))

    async def export(
        self, kind: ExportFormat, name: str, ask: LedgerRequest, told: Callable[[int], None]
    ) -> tuple[int, Path]:
        """Write a result to a new file of that name; return how many rows, and where. Raises ExportFailed."""
        from tui.account.ledger_queries import ExportFailed, LedgerTrouble

        try:
            path = self.export_folder / Path(name).expanduser()
            search = self.search
        except (RuntimeError, LedgerTrouble) as problem:
            raise ExportFailed(str(problem)) from problem
        if self._account is None:
            raise ExportFailed(NOT_CONNECTED)
        return await search.export(kind, path, ask, self._account, told), path

    @property
    def saved_filters(self) -> SavedFilters:
        """The account's saved filters; its methods are for a thread."""
        from tui.config.saved_filters import SavedFilters

        return SavedFilters(saved_filters_file_beside(self._journal_file), self._copy.fingerprint)


def _only_recent(rows: LedgerRows | None) -> bool:
    """Whether only the last days' spending was told."""
    return rows is not None and rows.spending is not None and rows.spending.since is not None


class _Listening:
    """A provider's ledger, of which each page is heard: it tells the balance too."""

    def __init__(self, ledger: HasLedger, heard: Callable[[TransactionPage], None]) -> None:
        self._ledger = ledger
        self._heard = heard
        self.page_size = ledger.page_size
        self.reads_per_minute = ledger.reads_per_minute if isinstance(ledger, HasPace) else None

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        """Read one page. Raises BillingError."""
        page = await self._ledger.transactions(query)
        self._heard(page)
        return page
