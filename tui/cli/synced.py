"""The local copy of an account's ledger for a command: brought up to date first, unless --no-sync says otherwise."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from tui.cli.connection import chosen_account, on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.options import Options
from tui.cli.output import Output
from tui.config.locations import ledger_file
from tui.domain import AccountRef, SystemClock
from tui.ledger.query.query import Query, parse
from tui.ledger.store.schema import LedgerError
from tui.ledger.store.store import LedgerStore
from tui.ledger.sync.progress import SyncProgress, SyncState
from tui.providers.base import Capability, HasLedger, Provider, having


def typed_query(options: Options) -> Query:
    """The query of `options`, in which nobody goes on typing. Raises UsageError."""
    query = parse(options.query, SystemClock().now(), finished=True)
    if query.error is not None:
        raise UsageError(str(query.error))
    return query


def on_ledger(
    options: Options,
    out: Output,
    work: Callable[[LedgerStore, AccountRef], ExitCode],
    enough: int | None = None,
) -> ExitCode:
    """Do `work` with the ledger of the account of `options`; without a sync neither token nor network is needed.

    With `enough` as many of the newest rows will do. Raises what `on_account` does, and LedgerError.
    """
    if options.no_sync:
        account = chosen_account(options).ref
        with closing(_store(account)) as store:
            return work(store, account)

    async def synced(provider: Provider) -> ExitCode:
        with ExitStack() as scratch, closing(await _up_to_date(provider, out, enough, scratch)) as store:
            return work(store, provider.account)

    return on_account(options, synced, Capability.LEDGER)


async def _up_to_date(provider: Provider, out: Output, enough: int | None, scratch: ExitStack) -> LedgerStore:
    """The copy with what is new, or where it cannot be written one that is gone when `scratch` ends.

    Raises LedgerError and BillingError.
    """
    account = provider.account
    try:
        return await _synced(provider, await asyncio.to_thread(_store, account), out, enough)
    except LedgerError as error:
        from tui.account.ledger_cache import scratch_directory

        try:
            folder = Path(scratch.enter_context(scratch_directory()))
        except OSError:
            raise error from None
        out.say(f"{error} It is read anew for this command alone.")
        path = folder / "ledger.sqlite3"
        return await _synced(provider, LedgerStore(path, account.fingerprint), out, enough)


async def _synced(provider: Provider, store: LedgerStore, out: Output, enough: int | None) -> LedgerStore:
    """Bring a copy up to date; one for which that fails is closed. Raises LedgerError and BillingError."""
    from tui.ledger.sync.sync import LedgerSync

    told = ReadingLine(out)
    try:
        await LedgerSync(having(provider, HasLedger), store, SystemClock(), told.tell).run(enough)
    except BaseException:
        store.close()
        raise
    finally:
        told.end()
    return store


def _store(account: AccountRef) -> LedgerStore:
    return LedgerStore(ledger_file(account.fingerprint), account.fingerprint)


class ReadingLine:
    """One line on stderr that says how far it has come; in a file or a pipe nothing, as it would only be in the way."""

    def __init__(self, out: Output) -> None:
        self._shown = not out.json and sys.stderr is not None and sys.stderr.isatty()
        self._width = 0

    def tell(self, progress: SyncProgress) -> None:
        """Say how far the reading of the ledger has come."""
        self.say("" if progress.state is SyncState.DONE else reading_words(progress))

    def say(self, words: str) -> None:
        """Put `words` in the place of those before."""
        if self._shown and (words or self._width):
            sys.stderr.write(f"\r{words:<{self._width}}")
            sys.stderr.flush()
            self._width = len(words)

    def end(self) -> None:
        """Leave an empty line for what comes next."""
        self.say("")
        if self._shown:
            sys.stderr.write("\r")


def reading_words(progress: SyncProgress) -> str:
    """What a sync does, in words: `Reading 4,000 of 26,000 transactions, 290 a second, about 2 min left`."""
    of = "" if progress.total is None else f" of {progress.total:,}"
    if progress.state is SyncState.WAITING:
        return f"Waiting to read on, {progress.rows:,}{of} transactions are here"
    seconds = None if progress.left is None else int(progress.left.total_seconds())
    left = "" if not seconds else f", about {seconds} s left" if seconds < 90 else f", about {seconds // 60} min left"
    pace = "" if progress.pace is None else f", {progress.pace:,} a second"
    return f"Reading {progress.rows:,}{of} transactions{pace}{left}"
