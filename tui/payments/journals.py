"""The payments journal as one: payment links and money calls share a file."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from tui.domain import Intent
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.events import Payment
from tui.payments.intents.journal import IntentJournal
from tui.storage.database import JournalError


@dataclass(frozen=True, slots=True)
class Journals:
    """Both journals of one file."""

    checkouts: CheckoutJournal
    intents: IntentJournal

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file at `path`. Raises JournalError."""
        checkouts = CheckoutJournal(path)
        try:
            return cls(checkouts, IntentJournal(path))
        except JournalError:
            checkouts.close()
            raise

    def payments(self, account: str) -> tuple[Payment, ...]:
        """Everything that is kept of one account. Raises JournalError."""
        return (*self.checkouts.sessions(account), *self.intents.intents(account))

    def dismiss(self, payment: Payment, owner: str, now: datetime) -> Payment:
        """Stop asking about a payment; return it as it is now. Raises JournalError."""
        if isinstance(payment, Intent):
            return self.intents.dismiss(self.intents.get(payment.intent_id) or payment, owner, now)
        known = self.checkouts.get(payment.account, payment.session_id) or payment
        return self.checkouts.dismiss(known, now)

    def save(self, payment: Payment) -> None:
        """Write a payment as it is now. Raises JournalError."""
        if isinstance(payment, Intent):
            self.intents.save(payment)
        else:
            self.checkouts.save(payment)

    def close(self, owner: str) -> None:
        """Give back what the instance `owner` holds, and close the file."""
        # A disk that is full now must not end the app with a fault: a lease ends with its process anyway.
        with suppress(JournalError):
            self.intents.release(owner)
        self.checkouts.close()
        self.intents.close()
