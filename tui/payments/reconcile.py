"""Finding out by reading what became of a payment whose answer was lost."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tui.domain import (
    CREDIT,
    CheckoutSession,
    CheckoutState,
    Clock,
    Intent,
    IntentState,
    SafeText,
    Transaction,
)
from tui.payments.adjustments import by_description
from tui.payments.intent_journal import IntentJournal
from tui.payments.new_lots import by_lots
from tui.providers.base import (
    HasLedger,
    HasLots,
    HasPaymentStatus,
    HasServerTime,
    TransactionQuery,
)
from tui.providers.changing import HasSubscriptionChanges
from tui.providers.errors import NotFound

BEFORE = timedelta(minutes=5)
"""How much earlier than our sending the provider's clock may put the payment."""
AFTER = timedelta(minutes=30)
"""How much later a lost payment may still appear and be taken for ours."""
_PAGES = 5
_NEVER_CHARGED = frozenset({IntentState.PREPARED, IntentState.FAILED, IntentState.REQUIRES_ACTION})


async def reconcile(
    provider: HasServerTime, journal: IntentJournal, clock: Clock, intent: Intent, links: Sequence[CheckoutSession] = ()
) -> Intent:
    """Look for an open payment at the provider, write down what was found, and return it.

    Found as paid it is reconciled; a payment intent that failed makes it failed; not found it stays unknown: absence
    from a ledger proves nothing. Where credits come in lots, a new lot is what proves it. `links` are the account's
    payment links: one that was paid at the time with the same amount looks the same in the ledger, so then nothing is
    concluded. One that another instance moved on meanwhile is returned as that instance left it. Nothing is sent.
    Raises BillingError, JournalError.
    """
    found = await _by_payment_intent(provider, intent)
    if found is None and intent.lots_before is not None and isinstance(provider, HasLots):
        found = by_lots(intent, (await provider.lots()).items, journal.intents(intent.account), clock.now())
    if found is None and intent.call.adjusts:
        found = await by_description(provider, intent)
    if found is None and not intent.call.credits:
        found = await _by_subscription(provider, intent)
    if found is None:
        found = await _by_ledger(provider, journal, intent, links)
    if not found.state.open and intent.state.open:
        found = found.with_(settled_at=clock.now())
    return journal.replace(intent, found)


async def _by_payment_intent(provider: HasServerTime, intent: Intent) -> Intent | None:
    """Ask for the payment intent, when an answer ever named it."""
    if intent.payment_intent_id is None or not isinstance(provider, HasPaymentStatus):
        return None
    try:
        report = await provider.payment_status(intent.payment_intent_id)
    except NotFound:
        return None
    if report.status == "succeeded":
        return intent.with_(state=IntentState.RECONCILED, note=SafeText("the provider says that it succeeded"))
    if report.status == "failed":
        return intent.with_(state=IntentState.FAILED, note=SafeText("the provider says that it failed"))
    return intent.with_(note=SafeText(f"the provider says: {report.status.label}"))


async def _by_subscription(provider: HasServerTime, intent: Intent) -> Intent:
    """Ask about what was charged for: the wallet's ledger has nothing of it."""
    if isinstance(provider, HasSubscriptionChanges):
        sent = (intent.sent_at or intent.created_at) + provider.server_offset
        proof = await provider.proof_of(intent.call, sent)
        if proof is not None:
            return intent.with_(state=IntentState.RECONCILED, note=proof)
    return intent.with_(note=SafeText("looked again: nothing tells whether it was done; compare the invoices"))


async def _by_ledger(
    provider: HasServerTime, journal: IntentJournal, intent: Intent, links: Sequence[CheckoutSession]
) -> Intent:
    """Look for the one credit of the amount, around the time of sending, that nothing else of ours accounts for."""
    if not isinstance(provider, HasLedger):
        return intent.with_(note=SafeText("looked again: the provider has nothing that would tell"))
    sent = (intent.sent_at or intent.created_at) + provider.server_offset
    others = [each for each in journal.intents(intent.account) if each.intent_id != intent.intent_id]
    taken = {each.payment_intent_id for each in others if each.payment_intent_id}
    rows = await _credits_since(provider, sent - BEFORE)
    matches = [row for row in rows if _could_be(row, intent, sent) and row.reference not in taken]
    if not matches:
        return intent.with_(note=SafeText("looked again: it is not in the ledger, which does not prove that it failed"))
    rivals = [each for each in others if _could_be_its(each, intent)]
    if len(matches) > 1 or rivals or any(_looks_the_same(link, intent, sent) for link in links):
        return intent.with_(
            note=SafeText("looked again: the ledger has payments like it, but which is which is unclear")
        )
    (row,) = matches
    return intent.with_(
        state=IntentState.RECONCILED,
        payment_intent_id=intent.payment_intent_id or (str(row.reference) if row.reference else None),
        note=SafeText(f"found in the ledger as transaction {row.id}"),
    )


async def _credits_since(provider: HasLedger, moment: datetime) -> list[Transaction]:
    rows: list[Transaction] = []
    for _ in range(_PAGES):
        page = await provider.transactions(TransactionQuery(direction=CREDIT, limit=200, offset=len(rows)))
        rows += page.items
        oldest = next((row.at for row in reversed(page.items) if row.at), None)
        if not page.items or (oldest and oldest < moment):
            break
    return rows


def _could_be(row: Transaction, intent: Intent, sent: datetime) -> bool:
    return (
        row.at is not None
        and sent - BEFORE <= row.at <= sent + AFTER
        and row.amount == intent.amount
        and row.status == "success"
        and row.source in {"stripe", "card"}
    )


def _could_be_its(other: Intent, intent: Intent) -> bool:
    """Whether a credit like ours may as well be that of `other`, which no payment intent ties to a row."""
    if other.sent_at is None or other.payment_intent_id or other.state in _NEVER_CHARGED:
        return False
    if not other.call.credits:
        return False
    apart = abs(other.sent_at - (intent.sent_at or intent.created_at))
    return other.amount == intent.amount and apart <= BEFORE + AFTER


def _looks_the_same(link: CheckoutSession, intent: Intent, sent: datetime) -> bool:
    ended = link.closed_at or link.created_at
    near = sent - BEFORE <= ended <= sent + AFTER
    return link.request.amount == intent.amount and link.state is not CheckoutState.EXPIRED and near
