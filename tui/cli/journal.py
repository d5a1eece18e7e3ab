"""The payments journal as commands use it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TypeVar

from tui.cli.exit import UsageError
from tui.cli.output import Output
from tui.cli.table import local
from tui.config.locations import journal_file
from tui.domain import Intent, IntentState, SafeText, SystemClock
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import IntentJournal, JournalError
from tui.payments.intents.reconciliation import reconcile
from tui.payments.lease import new_owner
from tui.providers.base import Provider
from tui.providers.errors import NotFound

T = TypeVar("T")


@contextmanager
def opened_journal(out: Output) -> Iterator[CheckoutJournal]:
    """Open the journal, tell of a damaged one that was moved away, close it afterwards. Raises JournalError."""
    with closing(CheckoutJournal(journal_file())) as journal:
        if journal.notice:
            out.say(str(journal.notice))
        yield journal


@contextmanager
def opened_intents(account: str, out: Output) -> Iterator[tuple[IntentJournal, str]]:
    """Open the journal of charges; give it with this instance's name in it. Raises JournalError.

    What an instance that was killed left on its way is unknown from now on, and that is told; nothing is sent.
    """
    journal = IntentJournal(journal_file())
    owner = new_owner()
    try:
        if journal.notice:
            out.say(str(journal.notice))
        for intent in journal.recover(account, owner):
            check = f"`billtop intents --check {intent.intent_id}` checks it."
            out.say(f"Unknown: {intent.title}: {intent.note}.", check)
        journal.release(owner)
        yield journal, owner
    finally:
        with suppress(JournalError):  # Leases of a process that has ended count for nothing.
            journal.release(owner)
        journal.close()


@contextmanager
def opened_executor(provider: Provider, out: Output) -> Iterator[Executor]:
    """Open the journal of charges as above, and give what carries them out."""

    async def pause(seconds: float) -> None:
        out.say(f"Not settled yet: the same request goes again in {seconds:.1f} s, with the same key.")
        await asyncio.sleep(seconds)

    async def look(intent: Intent) -> Intent:
        return await looked_up(provider, journal, intent, out)

    with opened_intents(provider.account.fingerprint, out) as (journal, owner):
        yield Executor(provider, journal, SystemClock(), sleep=pause, owner=owner, look=look)


async def unsettled_charge(provider: Provider, executor: Executor, out: Output) -> Intent | None:
    """Check the charges that are not settled; return the first that still is not, None when all are."""
    journal = executor.journal
    for intent in journal.intents(provider.account.fingerprint):
        if intent.state is IntentState.PREPARED and journal.take(intent.intent_id, executor.owner):
            continue  # Never sent, and nobody is about to.
        found = intent
        if intent.state.watched:
            found = await looked_up(provider, journal, intent, out)
            out.say(f"{found.title}, created {local(found.created_at)}: {found.note}.")
        if found.state.unsettled:
            return found
    return None


def the_one(found: Sequence[T], noun: str, command: str) -> T:
    """Return the one payment that an id on the command line stands for. Raises NotFound, UsageError."""
    if len(found) > 1:
        raise UsageError(f"Several {noun}s have that in their id: give more of it.")
    if not found:
        raise NotFound(SafeText(f"No {noun} of this account has that id."), hint=SafeText(f"`{command}` lists them."))
    return found[0]


async def looked_up(provider: Provider, journal: IntentJournal, intent: Intent, out: Output) -> Intent:
    """Find out by reading what became of an open charge; nothing is sent. Raises BillingError, JournalError."""
    with opened_journal(out) as links:
        sessions = links.sessions(provider.account.fingerprint)
    return await reconcile(provider, journal, SystemClock(), intent, sessions)
