"""The payment provider's portal: a page behind a short-lived link, where a subscription can be ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from tui.sandbox.call import Call, CallDep
from tui.sandbox.clock import iso
from tui.sandbox.errors import not_found
from tui.sandbox.pages import HTML, HTML_404, html
from tui.sandbox.product_factory import plans
from tui.sandbox.wire import dollars
from tui.sandbox.world import World, unique

LIFETIME = 3600
PAGES = {"stripe": "/p/session/", "creem": "/test/my-orders/login/"}

router = APIRouter(default_response_class=HTMLResponse, tags=["Pages"])
_SEEN: dict[int | str, dict[str, Any]] = {200: HTML, 404: HTML_404, 422: {"description": "Not possible."}}


@dataclass(frozen=True)
class _Portal:
    user_id: str
    return_url: str
    expires_at: int


@dataclass(frozen=True)
class _Subscription:
    plan_id: str
    channel: str
    period_end: int


def _subscription(world: World, user_id: str) -> _Subscription | None:
    sql = "SELECT plan_id, channel, period_end FROM pf_subscriptions WHERE user_id = ?"
    return world.database.first(_Subscription, sql, user_id)


def open_session(world: World, user_id: str, return_url: str) -> str:
    """Open a portal session and return its path.

    Raises:
        ApiError: 404, there is no subscription to manage.

    """
    held = _subscription(world, user_id)
    if held is None:
        raise not_found("Subscription", "SUBSCRIPTION_NOT_FOUND")
    token = unique("test_", 88)
    expires_at = world.clock.epoch() + LIFETIME
    # Creem's portal takes no address to return to.
    kept = return_url if held.channel == "stripe" else ""
    world.database.run("INSERT INTO pf_portals VALUES (?, ?, ?, ?)", token, user_id, kept, expires_at)
    return PAGES[held.channel] + token


def _page(call: Call, token: str, path: str) -> Response:
    sql = "SELECT user_id, return_url, expires_at FROM pf_portals WHERE token = ?"
    session = call.world.database.first(_Portal, sql, token)
    if session is None or session.expires_at <= call.world.clock.epoch():
        text = "Ask for a new one in the terminal."
        return html("gone.html", 404, title="This portal link has expired", text=text)
    held = _subscription(call.world, session.user_id)
    plan = plans.require(call.world, held.plan_id) if held else None
    return html(
        "portal.html",
        plan=plan.name if plan else "",
        price=f"${dollars(plan.price_monthly)}" if plan else "",
        renews=iso(held.period_end)[:10] if held else "",
        action=path + token,
        back=session.return_url,
    )


def _end(call: Call, token: str) -> None:
    owner = "SELECT user_id FROM pf_portals WHERE token = ? AND expires_at > ?"
    sql = f"DELETE FROM pf_subscriptions WHERE user_id IN ({owner})"
    call.world.database.run(sql, token, call.world.clock.epoch())


@router.get(PAGES["stripe"] + "{token}", responses=_SEEN)
async def stripe(call: CallDep, token: str) -> Response:
    """Show the subscription in Stripe's portal."""
    return _page(call, token, PAGES["stripe"])


@router.post(PAGES["stripe"] + "{token}", responses=_SEEN)
async def end_at_stripe(call: CallDep, token: str) -> Response:
    """End the subscription in Stripe's portal."""
    _end(call, token)
    return _page(call, token, PAGES["stripe"])


@router.get(PAGES["creem"] + "{token}", responses=_SEEN)
async def creem(call: CallDep, token: str) -> Response:
    """Show the subscription in Creem's portal."""
    return _page(call, token, PAGES["creem"])


@router.post(PAGES["creem"] + "{token}", responses=_SEEN)
async def end_at_creem(call: CallDep, token: str) -> Response:
    """End the subscription in Creem's portal."""
    _end(call, token)
    return _page(call, token, PAGES["creem"])
