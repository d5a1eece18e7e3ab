"""The payments journal as commands use it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tui.cli.output import Output
from tui.config.locations import journal_file
from tui.payments.journal import CheckoutJournal


@contextmanager
def opened_journal(out: Output) -> Iterator[CheckoutJournal]:
    """Open the journal, tell of a damaged one that was set aside, close it afterwards. Raises JournalError."""
    journal = CheckoutJournal(journal_file())
    try:
        if journal.notice:
            out.say(str(journal.notice))
        yield journal
    finally:
        journal.close()
