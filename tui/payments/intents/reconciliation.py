"""Finding out by reading what became of a payment whose answer was lost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from tui.domain import CallKind, CheckoutSession, Clock, Intent, IntentState, SafeText, Subject
from tui.payments.intents.adjustments import by_description
from tui.payments.intents.by_ledger import by_ledger
from tui.payments.intents.case import Case
from tui.payments.intents.found import checked_again, found_done
from tui.payments.intents.journal import IntentJournal
from tui.payments.intents.lots import by_lots
from tui.payments.kinds import Trace, kind_of
from tui.payments.ledger_rows import AROUND, BEFORE, credits_since
from tui.providers.base import HasLedger, HasLots, HasPaymentStatus, HasServerTime
from tui.providers.changing import HasSubscriptionChanges
from tui.providers.errors import NotFound
from tui.storage.journal_thread import in_journal_thread


async def reconcile(
    provider: HasServerTime, journal: IntentJournal, clock: Clock, intent: Intent, links: Sequence[CheckoutSession] = ()
) -> Intent:
    """Look for an open payment at the provider, write down what was found, and return it.

    Found as paid it is reconciled; a payment intent that failed makes it failed; not found it stays unknown: absence
    from a ledger proves nothing. Where one of the payment `links` may have made the same row, nothing is concluded. One
    that another instance moved on meanwhile is returned as that instance left it. Nothing is sent. Raises BillingError,
    JournalError.
    """
    found = await _evidence(Case(provider, journal, clock, intent, links))
    if not found.state.open and intent.state.open:
        found = found.with_(settled_at=clock.now())
    return await in_journal_thread(journal.replace, intent, found)


async def _evidence(case: Case) -> Intent:
    """The intent as the first source tells it that has anything to say."""
    kind = kind_of(case.intent)
    for source in _SOURCES[kind.trace]:
        found = await source(case)
        if found is not None:
            return found
    return checked_again(case.intent, f"nothing tells whether it was {kind.verb}; compare {kind.records}")


async def _by_payment_intent(case: Case) -> Intent | None:
    """Ask for the payment intent, when an answer ever named it."""
    provider, intent = case.provider, case.intent
    if intent.payment_intent_id is None or not isinstance(provider, HasPaymentStatus):
        return None
    try:
        report = await provider.payment_status(intent.payment_intent_id)
    except NotFound:
        return None
    if report.payment_intent_id != intent.payment_intent_id:
        return checked_again(intent, "the provider answered about another payment")
    if report.amount is not None and report.amount != intent.amount:
        if kind_of(intent).trace is not Trace.WALLET:
            return None  # What a subscription owed may differ from its price: its own state tells.
        words = f"the provider says: {report.status.label}, but of {report.amount} instead of {intent.amount}"
        return intent.with_(note=SafeText(words))
    if report.status == "succeeded":
        return found_done(intent, "the provider says that it succeeded")
    if report.status == "failed":
        return intent.with_(state=IntentState.FAILED, note=SafeText("the provider says that it failed"))
    return intent.with_(note=SafeText(f"the provider says: {report.status.label}"))


async def _by_new_lot(case: Case) -> Intent | None:
    """Compare the lots, where they were read before it was sent."""
    if case.intent.lots_before is None or not isinstance(case.provider, HasLots):
        return None
    return by_lots(case.intent, (await case.provider.lots()).items, await case.intents(), case.clock.now())


async def _by_subscription(case: Case) -> Intent | None:
    """Ask about what was charged for: the wallet's ledger has nothing of it."""
    provider, intent = case.provider, case.intent
    if not isinstance(provider, HasSubscriptionChanges):
        return None
    sent = intent.provider_sent_at or (intent.sent_at or intent.created_at) + provider.server_offset
    proof = await provider.proof_of(intent.call, sent)
    if proof is None:
        return None
    if any(_may_have_begun(each, intent) for each in await case.others()):
        return checked_again(intent, "it may be another payment of yours that did it")
    return found_done(intent, proof)


def _may_have_begun(other: Intent, intent: Intent) -> bool:
    """Whether what is seen of `intent` may as well be the work of `other`: a call of its kind on the same path."""
    if other.sent_at is None or other.state.uncharged or other.call.kind is not intent.call.kind:
        return False
    ids = dict(other.call.about), dict(intent.call.about)
    about = Subject.PLAN if intent.call.kind is CallKind.SUBSCRIBE else Subject.SUBSCRIPTION
    same = ids[0].get(about) == ids[1].get(about) and other.call.path == intent.call.path
    return same and abs(other.sent_at - (intent.sent_at or intent.created_at)) <= AROUND


async def _by_coupon(case: Case) -> Intent | None:
    """Look for a row of the ledger that names the coupon."""
    provider, intent = case.provider, case.intent
    code = dict(intent.call.about).get(Subject.COUPON)
    begins = intent.provider_sent_at
    if code is not None and begins is not None and isinstance(provider, HasLedger):
        rows = await credits_since(provider, begins - AROUND)
        row = next((row for row in rows if str(row.reference) == code and row.at and row.at >= begins - BEFORE), None)
        if row is not None and row.status == "success":
            return found_done(intent, f"found in the ledger as transaction {row.id}, which names the coupon")
    return None


_SOURCES: Mapping[Trace, Sequence[Callable[[Case], Awaitable[Intent | None]]]] = {
    Trace.WALLET: (_by_payment_intent, _by_new_lot, by_ledger),
    Trace.SUBSCRIPTION: (_by_payment_intent, _by_subscription),
    Trace.COUPON: (_by_payment_intent, _by_coupon),
    Trace.REASON: (_by_payment_intent, by_description),
}
"""Where each kind of trace is looked for, the surest first; a source that has nothing to say returns None."""
