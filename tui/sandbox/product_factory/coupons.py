"""Coupons: made by an admin, listed with how often they were used."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.clock import iso
from tui.sandbox.errors import ApiError
from tui.sandbox.product_factory.models import CouponCreate, CouponView
from tui.sandbox.world import World, unique

_COLUMNS = "id, code, discount_type, discount_value, max_uses, used_count, expires_at, created_at"


@dataclass(frozen=True)
class Coupon:
    """One coupon; its value is percent or cents, its end Unix seconds."""

    id: str
    code: str
    discount_type: str
    discount_value: int
    max_uses: int | None
    used_count: int
    expires_at: int | None
    created_at: int

    def shown(self) -> CouponView:
        """Return it as the wire has it."""
        return CouponView(
            id=self.id,
            code=self.code,
            discount_type=self.discount_type,
            discount_value=self.discount_value,
            max_uses=self.max_uses,
            used_count=self.used_count,
            expires_at=None if self.expires_at is None else iso(self.expires_at),
            created_at=iso(self.created_at),
        )


def every(world: World) -> list[Coupon]:
    """Return all coupons, newest first."""
    return world.database.all(Coupon, f"SELECT {_COLUMNS} FROM pf_coupons ORDER BY created_at DESC, number DESC")


def create(world: World, wanted: CouponCreate) -> Coupon:
    """Add a coupon.

    Raises:
        ApiError: 409, there is one with this code, or it would take off more than everything.

    """
    if wanted.discount_type == "percent" and wanted.discount_value > 100:
        raise ApiError(409, "DISCOUNT_TOO_HIGH", "A discount cannot be more than 100 percent.")
    end = None if wanted.expires_at is None else int(wanted.expires_at.timestamp())
    coupon = Coupon(
        *(unique("coupon_", 16), wanted.code, wanted.discount_type, wanted.discount_value, wanted.max_uses, 0, end),
        world.clock.epoch(),
    )
    sql = f"INSERT OR IGNORE INTO pf_coupons ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, 0, ?, ?)"
    values = (coupon.id, coupon.code, coupon.discount_type, coupon.discount_value, coupon.max_uses, end)
    if not world.database.run(sql, *values, coupon.created_at):
        raise ApiError(409, "COUPON_EXISTS", "There is already a coupon with this code.")
    return coupon
