"""Telling from the lots what became of a top-up: a new lot of its size is proof, a higher balance is none.

Credits are spent while we look, so a balance may fall although a top-up arrived, and lots have no ids: a lot is known
by its kind, its size and its expiry, which spending does not change.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from tui.domain import TOP_UP, Intent, IntentState, Lot, Money, SafeText
from tui.payments.intents.found import checked_again, found_done

SOON = timedelta(hours=1)
"""How long after a lost answer a new lot is still taken for ours: later, somebody else of the team may have bought."""
_SAME_DAY = timedelta(hours=24)


def arrived(before: Iterable[Lot], now: Iterable[Lot], size: Money) -> int:
    """Count the top-ups of `size` that are in `now` and were not in `before`.

    One that was added to a lot of the same expiry counts too; lots that are gone were used up or have expired.
    """
    old, new = _top_ups(before), _top_ups(now)
    gone, fresh = old - new, new - old
    count = 0
    for (allocated, expires), times in fresh.items():
        grown = min(times, gone[allocated - size.amount, expires])
        count += grown + (times - grown if allocated == size.amount else 0)
    return count


def _top_ups(lots: Iterable[Lot]) -> Counter[tuple[Decimal, datetime | None]]:
    return Counter((lot.allocated.amount, lot.expires_at) for lot in lots if lot.kind == TOP_UP)


def by_lots(intent: Intent, now: Sequence[Lot], ours: Iterable[Intent], at: datetime) -> Intent:
    """Return `intent` as the lots of now tell it; `ours` are all money calls of the account, `at` is the time.

    Only as many new lots as top-ups of ours that may have brought one settle it; anything else is left unclear.
    """
    before = intent.lots_before or ()
    fresh = arrived(before, now, intent.amount)
    rivals = [each for each in ours if _may_have_brought(each, intent)]
    age = at - (intent.sent_at or intent.created_at)
    if intent.state is IntentState.ISSUING:
        return _issuing(intent, fresh > sum(each.state.succeeded for each in rivals), age)
    size = f"{intent.amount.digits} {intent.amount.unit}"
    if fresh == 0:
        return checked_again(intent, f"no new lot of {size} so far, which does not prove that it failed")
    if fresh != 1 + len(rivals):
        return checked_again(intent, f"new lots of {size}: {fresh}; which is which is unclear")
    if intent.state.in_doubt and age > SOON:
        words = f"a new lot of {size} is there, but it was sent too long ago to tell that nobody else bought it"
        return checked_again(intent, words)
    return found_done(intent, f"found as a new lot of {size}")


def _issuing(intent: Intent, arrived: bool, age: timedelta) -> Intent:
    if arrived:
        return intent.with_(state=IntentState.DONE, note=SafeText("paid, and the credits have arrived"))
    if age <= SOON:
        return intent.with_(note=SafeText("paid; the credits are being issued"))
    named = f" {intent.payment_intent_id}" if intent.payment_intent_id else ""
    words = f"paid, but no new lot was seen: if the credits are missing, give the provider the payment{named}"
    return intent.with_(state=IntentState.DONE, note=SafeText(words))


def _may_have_brought(other: Intent, intent: Intent) -> bool:
    """Whether a lot that is new to `intent` may as well be that of `other`."""
    if other.intent_id == intent.intent_id or other.call.body != intent.call.body:
        return False
    if other.sent_at is None or other.state.uncharged:
        return False
    if abs(other.sent_at - (intent.sent_at or intent.created_at)) > _SAME_DAY:
        return False
    return not arrived(other.lots_before or (), intent.lots_before or (), intent.amount)
