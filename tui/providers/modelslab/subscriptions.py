"""Subscriptions from ModelsLab's wire; raises ProtocolError for what cannot be read.

`/subscriptions` lists "addon, enterprise, normal" in a shape no source shows: groups under these names or under
`..._subscriptions`, or one flat list with a category on each row. Ids may repeat across groups, so the category is
part of a subscription's key.
"""

from tui.domain import SafeText, Subscription, SubscriptionReport, SubscriptionState
from tui.providers.errors import ProtocolError
from tui.providers.modelslab.envelope import rows
from tui.providers.modelslab.models import WireSubscription
from tui.providers.transport import Json
from tui.providers.wire import inner, optional_money, read

_NORMAL = "normal"
_SUFFIXES = ("_subscriptions", "_plan_purchases", "_subscription")
_CONTAINERS = ("items", "data", "subscriptions")
_NO_GROUPS = frozenset({"pagination", "meta", "links", "summary", "wallet"})


def to_subscriptions(data: Json) -> tuple[Subscription, ...]:
    """Read all subscriptions, grouped or flat."""
    return tuple(
        _to_subscription(row, group, f"subscription {number}") for number, (group, row) in enumerate(_grouped(data), 1)
    )


def to_report(data: Json) -> SubscriptionReport:
    """Read the status of one subscription."""
    wire = read(WireSubscription, inner(data, "subscription"), "subscription")
    return SubscriptionReport(
        id=wire.id,
        status=SubscriptionState(wire.status.lower()),
        plan_id=wire.plan_id,
        period_start=wire.period_start,
        period_end=wire.period_end,
    )


def _to_subscription(row: Json, group: str, what: str) -> Subscription:
    wire = read(WireSubscription, row, what)
    return Subscription(
        id=wire.id,
        category=SafeText(group) or wire.category or SafeText(_NORMAL),
        plan_id=wire.plan_id,
        plan_name=wire.plan_name or SafeText(f"Plan {wire.plan_id}" if wire.plan_id else f"Subscription {wire.id}"),
        status=SubscriptionState(wire.status.lower()),
        period_start=wire.period_start,
        period_end=wire.period_end,
        price=optional_money(wire.price, wire.currency),
        period=wire.period or None,
    )


def _grouped(data: Json) -> list[tuple[str, Json]]:
    """Return all rows with the name of their group; empty for rows of a flat list."""
    if not isinstance(data, dict) or "id" in data:
        return [("", row) for row in rows(data)]
    groups = {key: value for key, value in data.items() if key not in _NO_GROUPS and _holds_rows(value)}
    if not groups:
        if any(value is None for value in data.values()) or not data:
            return []
        raise ProtocolError(SafeText("The answer cannot be read: there is no list of subscriptions in it."))
    if len(groups) == 1 and (container := next(iter(groups))) in _CONTAINERS:
        return _grouped(groups[container])
    if all(key.isdecimal() for key in groups):
        return [("", row) for row in groups.values()]
    return [(_category(key), row) for key, value in groups.items() for row in rows(value)]


def _holds_rows(value: Json) -> bool:
    """Whether a field is a list, or an object that is a row or has rows in it; counts and totals are not."""
    if isinstance(value, dict):
        return not value or "id" in value or any(isinstance(inside, list | dict) for inside in value.values())
    return isinstance(value, list)


def _category(key: str) -> str:
    """`enterprise_subscriptions` is the group enterprise; plain `subscriptions` beside others is the normal one."""
    for suffix in _SUFFIXES:
        key = key.removesuffix(suffix)
    return _NORMAL if key in _CONTAINERS else key
