"""Hostile texts in every field of text of an account, and the look at the screen that tells whether one was obeyed."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice

from tests.tui.fake_provider import FakeProvider, invoices, subscriptions, transactions, usd
from tests.tui.looking import segments
from tui.app.billing_app import BillingApp
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

TURNS = (0, 4, 8)
"""Where to begin: in three turns each field gets markup of one or two sorts, and signs for the terminal."""


class Hostile:
    """Hostile texts, another for each field: one dashboard meets all of them."""

    def __init__(self, begin: int) -> None:
        self._texts: Iterator[str] = islice(cycle(PAYLOADS), begin, None)

    def raw(self) -> str:
        """The next text, as a server sends it."""
        return next(self._texts)

    def text(self) -> SafeText:
        """The next text, as a provider's client hands it on."""
        return SafeText(self.raw())


def poison(provider: FakeProvider, hostile: Hostile) -> None:
    """Put hostile text into every field of text there is."""
    bad = hostile.text
    provider.rows = tuple(
        row._replace(
            direction=Direction(hostile.raw()) if index else row.direction,
            status=TransactionStatus(hostile.raw()),
            usecase=bad(),
            source=bad(),
            reference=bad(),
        )
        for index, row in enumerate(transactions(3))
    )
    plan = Plan(
        "plan_1",
        bad(),
        bad(),
        (Price(usd("9"), bad()),),
        (bad(), bad()),
        5,
        bad(),
    )
    provider.catalog = PlanCatalog((plan,))
    provider.running = tuple(
        replace(
            each,
            plan_id="plan_1",
            plan_name=bad(),
            status=SubscriptionState(hostile.raw()),
            period=bad(),
            category=bad(),
        )
        for each in subscriptions()
    )
    bill = replace(
        invoices()[0],
        number=bad(),
        status=InvoiceStatus(hostile.raw()),
        description=bad(),
        lines=(InvoiceLine(bad(), usd("1")),),
    )
    provider.bills = (bill,)
    provider.links = InvoiceLinks(f"https://invoice.stripe.com/{hostile.raw()}", hostile.raw())
    provider.cards = (PaymentMethod("pm_1", bad(), bad(), None, None, is_default=True),)
    provider.profile = BillingProfile(bad(), bad(), bad(), bad(), (bad(), bad()))


def check(app: BillingApp) -> None:
    """Nothing of the picture may be acted on by Textual or by a terminal."""
    for segment in segments(app):
        assert not any(
            ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char in "\u202e\u200b\u2028" for char in segment.text
        )
        style = segment.style
        assert style is None or "@click" not in (style.meta or {})
        assert style is None or not (style.link or "").startswith("https://evil")
