"""Hosted checkout sessions: made by a payment link, paid on the page, fulfilled by the first confirmation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tui.sandbox import invoices, subscriptions, wallet
from tui.sandbox.cards import Card
from tui.sandbox.charging import Intent, Source, attempt
from tui.sandbox.plans import PLANS
from tui.sandbox.world import LETTERS, World, unique

PAGE = "/c/pay/"
CREEM_PAGE = "/test/checkout/"


@dataclass(frozen=True)
class Checkout:
    """One session. Status is open, complete or expired; payment_status unpaid or paid; amount in cents.

    `fragment` is what the address carries beside the id: Stripe's fragment, or Creem's product.

    `challenge_card` waits for 3-D Secure. `fulfilled` is set once the money has reached the wallet, or to the id of
    the subscription that was made.
    """

    id: str
    purpose: str
    amount: int
    plan_id: int | None
    status: str
    payment_status: str
    created_at: int
    expires_at: int
    fragment: str
    payment_intent_id: str | None
    challenge_card: str | None
    fulfilled: int | None

    @property
    def paid(self) -> bool:
        """Whether the money has been taken."""
        return self.payment_status == "paid"

    def url(self, base: str) -> str:
        """Return the page's address under `base` (scheme and host), in the form of its payment provider."""
        if self.id.startswith("ch_"):
            return f"{base}{CREEM_PAGE}{self.fragment}/{self.id}"
        return f"{base}{PAGE}{self.id}#{self.fragment}"

    def title(self) -> str:
        """Say what is being paid for."""
        plan = PLANS.get(self.plan_id or 0)
        return f"{plan.name}, {plan.period}" if plan else "Wallet funding"


def create(
    world: World, purpose: str, amount: int, plan_id: int | None, base: str, *, product: str | None = None
) -> Checkout:
    """Open a session for `amount` cents; `product` makes it one of Creem's.

    The address of one of Stripe's gets the length that the settings ask for.
    """
    session_id = unique("ch_", 22) if product else "cs_test_a1" + unique("", 56)
    fragment = product or _fragment(world.settings.url_length - len(f"{base}{PAGE}{session_id}#"))
    now = world.clock.epoch()
    expires_at = now + world.settings.checkout_lifetime_seconds
    world.database.run(
        "INSERT INTO checkouts VALUES (?, ?, ?, ?, 'open', 'unpaid', ?, ?, ?, NULL, NULL, NULL)",
        *(session_id, purpose, amount, plan_id, now, expires_at, fragment),
    )
    return Checkout(
        *(session_id, purpose, amount, plan_id, "open", "unpaid", now, expires_at, fragment, None, None, None)
    )


def _fragment(length: int) -> str:
    """Make up a fragment of the processor's form: `fid`, then base64 whose slashes are escaped."""
    parts = ["fid"]
    left = max(0, length - 3)
    while left:
        part = "%2F" if left >= 3 and secrets.randbelow(24) == 0 else secrets.choice(LETTERS)
        parts.append(part)
        left -= len(part)
    return "".join(parts)


def find(world: World, session_id: str) -> Checkout | None:
    """Return a session, expired by now if its time is over."""
    sql = "UPDATE checkouts SET status = 'expired' WHERE id = ? AND status = 'open' AND expires_at <= ?"
    world.database.run(sql, session_id, world.clock.epoch())
    return world.database.first(Checkout, "SELECT * FROM checkouts WHERE id = ?", session_id)


def listing(world: World) -> list[Checkout]:
    """Return every session, oldest first."""
    ids = world.database.all(str, "SELECT id FROM checkouts ORDER BY created_at, rowid")
    return [checkout for checkout in (find(world, session_id) for session_id in ids) if checkout]


def pay(world: World, checkout: Checkout, card: Card, *, authenticated: bool = False) -> Intent | None:
    """Pay an open session with a card and return the attempt; a session that is not open any more takes nothing.

    Only success completes the session: after a decline it stays open, after a 3-D Secure demand it waits.
    """
    if checkout.status != "open":
        return None
    with world.database.transaction():
        intent = attempt(world, card, checkout.amount, Source(PAGE + checkout.id), authenticated=authenticated)
        if intent.status == "succeeded":
            _complete(world, checkout, intent)
        else:
            waiting = card.id if intent.status == "requires_action" else None
            world.database.run("UPDATE checkouts SET challenge_card = ? WHERE id = ?", waiting, checkout.id)
    return intent


def _complete(world: World, checkout: Checkout, intent: Intent) -> None:
    world.database.run(
        "UPDATE checkouts SET status = 'complete', payment_status = 'paid', payment_intent_id = ?,"
        " challenge_card = NULL WHERE id = ?",
        *(intent.id, checkout.id),
    )


def fail_challenge(world: World, checkout: Checkout) -> None:
    """Note that the cardholder did not pass 3-D Secure; the session stays open."""
    world.database.run("UPDATE checkouts SET challenge_card = NULL WHERE id = ?", checkout.id)


def expire(world: World, checkout: Checkout) -> None:
    """End an open session now."""
    now = world.clock.epoch()
    sql = "UPDATE checkouts SET status = 'expired', expires_at = ? WHERE id = ? AND status = 'open'"
    world.database.run(sql, now, checkout.id)


def fulfil(world: World, checkout: Checkout) -> int:
    """Hand over what a paid session paid for, once; return the mark of it, which every repetition returns again."""
    if checkout.fulfilled is not None:
        return checkout.fulfilled
    with world.database.transaction():
        mark = 0
        if checkout.plan_id is None:
            wallet.credit(world, checkout.amount, "wallet_funding", "stripe", checkout.payment_intent_id)
        else:
            plan = PLANS[checkout.plan_id]
            made = subscriptions.start(world, plan, None)
            invoices.bill(world, checkout.title(), plan.price, (made.period_start, made.period_end))
            mark = made.id
        world.database.run("UPDATE checkouts SET fulfilled = ? WHERE id = ?", mark, checkout.id)
    return mark
