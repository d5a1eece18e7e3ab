"""Bringing a provider's ledger into the store: newest first, resumable, right although rows arrive meanwhile.

    catch up   from the newest row down to the first that is proven (see `verified_prefix`)
    go deeper  from the oldest proven row down to the end, several pages at a time where the provider counts its rows
    catch up   again, until nothing came in the meantime
    look again at rows whose status may still change
    go over    one more page of what was read long ago (see `reverification`)

It may be cancelled at any moment: what was read stays, and the next run goes on from there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import ParamSpec, TypeVar

from tui.domain import Clock, SafeText, Transaction, TransactionPage
from tui.ledger.insights.burn_rate import Pace
from tui.ledger.store.store import LedgerStore
from tui.ledger.sync.lock import SyncLock
from tui.ledger.sync.pages import CONNECTIONS, Pages
from tui.ledger.sync.progress import SyncProgress, SyncState
from tui.ledger.sync.reverification import Reverification
from tui.ledger.sync.unsettled import pages_to_look_at
from tui.ledger.sync.verified_prefix import Above, Read, VerifiedPrefix
from tui.providers.base import HasLedger, HasPace
from tui.providers.errors import ProtocolError

P = ParamSpec("P")
T = TypeVar("T")

_MOST_FRUITLESS = 40
"""Pages in a row that bring nothing before a run ends: the ledger then changes faster than it can be read."""
_MOST_PASSES = 50
"""Reads from the top in one run: more only when rows arrive faster than they are read."""
_LOOKS_AGAIN = 5
"""Pages a run spends on rows whose status may still change."""
_JUST_READ = 60.0
"""Seconds for which what was read is taken for new: it is not looked at again, and not out of date."""
_TELLING = 1.0
"""Seconds of reading after which its pace tells something."""


class LedgerSync:
    """Reads one account's ledger into its store, whose connection is its own while `run` is under way."""

    def __init__(
        self,
        ledger: HasLedger,
        store: LedgerStore,
        clock: Clock,
        on_progress: Callable[[SyncProgress], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] | None = None,
    ) -> None:
        """Prepare; `on_progress` is called on the event loop after each page and with each pause.

        `sleep` waits for some seconds that `now`, by default the event loop's time, counts.
        """
        self._store = store
        self._patrol = Reverification(store)
        self._clock = clock
        self._on_progress = on_progress
        self._sleep = sleep
        self._now = now or asyncio.get_running_loop().time
        limit = ledger.reads_per_minute if isinstance(ledger, HasPace) else None
        self._pace = Pace(limit, self._now, sleep)
        self._pages = Pages(ledger, self._pace, lambda: self._tell(SyncState.WAITING))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-writer")
        self._chain: VerifiedPrefix
        self._total: int | None = None
        self._enough: int | None = None
        self._from_top = False
        self._totals: set[int | None] = set()
        self._newest: Sequence[Transaction] = ()
        self._changed = self._dropped = 0
        self._pages_read = 0
        self._began = 0.0
        self._before = 0

    async def run(self, enough: int | None = None) -> SyncProgress:
        """Bring the store up to date and return how it ended. Raises BillingError, LedgerError.

        With `enough` it ends when as many of the newest rows are there; the next run goes on. While another instance
        reads the same ledger this one waits.
        """
        self._enough = enough
        lock = SyncLock(self._store.path)
        going_over: asyncio.Task[TransactionPage] | None = None
        try:
            while not await self._do(lock.take):
                self._on_progress(SyncProgress(SyncState.WAITING, await self._do(self._store.count)))
                await self._sleep(1.0)
            self._chain = await self._do(VerifiedPrefix, self._store)
            self._began, self._before = self._now(), self._chain.depth
            anew = self._chain.bottom is None
            going_over = await self._begin_going_over()
            await self._read_all()
            if not anew or self._now() - self._began > _JUST_READ:
                await self._look_again()
            if going_over is not None and self._now() - self._began <= _JUST_READ:
                await self._go_over(await going_over)
            await self._do(self._store.set_meta, "total", "" if self._total is None else str(self._total))
            return self._tell(SyncState.DONE)
        finally:
            try:
                if going_over is not None:
                    going_over.cancel()
                    await asyncio.gather(going_over, return_exceptions=True)
                await self._pages.stop()
            finally:
                self._thread.shutdown()
                lock.release()

    # -- the parts of a run -------------------------------------------------------------------------------------

    async def _read_all(self) -> None:
        await self._catch_up_fully()
        if self._goes_on:
            await self._go_deeper()
            await self._catch_up_fully()
        if not self._chain.complete:
            return
        if not await self._adds_up():
            # Rows the provider has no longer, or that came into the middle.
            await self._prove_anew()
        elif self._enough is None:
            # Newer rows are missed only where it is cheap: a server may be a little behind another one.
            await self._prove_anew_if_missed(self._newest, newest=self._chain.rows <= self._pages.size)

    async def _prove_anew(self) -> int:
        """Read everything once more, and forget what did not come by; return how many rows that was."""
        self._totals.clear()
        before = self._dropped
        await self._do(self._chain.doubt_all)
        await self._catch_up_fully()
        await self._go_deeper()
        await self._catch_up_fully()
        if self._chain.complete and not await self._adds_up() and len(self._totals) == 1:
            await self._do(self._store.set_meta, "miscount", f"{self._chain.rows} of {self._total}")
        return self._dropped - before

    async def _catch_up_fully(self) -> None:
        """Read from the top until one page is enough: then nothing has come in between."""
        for _ in range(_MOST_PASSES):
            if await self._catch_up() == 1:
                return

    async def _catch_up(self) -> int:
        """Read from the top until the chain is met; return how many pages that took."""
        above = Above()
        offset = fruitless = pages = 0
        closing = False
        while True:
            page = self._took(await (self._pages.read(offset) if offset else self._pages.read_top()))
            self._newest = self._newest if offset else page.items
            pages += 1
            if self._chain.bottom is None:
                complete = self._at_end(page)
                self._note(await self._do(self._chain.begin, page.items, complete=complete))
                return 1
            read = await self._do(self._chain.from_top, page.items, above)
            self._note(read)
            if read.touched:
                return pages
            if (read.linked or (closing and not page.items)) and self._at_end(page):
                await self._do(self._chain.replace_by, above)
                return pages
            closing = read.overlapping and not read.added
            fruitless = 0 if read.added else fruitless + 1
            offset = self._next(offset, page, read, fruitless)

    async def _go_deeper(self) -> None:
        """Read on from the oldest proven row to the end."""
        offset = max(0, self._chain.depth - self._overlap)
        fruitless = 0
        closing = False
        lowest: str | None = None
        while self._goes_on:
            step = max(1, self._pages.size - self._overlap)
            pages = self._with_arrived(self._took(await self._pages.read_ahead(offset, step, self._total)))
            reads = await self._do(self._chain.below, [page.items for page in pages])
            for page, read in zip(pages, reads, strict=False):
                if (read.linked and self._at_end(page)) or (closing and not page.items):
                    await self._do(self._chain.end)
                closing = read.overlapping and not read.added
                self._note(read)
                # Going down over rows that are known leads somewhere, unless it is the same page each time.
                moves = read.overlapping and page.items[-1].id != lowest
                fruitless = 0 if read.added else fruitless + (not moves)
                lowest = page.items[-1].id if page.items else lowest
                offset = self._next(page.offset, page, read, fruitless)

    async def _adds_up(self) -> bool:
        """Forget what the provider has no longer; whether there are as many rows as it says."""
        dropped = await self._do(self._chain.drop_unproven)
        self._dropped += dropped
        self._changed += dropped
        if self._total is None or self._total == self._chain.rows:
            return True
        known = await self._do(self._store.meta, "miscount")
        return known is not None and _same_miscount(known, self._chain.rows, self._total)

    async def _look_again(self) -> None:
        """Read the pages again that hold rows whose status may still change, the newest first."""
        size, margin = self._pages.size, self._overlap
        offsets = await self._do(
            pages_to_look_at, self._store, self._clock.now(), size=size, margin=margin, most=_LOOKS_AGAIN
        )
        async for page in self._pages.read_each(offsets):
            self._changed += await self._do(self._chain.refresh, self._took(page).items)
            self._tell(SyncState.READING)

    async def _begin_going_over(self) -> asyncio.Task[TransactionPage] | None:
        """Begin to read one page of what was read long ago, beside the newest; None where there is no such."""
        first = self._pages.size - self._overlap
        if not self._chain.complete or self._chain.rows <= self._pages.size or self._enough is not None:
            return None
        return asyncio.ensure_future(self._pages.read(await self._do(self._patrol.offset, first)))

    async def _go_over(self, page: TransactionPage) -> None:
        """Bring its rows up to date; when some have vanished between them, read everything again."""
        self._changed += await self._do(self._chain.refresh, page.items)
        end = len(page.items) < self._pages.size
        behind = self._pages.size if end else page.offset + len(page.items)
        await self._do(self._patrol.passed, behind - self._overlap)
        await self._prove_anew_if_missed(
            page.items, oldest=end, beyond=not page.items and page.offset < self._chain.rows
        )

    async def _prove_anew_if_missed(
        self, rows: Sequence[Transaction], *, newest: bool = False, oldest: bool = False, beyond: bool = False
    ) -> None:
        """Read everything again when some rows seem to have vanished between those of a page, or where it lies."""
        now = self._clock.now()
        if not await self._do(self._patrol.misses, rows, now, newest=newest, oldest=oldest, beyond=beyond):
            return
        if not await self._prove_anew():
            await self._do(self._patrol.erred, now)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _with_arrived(self, page: TransactionPage) -> list[TransactionPage]:
        """A page, and those behind it that have arrived as well: they are stored in one go."""
        pages = [page]
        while len(pages) < CONNECTIONS and len(page.items) > self._overlap:
            following = self._pages.arrived(page.offset + len(page.items) - self._overlap)
            if following is None:
                break
            page = self._took(following)
            pages.append(page)
        return pages

    def _at_end(self, page: TransactionPage) -> bool:
        """Whether nothing is behind a page: it is empty, or not full where the provider counts no further rows.

        What a full page says is not believed: some providers count up to a limit and no further.
        """
        if page.total is None or len(page.items) >= self._pages.size:
            return not page.items
        return page.offset + len(page.items) >= page.total

    @property
    def _goes_on(self) -> bool:
        """Whether older rows are there to be read, and wanted."""
        return not self._chain.complete and (self._enough is None or self._chain.depth < self._enough)

    @property
    def _overlap(self) -> int:
        """Rows each page shares with the one before: one proves the link, some more bear rows arriving meanwhile."""
        return max(1, self._pages.size // 40)

    def _next(self, offset: int, page: TransactionPage, read: Read, fruitless: int) -> int:
        """Where to read on after a page: further down, or where what it was to follow may be found again.

        A page that shows nothing known lies too far down, or is all new: further up helps against the one, going down
        from the top, which that leads to, against both.
        """
        if fruitless > _MOST_FRUITLESS:
            raise ProtocolError(SafeText("The ledger changes faster than it can be read. What was read is kept."))
        if read.overlapping:
            self._from_top = False
            # Without an overlap when nothing new came: the next page shows whether anything follows at all.
            return offset + max(1, len(page.items) - (self._overlap if read.added else 0))
        self._pages.ahead = 1
        if self._from_top or offset == 0:
            self._from_top = True
            return offset + max(1, len(page.items))
        # Each time twice as far: thousands of rows may have vanished.
        return max(0, offset + self._overlap - (self._pages.size << max(0, fruitless - 1)))

    def _took(self, page: TransactionPage) -> TransactionPage:
        """Note what a page tells of the whole ledger and of the provider's pages."""
        self._pages_read += 1
        self._total = page.total
        self._totals.add(page.total)
        count = len(page.items)
        behind = page.total is not None and page.offset + count < page.total
        if count and (behind or (page.offset == 0 and count < self._chain.depth)):
            self._pages.size = min(self._pages.size, count)
        return page

    def _note(self, read: Read) -> None:
        self._changed += read.changed
        self._tell(SyncState.READING)

    def _tell(self, state: SyncState) -> SyncProgress:
        wait, left = self._pace.waits, self._left()
        progress = SyncProgress(
            state,
            rows=self._chain.rows,
            total=self._total,
            changed=self._changed,
            left=left,
            pace=self._rows_a_second(left),
            until=self._clock.now() + timedelta(seconds=wait) if state is SyncState.WAITING else None,
        )
        self._on_progress(progress)
        return progress

    def _rows_a_second(self, left: timedelta | None) -> int | None:
        """The pace so far, and no more than the time left comes to: a first burst is not kept up within a limit."""
        took, rows = self._now() - self._began, self._chain.depth - self._before
        if rows <= 0 or took < _TELLING:
            return None
        pace = rows / took
        if self._total is not None and left:
            pace = min(pace, max(0, self._total - self._chain.depth) / left.total_seconds())
        return round(pace) or None

    def _left(self) -> timedelta | None:
        """How long the rest takes: as long as it took so far, and never less than the rate limit lets it."""
        if self._total is None or not self._pages_read:
            return None
        pages = -(-max(0, self._total - self._chain.depth) // max(1, self._pages.size - self._overlap))
        measured = (self._now() - self._began) / self._pages_read * pages
        return timedelta(seconds=round(max(measured, self._pace.time_for(pages), self._pace.waits if pages else 0)))

    async def _do(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do a piece of work in the thread of the store."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **named))


def _same_miscount(known: str, rows: int, total: int) -> bool:
    """Whether a provider miscounts as it did, by as much or up to the same limit: all was read again once for that."""
    before, _, told = known.partition(" of ")
    if not (before.isdecimal() and told.isdecimal()):
        return False
    return rows - total == int(before) - int(told) or (total == int(told) and rows >= int(before))


__all__ = ["CONNECTIONS", "LedgerSync"]
