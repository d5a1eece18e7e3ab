"""Plans and subscriptions as text."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from tui.account.state import Snapshot
from tui.domain import UNTOLD, Money, Plan, PlanCatalog, Subscription
from tui.providers.base import Capability
from tui.widgets.format import BOLD, DIM, GOOD, align_on_point, fit, lines, plural
from tui.widgets.status_styles import status_style, subscription_outlook

_SHOWN = 4
"""Subscriptions listed one by one; the rest is counted."""


def standing_text(snapshot: Snapshot, now: datetime, zone: tzinfo | None, width: int) -> Content:
    """What is subscribed to, and paying as you go, in `width` cells; parts the account does not have are left out."""
    rows: list[Content] = []
    running = snapshot.subscriptions.value
    if running is not None and Capability.SUBSCRIPTIONS in snapshot.capabilities:
        rows += _subscriptions(running, now, zone, width)
    if snapshot.plans.value is not None:
        rows += _pay_as_you_go(snapshot.plans.value, payable=Capability.PAYMENT_LINK in snapshot.capabilities)
    return lines(rows)


def plan_detail(plan: Plan, current: Subscription | None, now: datetime, zone: tzinfo | None) -> Content:
    """Everything about one plan, and how it stands when it is `current`."""
    rows = [Content.styled(plan.name, BOLD)]
    if current is not None:
        outlook = subscription_outlook(current, now, zone)
        rows[0] = Content.assemble(rows[0], ("   current", GOOD), f"  {current.status.label}", (f"  {outlook}", DIM))
    terms = [f"{price.amount.digits}{unit_after(price.amount)} {price.period}" for price in plan.prices]
    if plan.prices and plan.prices[0].amount.unit == UNTOLD:
        terms[-1] += " (currency not told)"
    if plan.credits_included:
        terms.append(f"{plan.credits_included:,} credits included")
    if terms:
        rows.append(Content(" · ".join(terms)))
    if plan.description:
        rows.append(Content.styled(plan.description, DIM))
    if plan.features:
        rows += [Content(), *(Content(f"· {feature}") for feature in plan.features)]
    return lines(rows)


def unit_after(amount: Money) -> str:
    """The unit behind an amount; nothing where nobody tells the currency."""
    return "" if amount.unit == UNTOLD else f" {amount.unit}"


def _subscriptions(
    all_of_them: Sequence[Subscription], now: datetime, zone: tzinfo | None, width: int
) -> list[Content]:
    # What needs payment first, what ended last.
    ranked = sorted(all_of_them, key=lambda each: (each.status.ended, not each.status.needs_payment))
    listed = [each for each in ranked if not each.status.ended][:_SHOWN]
    if not listed:
        return [Content.styled("No subscription runs.", DIM)]
    prices = align_on_point([each.price.digits if each.price else "" for each in listed])
    name_width = max(12, min(30, width - 52))
    rows = [
        Content.assemble(
            fit(each.plan_name, name_width),
            f"  {price} {each.price.unit if each.price else ''} {fit(each.period or '', 8)}  ",
            (fit(each.status.label, 9), status_style(each.status)),
            (f"  {subscription_outlook(each, now, zone)}", DIM),
        )
        for each, price in zip(listed, prices, strict=True)
    ]
    rest = len(all_of_them) - len(listed)
    return [*rows, Content.styled(f"and {plural(rest, 'other')}", DIM)] if rest else rows


def _pay_as_you_go(catalog: PlanCatalog, *, payable: bool) -> list[Content]:
    terms = catalog.pay_as_you_go
    if terms is None or not terms.available:
        return []
    least = catalog.minimum_top_up
    words = [
        f"from {least.digits} {least.unit}" if least else "",
        "f adds funds" if payable else "",
        "auto-recharge possible" if terms.auto_recharge else "",
    ]
    told = ", ".join(word for word in words if word)
    return [Content.assemble(("Pay as you go   ", DIM), told or "available")]
