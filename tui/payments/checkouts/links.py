"""Making a payment link: on disk before anybody sees it."""

from uuid import uuid4

from tui.domain import CheckoutSession, Clock, LinkRequest, SafeText
from tui.payments.balance import balance_soon
from tui.payments.checkouts.gate import check_payment_url
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.schedule import FIRST
from tui.providers.base import HasPaymentLink
from tui.storage.journal_thread import in_journal_thread


async def open_checkout(
    provider: HasPaymentLink, journal: CheckoutJournal, clock: Clock, request: LinkRequest
) -> CheckoutSession:
    """Ask for a payment link, check it, write it down, and only then return it.

    Nothing is charged by this: a link whose answer was lost was never shown and cannot be paid. Raises BillingError,
    BadPaymentUrl, JournalError; after any of them there is nothing to pay.
    """
    await in_journal_thread(journal.require_room)
    before = await balance_soon(provider)
    link = await provider.create_payment_link(request, idempotency_key=str(uuid4()))
    check_payment_url(link.url, provider.account)
    now = clock.now()
    session = CheckoutSession(
        session_id=link.session_id,
        account=provider.account.fingerprint,
        base_url=provider.account.base_url,
        request=request,
        url=link.url,
        created_at=now,
        expires_at=link.expires_at,
        next_check_at=now + FIRST,
        note=SafeText("waiting for payment"),
        balance_before=before,
    )
    await in_journal_thread(journal.add, session)
    return session
