"""An Olostep team in memory: a double of the foreign service behind the real client, for its two billing calls."""

import asyncio
import json
from typing import Any

import httpx

from tests.conftest import FixedClock
from tui.config.accounts import make_account
from tui.providers.olostep.client import OlostepClient
from tui.providers.transport import Transport

PUBLISHED: dict[str, Any] = {
    "credits": 12500,
    "breakdown": [
        {
            "purchase_kind": "Subscription",
            "allocated_units": 10000,
            "remaining_units": 8500,
            "expiry_date": 1735689600,
        },
        {"purchase_kind": "Top-up", "allocated_units": 5000, "remaining_units": 4000, "expiry_date": 1743465600},
    ],
    "active_subscription": {"id": "SUB_PRO", "display_name": "Pro", "credits": 10000, "created_at": 1704067200},
    "allow_usage": True,
}
"""The published answer of `GET /user/credits/info`."""
PAID: dict[str, Any] = {"success": True, "payment_intent_id": "pi_xxx", "credits": 10000}
PROCESSING: dict[str, Any] = {
    "success": True,
    "status": "processing",
    "payment_intent_id": "pi_xxx",
    "message": "Payment is processing. Credits will be added once the payment is confirmed.",
    "credits": 10000,
}
"""The two published successes of `POST /user/purchase-topup`."""


class Team:
    """Answers reads with `credits`, purchases with `answer`; remembers the requests."""

    def __init__(self, status: int = 200, body: Any = None, **headers: str) -> None:
        self.credits: Any = json.loads(json.dumps(PUBLISHED))
        self.reading = 200
        self.answer = (status, PAID if body is None else body, headers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.method == "GET":
            return httpx.Response(self.reading, json=self.credits)
        status, body, headers = self.answer
        return httpx.Response(status, json=body, headers=headers)

    @property
    def bought(self) -> list[bytes]:
        """The bodies of the purchases that arrived."""
        return [each.content for each in self.requests if each.method == "POST"]

    def issue(self, units: int, expiry: int = 1798761600) -> None:
        """Hand out a lot, as the processor's webhook does."""
        lot = {"purchase_kind": "Top-up", "allocated_units": units, "remaining_units": units, "expiry_date": expiry}
        self.credits["breakdown"].append(lot)
        self.credits["credits"] += units

    def use(self, units: int) -> None:
        """Spend credits of the first lot."""
        self.credits["breakdown"][0]["remaining_units"] -= units
        self.credits["credits"] -= units


def client_of(team: Team, clock: FixedClock | None = None) -> OlostepClient:
    """The client of a team; it waits for nothing between attempts."""
    account = make_account(name="scraper", provider="olostep", base_url="https://api.olostep.com", token="ol-test").ref

    async def no_wait(_: float) -> None:
        await asyncio.sleep(0)

    transport = Transport(
        account.base_url,
        headers={"Authorization": "Bearer ol-test"},
        clock=clock or FixedClock(),
        http=httpx.MockTransport(team),
        sleep=no_wait,
    )
    return OlostepClient(account, transport)
