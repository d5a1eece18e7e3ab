"""Finding a charge in the wallet's ledger: the one credit that nothing else accounts for."""

from collections.abc import Sequence
from datetime import datetime

from tui.domain import CheckoutSession, CheckoutState, Intent, Transaction
from tui.payments.intents.case import Case
from tui.payments.intents.found import checked_again, found_done
from tui.payments.kinds import Trace, kind_of
from tui.payments.ledger_rows import AROUND, LedgerMatches, credits_since, matching
from tui.payments.schedule import DEADLINE
from tui.providers.base import HasLedger, TransactionQuery


async def by_ledger(case: Case) -> Intent:
    """Look for the one credit of the amount, in the time of sending, that nothing else accounts for.

    Raises BillingError, JournalError.
    """
    provider, intent, links = case.provider, case.intent, case.links
    if not isinstance(provider, HasLedger):
        return checked_again(intent, "the provider has nothing that would tell")
    others = await case.others()
    taken = {each.payment_intent_id for each in others if each.payment_intent_id}
    since = (intent.provider_sent_at or intent.sent_at or intent.created_at) - AROUND
    if intent.provider_sent_at is None:
        # An older billtop kept our own time alone: only an answer says how far the provider's clock is ahead of it.
        await provider.transactions(TransactionQuery(limit=1))
        since += provider.server_offset
    begins = since + AROUND
    ends = intent.provider_lost_at or begins + DEADLINE
    rows = await credits_since(provider, since)
    if intent.payment_intent_id is not None:
        return _by_reference(intent, rows)
    found = matching(rows, intent.amount, begins, ends, taken)
    if not found.ours:
        return checked_again(intent, _not_found(found))
    if len(found.ours) > 1 or found.near or _has_rival(intent, others, links, begins):
        return checked_again(intent, "the ledger has payments like it, but which is which is unclear")
    (row,) = found.ours
    done = found_done(intent, f"found in the ledger as transaction {row.id}")
    return done.with_(payment_intent_id=str(row.reference) if row.reference else None)


def _by_reference(intent: Intent, rows: Sequence[Transaction]) -> Intent:
    """Believe the one row that names our payment, and no other."""
    row = next((row for row in rows if str(row.reference) == intent.payment_intent_id), None)
    if row is None:
        words = f"{intent.payment_intent_id} is not in the ledger, which does not prove that it failed"
        return checked_again(intent, words)
    if row.status == "success" and row.amount == intent.amount:
        return found_done(intent, f"found in the ledger as transaction {row.id}")
    return checked_again(intent, f"the ledger has it as transaction {row.id}: {row.amount}, {row.status.label}")


def _not_found(found: LedgerMatches) -> str:
    if not found.near:
        return "it is not in the ledger, which does not prove that it failed"
    row = found.near[0]
    when = f"{row.at:%d %b %H:%M:%S} UTC" if row.at else "an unknown time"
    return f"the ledger has transaction {row.id} of this amount at {when}, which may be another payment"


def _has_rival(intent: Intent, others: Sequence[Intent], links: Sequence[CheckoutSession], sent: datetime) -> bool:
    """Whether another payment of ours may have made a row like it."""
    return any(_could_be_its(each, intent) for each in others) or any(
        _looks_the_same(link, intent, sent) for link in links
    )


def _could_be_its(other: Intent, intent: Intent) -> bool:
    """Whether a credit like ours may as well be that of `other`, which no payment intent ties to a row."""
    if other.sent_at is None or other.payment_intent_id or other.state.uncharged:
        return False
    if kind_of(other).trace is not Trace.WALLET:
        return False
    apart = abs(other.sent_at - (intent.sent_at or intent.created_at))
    return other.amount == intent.amount and apart <= AROUND


def _looks_the_same(link: CheckoutSession, intent: Intent, sent: datetime) -> bool:
    ended = link.closed_at or link.created_at
    near = sent - AROUND <= ended <= sent + AROUND
    return link.request.amount == intent.amount and link.state is not CheckoutState.EXPIRED and near
