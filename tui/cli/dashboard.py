"""`billtop`: the dashboard on the configured accounts."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from tui.cli.connection import all_accounts, chosen_account
from tui.cli.exit import UsageError, no_such_account
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.sources import ConfiguredAccount
from tui.cli.stored_accounts import StoredAccounts
from tui.config.locations import journal_file, ledger_file_beside
from tui.domain import SystemClock

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tui.account.ledger_cache import Preloaded
    from tui.account.state import AccountSource
    from tui.account.store import AccountStore
    from tui.app.billing_app import BillingApp

SIGNAL_EXIT = 128
"""What shells add to a signal's number."""


S = TypeVar("S", bound="AccountSource")


def run(options: Options, out: Output) -> int:
    """Open the dashboard. Raises UsageError, ConfigurationError."""
    require_terminal(options)
    if options.account is not None:
        chosen_account(options)  # raises where it cannot be used
    accounts, problem = all_accounts()
    sources = [ConfiguredAccount(each, read_only=options.read_only) for each in accounts]
    account_store = StoredAccounts(read_only=options.read_only)
    return show(
        chosen_first(sources, options.account), journal_file(), options, problem=problem, account_store=account_store
    )


def chosen_first(sources: Sequence[S], name: str | None) -> list[S]:
    """Put the account of that name, if any is given, before the others. Raises UsageError when there is none."""
    names = [str(source.name) for source in sources]
    if name is not None and name not in names:
        raise no_such_account(names)
    return sorted(sources, key=lambda source: name is not None and source.name != name)


def require_terminal(options: Options) -> None:
    """Refuse to paint into a file or to read keys from one. Raises UsageError."""
    if options.json:
        raise UsageError("The dashboard has no --json. Use a command, for example `billtop overview --json`.")
    # The dashboard is painted on stderr, so stdout may be a file.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        raise UsageError(
            "The dashboard needs a terminal for input and output. Use a command, for example `billtop overview`."
        )


def show(
    sources: "Sequence[AccountSource]",
    journal: Path,
    options: Options,
    *,
    problem: str | None = None,
    account_store: "AccountStore | None" = None,
) -> int:
    """Run the dashboard until it is quit, with a `problem` told at its start; return its exit code."""
    if options.no_color:
        os.environ["NO_COLOR"] = "1"
    # The app switches the collector on once it is painted.
    gc.disable()
    clock = SystemClock()
    begun = _begun(sources[0], journal, clock)
    from tui.app.billing_app import BillingApp

    remote = is_remote(os.environ)
    app = BillingApp(sources, journal, clock, remote=remote, problem=problem, account_store=account_store, begun=begun)
    asyncio.run(_until_quit(app))
    return app.return_code or 0


def _begun(source: "AccountSource", journal: Path, clock: SystemClock) -> "Future[Preloaded] | None":
    """Have the local copy of a ledger read in a thread while the app is imported, where it is known whose it is."""
    if source.fingerprint is None:
        return None
    from concurrent.futures import ThreadPoolExecutor

    from tui.account.ledger_cache import begin, recent

    thread = ThreadPoolExecutor(1, "ledger-opening")
    begun = thread.submit(begin, ledger_file_beside(journal, source.fingerprint), source.fingerprint, recent(clock))
    thread.shutdown(wait=False)
    return begun


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether somebody looks on from another machine: then a browser opened here would be seen by nobody."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


async def _until_quit(app: "BillingApp") -> None:
    """Run the app; signals quit it the way `q` does, so that the terminal is given back as it was."""
    loop = asyncio.get_running_loop()
    asked = False

    def quit_on(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if not asked and app.return_code is None:
            asked = True
            loop.call_soon_threadsafe(lambda: app.exit(return_code=SIGNAL_EXIT + number))
        elif number != signal.SIGHUP:
            # It is quitting already, and whoever asks again does not want to wait for a payment to be answered.
            # A hangup says nothing new: kernel and shell both send one.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    # signal.signal, not the loop's own handlers: those run only when the loop comes round to it.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, quit_on)
    await app.run_async()
