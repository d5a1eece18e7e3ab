"""Invoices: the list, one of them with its lines and links, and what is said when a part fails."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource, invoices, text
from tests.tui.looking import until
from tests.tui.reading import assert_told, line_with, press, screen_lines, screen_text, toasts
from tui.app.billing_app import BillingApp
from tui.domain import Invoice, InvoiceLinks, Mode, SafeText
from tui.providers.errors import NotFound, ServerTrouble

Loaded = Callable[[BillingApp, object], Awaitable[None]]


class SlowProvider(FakeProvider):
    """Keeps single invoices back until told."""

    def __init__(self) -> None:
        super().__init__()
        self.told = asyncio.Event()

    async def invoice(self, invoice_id: str) -> Invoice:
        await self.told.wait()
        return await super().invoice(invoice_id)


async def test_the_list_says_what_is_to_pay(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4")
        line_with(app, "14 invoices · to pay 268.00 USD")
        row = line_with(app, "ML-2026-0140")
        assert row.split()[1:] == ["ML-2026-0140", "1", "Nov", "2026", "268.00", "USD", "open"]
        await press(pilot, "down", "y")
        assert app.clipboard == "ML-2026-0139"


async def test_one_invoice_with_lines_and_links(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app(remote=True)
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        line_with(app, "Invoice ML-2026-0140")
        line_with(app, "2 Oct 2026 to 1 Nov 2026")
        first, second = line_with(app, "Basic Enterprise, one month"), line_with(app, "Voice add-on, one month")
        assert first.index(".00") == second.index(".00") == line_with(app, "total").index(".00")
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: line_with(app, "Voice add-on, one month").endswith(" 19.00"))
        assert line_with(app, "total").endswith("268.00 USD")
        assert line_with(app, "invoice.stripe.com").split() == ["page", "invoice.stripe.com"]
        line_with(app, "https://invoice.stripe.com/i/acct_1/inv_1")
        await press(pilot, "y")
        assert app.clipboard == "https://invoice.stripe.com/i/acct_1/inv_1"
        await press(pilot, "Y")
        assert app.clipboard == "https://pay.stripe.com/invoice/acct_1/inv_1/pdf"
        await press(pilot, "p")
        line_with(app, "goes to pay.stripe.com")


async def test_a_long_invoice_is_read_with_the_arrow_keys(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    bill = invoices()[0]
    provider.bills = (replace(bill, lines=bill.lines * 30),)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        assert "invoice.stripe.com" not in screen_text(app)
        await press(pilot, "end")
        line_with(app, "invoice.stripe.com")
        line_with(app, "total")


async def test_what_is_on_its_way_says_so(make_app: MakeApp, loaded: Loaded) -> None:
    slow = SlowProvider()
    app = make_app(source=FakeSource(slow))
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        line_with(app, "268.00 USD")
        line_with(app, "Reading the lines…")
        slow.told.set()
        await pilot.pause()
        line_with(app, "Basic Enterprise, one month")


async def test_an_invoice_closed_while_it_is_read_disturbs_nothing(make_app: MakeApp, loaded: Loaded) -> None:
    slow = SlowProvider()
    app = make_app(source=FakeSource(slow))
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter", "escape")
        slow.told.set()
        await pilot.pause()
        line_with(app, "14 invoices")


async def test_lines_that_cannot_be_read_leave_the_links(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.failing["invoice"] = NotFound(SafeText("Invoice not found"), request_id=SafeText("req_5"))
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        line_with(app, "Could not read the lines. Invoice not found.")
        assert_told(app, "Request req_5.")
        line_with(app, "invoice.stripe.com")
        del provider.failing["invoice"]
        await press(pilot, "r")
        await pilot.pause()
        line_with(app, "Basic Enterprise, one month")


async def test_links_that_cannot_be_had_dim_their_keys_with_a_reason(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.failing["invoice_links"] = ServerTrouble(SafeText("Something broke"))
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        line_with(app, "Could not ask for the links. Something broke.")
        await press(pilot, "o")
        assert toasts(app) == ["There is no link to this invoice that could be opened."]


async def test_a_draft_without_links_says_so(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.links = InvoiceLinks()
    provider.bills = (replace(invoices()[0], lines=()),)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        line_with(app, "ModelsLab gives no link to this invoice.")
        line_with(app, "The provider gives no lines for this invoice.")


@pytest.mark.parametrize(
    "url",
    [
        "http://invoice.stripe.com/i/1",
        "https://invoice.stripe.com@evil.example/i",
        "javascript:alert(1)",
        "https://2130706433/i",
        "https://invoice.stripe.com/\x1b]52;c;eA==\x1b\\",
    ],
)
async def test_a_link_that_lies_is_not_shown(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider, url: str
) -> None:
    provider.links = InvoiceLinks(hosted_url=url)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        assert "not shown: the address" in line_with(app, "page")
        assert url not in screen_text(app)
        assert not any("\x1b" in line for line in screen_lines(app))
        await press(pilot, "y")
        assert app.clipboard == ""


async def test_a_host_that_is_not_stripes_is_named_as_such(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.links = InvoiceLinks(pdf_url="https://bills.modelslab.example/1.pdf")
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        line_with(app, "bills.modelslab.example   not a host of Stripe's")


async def test_the_sandboxes_own_links_are_shown(make_app: MakeApp, loaded: Loaded) -> None:
    sandbox = FakeProvider(Mode.SANDBOX)
    sandbox.account = sandbox.account._replace(base_url="http://127.0.0.1:8123/api")
    sandbox.links = InvoiceLinks(hosted_url="http://127.0.0.1:8123/i/in_1", pdf_url="http://127.0.0.1:9999/i/in_1")
    app = make_app(source=FakeSource(sandbox))
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4", "enter")
        line_with(app, "http://127.0.0.1:8123/i/in_1")
        assert "9999" not in screen_text(app)


async def test_no_invoices_says_when_there_will_be_one(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.bills = ()
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4")
        line_with(app, "No invoices yet. ModelsLab makes one when something is billed.")


async def test_a_provider_without_a_number_shows_the_id(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.bills = (replace(invoices()[0], number=text("in_140"), at=None, period_start=None, period_end=None),)
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "4")
        assert line_with(app, "in_140").split()[1:3] == ["in_140", "–"]
