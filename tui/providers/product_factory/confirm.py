"""Has a checkout been paid? Product Factory has no call that says so; its orders do.

A checkout is paid when its own order is completed, and by nothing else. Its order is the one that appeared when the
checkout was made, or that names the checkout. Where neither is so, a completed order of the same plan may be it or may
come from another link: then nothing is claimed, and the session stays open.
"""

from collections.abc import Sequence
from datetime import timedelta

from tui.domain import CheckoutSession, Claims, ConfirmAnswer, ConfirmKind, LinkRequest, Order, SafeText, Subject, Word

_CLOCKS_APART = timedelta(minutes=10)
"""How far the provider's clock may be behind ours for its order still to count as made after our link."""
_MEANS = {
    "pending": (Word.PENDING, "its order is pending"),
    "completed": (Word.DONE, "its order is completed"),
    "failed": (Word.FAILED, "its order failed, as it does when a payment is declined or its page runs out"),
    "refunded": (Word.REFUNDED, "its order was refunded"),
}
"""Words of the guide to billing, and what each says about the checkout."""


def new_order(before: Sequence[Order], after: Sequence[Order], request: LinkRequest) -> Order | None:
    """Return the order that making a checkout brought about; None when there is none, or more than one."""
    known = {order.id for order in before}
    made = [order for order in after if order.id not in known and order.status == "pending" and _fits(order, request)]
    return made[0] if len(made) == 1 else None


def claims_of(orders: Sequence[Order], session: CheckoutSession) -> ConfirmAnswer:
    """Say what `orders` tell about `session`."""
    ours = next((each for each in orders if session.session_id in {each.id, *each.session_ids}), None)
    if ours is None:
        return _without_order(orders, session)
    unknown = (Word.UNRECOGNIZED, f"its order is {ours.status.label or 'without a status'}")
    word, text = _MEANS.get(str(ours.status), unknown)
    plan = {Subject.PLAN: frozenset({ours.plan_id})} if ours.plan_id is not None else {}
    claims = Claims(words=frozenset({word}), ids=plan)
    return ConfirmAnswer(ConfirmKind.ANSWERED, SafeText(text), evidence=SafeText(text), claims=claims)


def _without_order(orders: Sequence[Order], session: CheckoutSession) -> ConfirmAnswer:
    maybe = next((order for order in orders if _may_be_of(order, session)), None)
    if maybe is None:
        words = "no order of this plan was completed since"
        return ConfirmAnswer(ConfirmKind.PENDING, SafeText(words), evidence=SafeText(words))
    told = f"order {maybe.id} of this plan was completed since, and does not say by which link it was paid"
    return ConfirmAnswer(ConfirmKind.UNCLEAR, SafeText(told))


def _may_be_of(order: Order, session: CheckoutSession) -> bool:
    if order.status != "completed" or order.session_ids or not _fits(order, session.request):
        return False
    return order.at is None or order.at >= session.created_at - _CLOCKS_APART


def _fits(order: Order, request: LinkRequest) -> bool:
    """Whether an order can be about what was asked for, as far as it says what it is about."""
    return (
        order.kind in {"", "subscription"}
        and order.plan_id in {None, request.plan_id}
        and (not order.channel or not request.channel or order.channel.lower() == request.channel)
    )
