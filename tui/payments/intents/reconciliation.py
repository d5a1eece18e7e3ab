"""Finding out by reading what became of a payment whose answer was lost."""

from collections.abc import Sequence
from datetime import datetime

from tui.domain import (
    CallKind,
    CheckoutSession,
    CheckoutState,
    Clock,
    Intent,
    IntentState,
    SafeText,
    Subject,
    Transaction,
)
from tui.payments.intents.adjustments import by_description
from tui.payments.intents.journal import IntentJournal
from tui.payments.intents.lots import by_lots
from tui.payments.kinds import Trace, kind_of
from tui.payments.ledger_rows import AROUND, BEFORE, LedgerMatches, credits_since, matching
from tui.payments.schedule import DEADLINE
from tui.providers.base import (
    HasLedger,
    HasLots,
    HasPaymentStatus,
    HasServerTime,
    TransactionQuery,
)
from tui.providers.changing import HasSubscriptionChanges
from tui.providers.errors import NotFound
from tui.storage.journal_thread import in_journal_thread


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
        found = by_lots(intent, (await provider.lots()).items, await _intents(journal, intent), clock.now())
    trace = kind_of(intent).trace
    if found is None and trace is Trace.REASON:
        found = await by_description(provider, intent)
    if found is None and trace is not Trace.WALLET:
        found = await _by_subscription(provider, journal, intent)
    if found is None:
        found = await _by_ledger(provider, journal, intent, links)
    if not found.state.open and intent.state.open:
        found = found.with_(settled_at=clock.now())
    return await in_journal_thread(journal.replace, intent, found)


async def _intents(journal: IntentJournal, intent: Intent) -> tuple[Intent, ...]:
    """The money calls of the account of `intent`."""
    return await in_journal_thread(journal.intents, intent.account)


async def _by_payment_intent(provider: HasServerTime, intent: Intent) -> Intent | None:
    """Ask for the payment intent, when an answer ever named it."""
    if intent.payment_intent_id is None or not isinstance(provider, HasPaymentStatus):
        return None
    try:
        report = await provider.payment_status(intent.payment_intent_id)
    except NotFound:
        return None
    if report.payment_intent_id != intent.payment_intent_id:
        return intent.with_(note=SafeText("checked again: the provider answered about another payment"))
    if report.amount is not None and report.amount != intent.amount:
        if kind_of(intent).trace is not Trace.WALLET:
            return None  # What a subscription owed may differ from its price: its own state tells.
        words = f"the provider says: {report.status.label}, but of {report.amount} instead of {intent.amount}"
        return intent.with_(note=SafeText(words))
    if report.status == "succeeded":
        return intent.with_(state=IntentState.RECONCILED, note=SafeText("the provider says that it succeeded"))
    if report.status == "failed":
        return intent.with_(state=IntentState.FAILED, note=SafeText("the provider says that it failed"))
    return intent.with_(note=SafeText(f"the provider says: {report.status.label}"))


async def _by_subscription(provider: HasServerTime, journal: IntentJournal, intent: Intent) -> Intent:
    """Ask about what was charged for: the wallet's ledger has nothing of it."""
    if kind_of(intent).trace is Trace.COUPON:
        return await _by_coupon(provider, intent)
    if isinstance(provider, HasSubscriptionChanges):
        sent = intent.provider_sent_at or (intent.sent_at or intent.created_at) + provider.server_offset
        proof = await provider.proof_of(intent.call, sent)
        others = [each for each in await _intents(journal, intent) if each.intent_id != intent.intent_id]
        if proof is not None and any(_may_have_begun(each, intent) for each in others):
            return intent.with_(note=SafeText("checked again: it may be another payment of yours that did it"))
        if proof is not None:
            return intent.with_(state=IntentState.RECONCILED, note=proof)
    records = kind_of(intent).records
    return intent.with_(note=SafeText(f"checked again: nothing tells whether it was done; compare {records}"))


def _may_have_begun(other: Intent, intent: Intent) -> bool:
    """Whether what is seen of `intent` may as well be the work of `other`: a call of its kind on the same path."""
    if other.sent_at is None or other.state.uncharged or other.call.kind is not intent.call.kind:
        return False
    ids = dict(other.call.about), dict(intent.call.about)
    about = Subject.PLAN if intent.call.kind is CallKind.SUBSCRIBE else Subject.SUBSCRIPTION
    same = ids[0].get(about) == ids[1].get(about) and other.call.path == intent.call.path
    return same and abs(other.sent_at - (intent.sent_at or intent.created_at)) <= AROUND


async def _by_coupon(provider: HasServerTime, intent: Intent) -> Intent:
    """Look for a row of the ledger that names the coupon."""
    code = dict(intent.call.about).get(Subject.COUPON)
    begins = intent.provider_sent_at
    if code is not None and begins is not None and isinstance(provider, HasLedger):
        rows = await credits_since(provider, begins - AROUND)
        row = next((row for row in rows if str(row.reference) == code and row.at and row.at >= begins - BEFORE), None)
        if row is not None and row.status == "success":
            note = SafeText(f"found in the ledger as transaction {row.id}, which names the coupon")
            return intent.with_(state=IntentState.RECONCILED, note=note)
    return intent.with_(note=SafeText("checked again: nothing tells whether it was redeemed; compare the ledger"))


async def _by_ledger(
    provider: HasServerTime, journal: IntentJournal, intent: Intent, links: Sequence[CheckoutSession]
) -> Intent:
    """Look for the one credit of the amount, in the time of sending, that nothing else accounts for."""
    if not isinstance(provider, HasLedger):
        return intent.with_(note=SafeText("checked again: the provider has nothing that would tell"))
    others = [each for each in await _intents(journal, intent) if each.intent_id != intent.intent_id]
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
        return intent.with_(note=SafeText(_not_found(found)))
    if len(found.ours) > 1 or found.near or _has_rival(intent, others, links, begins):
        return intent.with_(
            note=SafeText("checked again: the ledger has payments like it, but which is which is unclear")
        )
    (row,) = found.ours
    return intent.with_(
        state=IntentState.RECONCILED,
        payment_intent_id=str(row.reference) if row.reference else None,
        note=SafeText(f"found in the ledger as transaction {row.id}"),
    )


def _by_reference(intent: Intent, rows: Sequence[Transaction]) -> Intent:
    """Believe the one row that names our payment, and no other."""
    row = next((row for row in rows if str(row.reference) == intent.payment_intent_id), None)
    if row is None:
        words = f"checked again: {intent.payment_intent_id} is not in the ledger, which does not prove that it failed"
        return intent.with_(note=SafeText(words))
    if row.status == "success" and row.amount == intent.amount:
        note = SafeText(f"found in the ledger as transaction {row.id}")
        return intent.with_(state=IntentState.RECONCILED, note=note)
    words = f"checked again: the ledger has it as transaction {row.id}: {row.amount}, {row.status.label}"
    return intent.with_(note=SafeText(words))


def _not_found(found: LedgerMatches) -> str:
    if not found.near:
        return "checked again: it is not in the ledger, which does not prove that it failed"
    row = found.near[0]
    when = f"{row.at:%d %b %H:%M:%S} UTC" if row.at else "an unknown time"
    return f"checked again: the ledger has transaction {row.id} of this amount at {when}, which may be another payment"


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
