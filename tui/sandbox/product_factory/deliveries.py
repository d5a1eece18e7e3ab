"""Paying for an order, and sending its event over the network to the gateway, as the payment provider does."""

from __future__ import annotations

import httpx

from tui.sandbox import checkouts
from tui.sandbox.call import Call
from tui.sandbox.cards import Card
from tui.sandbox.charging import Intent
from tui.sandbox.checkouts import Checkout
from tui.sandbox.contract import PRODUCT_FACTORY_PREFIX
from tui.sandbox.product_factory import events, orders

SECONDS = 5.0


async def pay(call: Call, checkout: Checkout, card: Card, *, authenticated: bool = False) -> Intent | None:
    """Pay a session of any provider; a paid order's event is sent before the page answers."""
    with call.world.database.transaction():
        intent = checkouts.pay(call.world, checkout, card, authenticated=authenticated)
        order = orders.of_session(call.world, checkout.id)
        paid = order is not None and intent is not None and intent.status == "succeeded"
        if paid and order is not None:
            events.note(call.world, order)
    if paid and not call.world.settings.hold_webhooks:
        await deliver(call)
    return intent


async def deliver(call: Call) -> None:
    """Send every event that has not been taken yet, once each."""
    async with httpx.AsyncClient(base_url=call.server, timeout=SECONDS, trust_env=False) as client:
        for event in events.every(call.world):
            if event.taken:
                continue
            body = event.body.encode()
            headers = {"Content-Type": "application/json", **events.sign(call.world, event.channel, body)}
            path = f"{PRODUCT_FACTORY_PREFIX}/payment/webhook/{event.channel}"
            try:
                status = (await client.post(path, content=body, headers=headers)).status_code
            except httpx.HTTPError:
                status = None
            call.world.database.run(
                "UPDATE pf_events SET attempts = attempts + 1, status = ? WHERE id = ?", status, event.id
            )
