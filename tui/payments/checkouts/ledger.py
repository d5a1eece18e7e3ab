"""Settling a checkout by the ledger, where the answer to confirm-checkout gave a balance and no word.

The published page shows nothing but `balance` for a confirmed checkout. One that did not rise by exactly the amount may
be that of a paid checkout all the same, because credits are spent meanwhile. Two things together then show that it was
paid: the provider had answered "not yet" for this very session before, and the ledger has one payment of the amount
since the link was made that nothing else of ours can have made. A provider that answers with a balance whether it was
paid or not never gives the first of them: then the payment may be another machine's, and the session stays open.
"""

from dataclasses import replace

from tui.domain import CheckoutSession, ConfirmAnswer, ConfirmKind, SafeText, Subject
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.evidence import mismatch_of
from tui.payments.ledger_rows import BEFORE, credits_since, matching
from tui.providers.base import Connection, HasLedger
from tui.providers.errors import BillingError
from tui.storage.journal_thread import in_journal_thread


async def by_ledger(
    provider: Connection,
    session: CheckoutSession,
    answer: ConfirmAnswer,
    journal: CheckoutJournal,
) -> ConfirmAnswer:
    """Return `answer` as the ledger settles it; unclear as before where it does not. Raises JournalError."""
    amount, claims = session.request.amount, answer.claims
    if amount is None or claims is None or claims.balance is None or not isinstance(provider, HasLedger):
        return answer
    if mismatch_of(claims, amount, {Subject.SESSION: session.session_id}):
        return answer
    begins = session.created_at + provider.server_offset
    if await in_journal_thread(has_rivals, session, journal):
        return replace(answer, message=SafeText("Other payments of this amount were made meanwhile."))
    try:
        rows = await credits_since(provider, begins)
    except BillingError:
        return answer
    ends = max((row.at for row in rows if row.at), default=begins)
    found = matching(rows, amount, begins, ends, ())
    if len(found.ours) != 1 or not session.was_unpaid:
        shown = ", ".join(f"transaction {row.id}" for row in found.ours[:3])
        seen = f"The ledger has {shown} of {amount} since" if shown else f"The ledger has no payment of {amount} since"
        return replace(answer, message=SafeText(f"{answer.message} {seen}."))
    (row,) = found.ours
    return replace(
        answer,
        kind=ConfirmKind.PAID,
        message=SafeText(f"Paid: transaction {row.id} in the ledger."),
        balance=claims.balance,
    )


def has_rivals(session: CheckoutSession, journal: CheckoutJournal) -> bool:
    """Whether another payment of ours since the link was made may explain what would prove it. Raises JournalError."""
    if any(_may_be_its(link, session) for link in journal.sessions(session.account)):
        return True
    return session.request.amount in journal.charged_since(session.account, session.created_at - BEFORE)


def _may_be_its(link: CheckoutSession, session: CheckoutSession) -> bool:
    """Whether a payment of this amount may as well be that of another link of ours."""
    if link.session_id == session.session_id or link.request.amount != session.request.amount:
        return False
    return not link.state.uncharged and (link.closed_at is None or link.closed_at >= session.created_at)
