"""Finding an adjustment whose answer was lost among everybody's transactions, by the reference in its reason."""

import json
from datetime import timedelta

from tui.domain import CREDIT, Intent, Money, OwnedTransaction, SafeText
from tui.payments.intents.case import Case
from tui.payments.intents.found import checked_again, found_done
from tui.providers.base import HasAdmin

_BEFORE = timedelta(minutes=5)
"""How much earlier than our sending the provider's clock may put it."""
_MOST = 2000
"""Rows after which the search ends."""


async def by_description(case: Case) -> Intent:
    """Look for the one row that carries what was sent, and return the intent with what that says.

    Not found proves nothing: it stays unknown. Raises BillingError.
    """
    provider, intent = case.provider, case.intent
    if not isinstance(provider, HasAdmin):
        return checked_again(intent, "these rights are gone, so nothing can tell")
    sent = json.loads(intent.call.body)
    sent_at = intent.provider_sent_at or (intent.sent_at or intent.created_at) + provider.server_offset
    since = sent_at - _BEFORE
    seen: list[OwnedTransaction] = []
    while len(seen) < _MOST:
        page = await provider.all_transactions(len(seen))
        found = next((each for each in page if _is_ours(each, intent, sent)), None)
        if found is not None:
            return found_done(intent, f"found among everybody's transactions as {found.row.id}")
        seen += page
        if not page or (page[-1].row.at is not None and page[-1].row.at < since):
            break
    return checked_again(intent, "it is not among everybody's transactions, which does not prove that it failed")


def _is_ours(each: OwnedTransaction, intent: Intent, sent: dict[str, object]) -> bool:
    row = each.row
    signed = row.amount.amount if row.direction == CREDIT else -row.amount.amount
    same = each.user_id == sent["user_id"] and Money(signed, row.amount.unit) == intent.amount
    return same and str(row.source) == SafeText(str(sent["description"]))
