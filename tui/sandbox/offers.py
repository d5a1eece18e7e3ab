"""Coupons of the wallet: three that every account has, and those that a test adds."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.errors import ApiError
from tui.sandbox.world import World


@dataclass(frozen=True)
class Offer:
    """One coupon: cents it credits, or the percentage it adds to a purchase; `ended` ones are refused.

    A `reusable` one can be redeemed any number of times.
    """

    code: str
    description: str
    cents: int = 0
    percent: int = 0
    reusable: bool = False
    ended: bool = False


OFFERS = {
    offer.code: offer
    for offer in (
        Offer("WELCOME50", "A credit of 50 dollars.", cents=5_000),
        Offer("BONUS20", "20 percent on top of a purchase by card.", percent=20),
        Offer("SPRING10", "A credit of 10 dollars, over since spring.", cents=1_000, ended=True),
    )
}


def find(world: World, code: str) -> Offer | None:
    """Return a coupon by its code; capitals make no difference."""
    sql = "SELECT code, description, cents, percent, reusable FROM coupons WHERE code = ?"
    return OFFERS.get(code.upper()) or world.database.first(Offer, sql, code.upper())


def add(world: World, offer: Offer) -> None:
    """Add a coupon.

    Raises:
        ApiError: 409, there is one with this code.

    """
    if find(world, offer.code) is not None:
        raise ApiError(409, "coupon_exists", "There is already a coupon with this code.")
    world.database.run(
        "INSERT INTO coupons VALUES (?, ?, ?, ?, ?)",
        *(offer.code.upper(), offer.description, offer.cents, offer.percent, offer.reusable),
    )


def redeemed(world: World, offer: Offer) -> bool:
    """Tell whether a coupon that works once was redeemed."""
    return bool(world.database.number("SELECT COUNT(*) FROM redemptions WHERE code = ?", offer.code))


def note_redemption(world: World, offer: Offer) -> None:
    """Remember that a coupon that works once was redeemed."""
    if not offer.reusable:
        world.database.run("INSERT INTO redemptions VALUES (?, ?)", offer.code, world.clock.epoch())
