"""Changing subscriptions at ModelsLab: paths and bodies, and what shows that a call was carried out.

`PUT /subscriptions/{id}` with `new_plan_id`, and `POST` to `pause`, `resume`, `reset-cycle` and `fix-payment` below it
(docs.modelslab.com, subscriptions). Their answers are undocumented; numbers may repeat across the categories, which
only fix-payment takes (`plan_category`). reset-cycle and fix-payment charge, or may: they are money calls.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from tui import domain
from tui.domain import AnswerKind, MoneyCall, SafeText, Subject, Subscription, checked_id
from tui.providers.errors import Invalid
from tui.providers.modelslab.funding import classify_payment
from tui.providers.modelslab.links import plan_number
from tui.providers.transport import Reply
from tui.providers.transport.refusals import read_refusal

_RUNS = frozenset({"active", "trialing"})
_SLACK = timedelta(seconds=3)
"""How much earlier than our sending the provider may have put the new period: its times are told to the second."""
_LONGEST = timedelta(minutes=2)
"""How much later it may have put it: longer than all sendings of a call take."""


def path_of(subscription: Subscription, action: str = "") -> str:
    """Return the path of a subscription, or of an action on it. Raises BadId."""
    path = f"/subscriptions/{quote(checked_id(subscription.id), safe='')}"
    return f"{path}/{action}" if action else path


def change_body(plan_id: str) -> bytes:
    """Return the bytes that move a subscription to another plan. Raises BadId."""
    return f'{{"new_plan_id": {plan_number(plan_id)}}}'.encode()


def subscribe_call(plan_id: str, payment_method_id: str) -> MoneyCall:
    """Return the request that subscribes to a plan and charges a saved card. Raises BadId."""
    card = checked_id(payment_method_id)
    body = f'{{"plan_id": {plan_number(plan_id)}, "payment_method_id": {json.dumps(card)}}}'.encode()
    about = ((Subject.PLAN, plan_id), (Subject.PAYMENT_METHOD, card))
    return MoneyCall(domain.CallKind.SUBSCRIBE, "POST", "/subscriptions", body, about=about)


def restart_call(subscription: Subscription) -> MoneyCall:
    """Return the request that begins a new billing period now. Raises BadId."""
    return _on(subscription, domain.CallKind.RESTART, "reset-cycle", b"{}")


def repair_call(subscription: Subscription) -> MoneyCall:
    """Return the request that pays what a subscription owes. Raises BadId."""
    body = json.dumps({"plan_category": str(subscription.category)}).encode()
    return _on(subscription, domain.CallKind.REPAIR, "fix-payment", body)


def _on(subscription: Subscription, kind: domain.CallKind, action: str, body: bytes) -> MoneyCall:
    about = [(Subject.SUBSCRIPTION, subscription.id)]
    if subscription.plan_id is not None:
        about.append((Subject.PLAN, subscription.plan_id))
    path = path_of(subscription, action)
    return MoneyCall(kind, "POST", path, body, about=tuple(about))


def subscription_id(call: MoneyCall) -> str:
    """Return the number of the subscription a call is about."""
    return unquote(call.path.split("/")[2])


def classify_change(reply: Reply) -> domain.MoneyAnswer:
    """Say what an answer to such a call is, as `classify_payment` does; never raises."""
    answer = classify_payment(reply)
    if answer.kind is AnswerKind.IN_PROGRESS and not _is_conflict_of_keys(reply):
        # It does not fit how the subscription stands: nothing of ours is at work.
        return replace(answer, kind=AnswerKind.REFUSED)
    return answer


def _is_conflict_of_keys(reply: Reply) -> bool:
    """Whether a 409 may be about the idempotency key: one without a code, or whose code says so."""
    code = read_refusal(reply.json).code
    return code is None or "idempotency" in code or "progress" in code


def check_meant(subscription: Subscription, report: domain.SubscriptionReport) -> None:
    """Raise Invalid when the provider means another subscription by this number: categories count by themselves."""
    if None not in (subscription.plan_id, report.plan_id) and subscription.plan_id != report.plan_id:
        raise Invalid(
            SafeText(f"ModelsLab gave the number {subscription.id} twice, and means the other subscription by it."),
            hint=SafeText("Do this on ModelsLab's site."),
        )


def restarted(report: domain.SubscriptionReport, sent_at: datetime) -> SafeText | None:
    """Say what in `report` shows that a new period was begun; None when nothing does."""
    begun = report.period_start
    if begun is None or not _is_then(begun, sent_at):
        return None
    return SafeText("the provider says that its period began then")


def repaired(call: MoneyCall, found: Iterable[Subscription]) -> SafeText | None:
    """Say what among all subscriptions shows that what one owed was paid; None when nothing does."""
    category = json.loads(call.body)["plan_category"]
    ours = (each for each in found if each.id == subscription_id(call) and each.category == category)
    runs = any(str(each.status) in _RUNS for each in ours)
    return SafeText("the provider says that the subscription runs again") if runs else None


def begun(call: MoneyCall, found: Iterable[Subscription], sent_at: datetime) -> SafeText | None:
    """Say what among all subscriptions shows that `call` began one; None when nothing does."""
    plan = str(json.loads(call.body)["plan_id"])
    ours = (each for each in found if each.plan_id == plan and str(each.status) in _RUNS and each.period_start)
    news = any(each.period_start and _is_then(each.period_start, sent_at) for each in ours)
    return SafeText("the provider says that a subscription to this plan began then") if news else None


def _is_then(begun: datetime, sent_at: datetime) -> bool:
    return sent_at - _SLACK <= begun <= sent_at + _LONGEST
