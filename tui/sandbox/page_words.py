"""What the hosted page says about a session: who is paid, by which provider, for what."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.checkouts import Checkout
from tui.sandbox.product_factory import orders, people, plans
from tui.sandbox.routes.billing import profile
from tui.sandbox.world import World


@dataclass(frozen=True)
class Words:
    """Names for people; `back` is where the shop wants its customer afterwards, or empty."""

    merchant: str
    channel: str
    what: str
    account: str
    back: str = ""


def words(world: World, checkout: Checkout) -> Words:
    """Return the words for a session."""
    order = orders.of_session(world, checkout.id)
    if order is None:
        return Words("ModelsLab", "Stripe", checkout.title(), profile(world).name)
    plan = plans.require(world, order.plan_id)
    person = people.find(world, order.user_id)
    what = f"{plan.name}, monthly" if order.type == "subscription" else f"{plan.credits_included:,} credits"
    back = (order.success_url or "").replace("{CHECKOUT_SESSION_ID}", checkout.id)
    return Words("Product Factory", order.channel.title(), what, person.name if person else "", back)
