"""A foreign server for the Product Factory client: answers by method and path, and a record of requests."""

import json
from collections.abc import Mapping

import httpx

from tests.conftest import NOW, FixedClock
from tests.contract.foreign import Foreign
from tui.domain import AccountRef, CheckoutSession, LinkRequest, Mode, Purpose, SafeText
from tui.providers.product_factory.client import ProductFactoryClient
from tui.providers.product_factory.session import cookie_header
from tui.providers.transport import Transport

BASE = "https://api.example.com"
ACCOUNT = AccountRef(SafeText("shop"), "product-factory", "Product Factory", BASE, Mode.LIVE, "fedcba9876543210")
PRO = LinkRequest(Purpose.SUBSCRIBE, plan_id="plan-id", plan_name=SafeText("Pro"), channel=SafeText("stripe"))
STRIPE_URL = "https://checkout.stripe.com/c/pay/cs_live_a1B2c3D4e5F6#fidkdWxOYHwnPyd1blpxYHZxWjA0"

Answer = tuple[int, str]


def client_for(
    answers: Mapping[str, Answer | list[Answer]], currency: str | None = None
) -> tuple[ProductFactoryClient, Foreign]:
    """A client whose server answers `METHOD /path` as told; a list is used up one by one, its last for ever."""
    left = {key: list(told) if isinstance(told, list) else [told] for key, told in answers.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        told = left[f"{request.method} {request.url.path}"]
        status, body = told.pop(0) if len(told) > 1 else told[0]
        if status == 0:
            raise httpx.ReadError("cut", request=request)
        return httpx.Response(status, content=body.encode(), headers={"content-type": "application/json"})

    foreign = Foreign(answer)

    async def no_wait(_: float) -> None:
        return None

    transport = Transport(
        BASE,
        headers={"Cookie": cookie_header("tok-secret")},
        clock=FixedClock(),
        http=httpx.MockTransport(foreign),
        sleep=no_wait,
    )
    return ProductFactoryClient(ACCOUNT, transport, currency), foreign


def good(data: object, flag: str = "success") -> Answer:
    """A success in the envelope."""
    return 200, json.dumps({flag: True, "data": data})


def order(order_id: str, status: str = "completed", **more: object) -> dict[str, object]:
    """An order as the guide tells of it, with what `more` adds."""
    return {"id": order_id, "type": "subscription", "amount": 999, "status": status, **more}


def checkout(session_id: str, request: LinkRequest = PRO) -> CheckoutSession:
    """Our own record of a checkout made at NOW."""
    return CheckoutSession(session_id, ACCOUNT.fingerprint, BASE, request, STRIPE_URL, NOW, None)
