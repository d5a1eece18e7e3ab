"""Hostile text in every field of transactions, plans, invoices, cards and profiles: shown, never obeyed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, invoices, subscriptions, transactions, usd
from tests.tui.looking import segments
from tests.tui.reading import press
from tui.app import BillingApp
from tui.domain import (
    BillingProfile,
    Direction,
    InvoiceLine,
    InvoiceLinks,
    InvoiceStatus,
    PaymentMethod,
    Plan,
    PlanCatalog,
    Price,
    SafeText,
    SubscriptionState,
    TransactionStatus,
)
from tui.providers.errors import NotFound

Loaded = Callable[[BillingApp, Pilot[Any]], Awaitable[None]]

PAYLOADS = [
    "[/]",
    "[/red]x[/nope]",
    "[link='http://x]y",
    '[link="https://evil.example"]pay[/link]',
    "[@click=app.quit]x[/]",
    '[@click="]x',
    "[$nope]x[/]",
    "tail\\",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1b]2;title\x07\x9b2J",
    "\u202egnp.exe\u200b\u2028line\ttab\nnewline",
    "\ud800e" + "\u0301" * 50,
]


def poison(provider: FakeProvider, payload: str) -> None:
    """Put `payload` into every field of text there is."""
    bad = SafeText(payload)
    provider.rows = tuple(
        replace(
            row,
            direction=Direction(payload) if index else row.direction,
            status=TransactionStatus(payload),
            usecase=bad,
            source=bad,
            reference=bad,
        )
        for index, row in enumerate(transactions(3))
    )
    plan = Plan("plan_1", bad, bad, (Price(usd("9"), bad),), (bad, bad), 5, bad)
    provider.catalog = PlanCatalog((plan,))
    provider.running = tuple(
        replace(each, plan_id="plan_1", plan_name=bad, status=SubscriptionState(payload), period=bad, category=bad)
        for each in subscriptions()
    )
    bill = replace(
        invoices()[0],
        number=bad,
        status=InvoiceStatus(payload),
        description=bad,
        lines=(InvoiceLine(bad, usd("1")),),
    )
    provider.bills = (bill,)
    provider.links = InvoiceLinks(f"https://invoice.stripe.com/{payload}", payload)
    provider.cards = (PaymentMethod("pm_1", bad, bad, None, None, is_default=True),)
    provider.profile = BillingProfile(bad, bad, bad, bad, (bad, bad))


def check(app: BillingApp) -> None:
    """Nothing of the picture may be acted on by Textual or by a terminal."""
    for segment in segments(app):
        assert not any(
            ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char in "\u202e\u200b\u2028" for char in segment.text
        )
        style = segment.style
        assert style is None or "@click" not in (style.meta or {})
        assert style is None or not (style.link or "").startswith("https://evil")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("payload", PAYLOADS)
async def test_every_view_and_dialog(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider, payload: str, size: tuple[int, int]
) -> None:
    poison(provider, payload)
    app = make_app()
    async with app.run_test(size=size, notifications=True) as pilot:
        await loaded(app, pilot)
        for keys in (["2"], ["enter"], ["Y"], ["escape", "3"], ["4"], ["y"], ["enter"], ["escape", "5"], ["y"]):
            await press(pilot, *keys)
            check(app)
        provider.failing["invoice"] = NotFound(SafeText(payload), request_id=SafeText(payload))
        await press(pilot, "4", "enter")
        check(app)
        assert app.is_running
