"""What is known while finding out what became of one money call."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.domain import CheckoutSession, Clock, Intent
from tui.payments.intents.journal import IntentJournal
from tui.providers.base import HasServerTime
from tui.storage.journal_thread import in_journal_thread


@dataclass(frozen=True, slots=True)
class Case:
    """A money call whose end only reading can tell, and where to read."""

    provider: HasServerTime
    journal: IntentJournal
    clock: Clock
    intent: Intent
    links: Sequence[CheckoutSession] = ()
    """The account's payment links: one that was paid at the time with the same amount looks the same in the ledger."""

    async def intents(self) -> tuple[Intent, ...]:
        """All money calls of the account. Raises JournalError."""
        return await in_journal_thread(self.journal.intents, self.intent.account)

    async def others(self) -> list[Intent]:
        """The other money calls of the account. Raises JournalError."""
        return [each for each in await self.intents() if each.intent_id != self.intent.intent_id]
