"""Shapes no source settles are all understood: bare or enveloped, flat or nested, every kind of list."""

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.foreign import checkout, client_for, client_reading, json_answer
from tui.domain import BadId, LinkRequest, Money, Purpose, Transaction
from tui.providers.base import TransactionQuery
from tui.providers.errors import Invalid, ProtocolError
from tui.providers.modelslab.ledger_rows import to_transactions
from tui.providers.modelslab.links import link_body
from tui.providers.recorder import recorded
from tui.providers.transport import Json


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


def to_transaction(row: Json, unit: str = "USD") -> Transaction:
    (made,) = asyncio.run(to_transactions([row], unit))
    return made


def enveloped(data: str) -> str:
    return f'{{"data": {data}, "error": null, "meta": {{"request_id": "r-1"}}}}'


@pytest.mark.parametrize(
    "body",
    [
        '{"balance": 75.50, "currency": "USD"}',
        enveloped('{"balance": 75.50, "currency": "usd"}'),
        '{"data": {"balance": "75.50"}}',
        enveloped('{"wallet": {"balance": 75.5, "currency": "USD"}}'),
        '{"wallet_balance": 75.5}',
        '{"wallet": {"balance": "75.50"}}',
    ],
)
async def test_balance(body: str) -> None:
    assert (await client_reading(body).balance()).available == usd("75.50")


async def test_other_currencies_and_negative_balances_are_kept() -> None:
    balance = await client_reading('{"balance": -3, "currency": "eur"}').balance()
    assert balance.available == Money(Decimal(-3), "EUR")


@pytest.mark.parametrize(
    "body",
    [
        '[{"id": "1", "amount": "5.00", "type": "debit"}]',
        enveloped('[{"id": 1, "amount": 5, "type": "debit"}]'),
        enveloped('{"items": [{"id": 1, "amount": 5.00, "type": "debit"}], "pagination": {"total": 1}}'),
        enveloped('{"transactions": [{"id": 1, "amount": 5, "type": "debit"}]}'),
        enveloped('{"data": [{"id": 1, "amount": 5, "type": "DEBIT"}], "total": "1"}'),
        enveloped('{"0": {"id": 1, "amount": 5, "type": "debit"}}'),
        enveloped('{"id": 1, "amount": -5}'),
    ],
)
async def test_list_shapes(body: str) -> None:
    (row,) = (await client_reading(body).transactions(TransactionQuery())).items
    assert (row.id, row.direction, row.amount) == ("1", "debit", usd("5"))


@pytest.mark.parametrize("data", ["[]", "null", "{}", '{"items": []}', '{"items": null}', '{"invoices": []}'])
async def test_empty_lists(data: str) -> None:
    assert await client_reading(enveloped(data)).invoices() == ()


@pytest.mark.parametrize("data", ['"soon"', "7", '{"total": 3}'])
async def test_no_list_is_not_an_empty_list(data: str) -> None:
    with pytest.raises(ProtocolError):
        await client_reading(enveloped(data)).invoices()


@pytest.mark.parametrize("row", ['{"id": 2}', '{"amount": 3}', '{"id": 2, "amount": "3,50"}', "null", '"x"'])
async def test_an_unreadable_row_is_named_and_not_dropped(row: str) -> None:
    with pytest.raises(ProtocolError, match="transaction 2") as caught:
        await client_reading(enveloped(f'[{{"id": 1, "amount": 1}}, {row}]')).transactions(TransactionQuery())
    assert caught.value.request_id == "r-1"


async def test_limits_stay_within_the_api() -> None:
    client, foreign = client_for(json_answer("[]"))
    page = await client.transactions(TransactionQuery(limit=5000, offset=400))
    assert dict(foreign.last.url.params) == {"limit": "200", "offset": "400"}
    assert page.offset == 400


def test_unknown_words_stay_as_they_are() -> None:
    row = to_transaction({"id": 1, "amount": 1, "type": "clawback", "status": "in_review"})
    assert (row.direction, row.status) == ("clawback", "in_review")


def test_the_description_stands_in_for_a_missing_use_case() -> None:
    row = to_transaction({"id": 1, "amount": 1, "usecase": None, "description": "Image"})
    assert row.usecase == "Image"


_PLAIN: dict[str, Json] = {
    "id": 1,
    "amount": Decimal("-0.10"),
    "type": "debit",
    "status": "success",
    "usecase": "llm",
    "source": "wallet",
    "transaction_id": None,
    "created_at": "2026-11-21T08:00:00Z",
}
_TEXTS: list[Json] = ["CREDIT", "", "\u200b", "Café \x1b[31m", "x" * 60, None, 7, True, Decimal(1), [], {}]
_ODD: dict[str, list[Json]] = {
    "id": [0, -1, 10**18, 10**400, "txn_1", "a/b", "..", "", True, None, Decimal(1)],
    "amount": [0, 7, Decimal("1.50"), Decimal("1e-13"), Decimal("NaN"), "3.50", "3,5", True, None],
    **dict.fromkeys(("type", "status", "usecase", "source", "description", "transaction_id"), _TEXTS),
    "created_at": ["2026-11-21 08:00", "2026-11-21T08:00+05:30", "0001-01-01T00:00+09:00", "soon", "", None, 9],
    "currency": ["EUR", "eur", "", None, "credits", 5],
}


@pytest.mark.parametrize("field", _ODD)
def test_a_row_read_in_haste_is_the_row_the_model_reads(field: str) -> None:
    def outcome(row: dict[str, Json]) -> object:
        try:
            return repr(to_transaction(row, "GBP"))
        except ProtocolError as refused:
            return str(refused)

    missing = {name: value for name, value in _PLAIN.items() if name != field}
    for row in (_PLAIN, missing, *({**_PLAIN, field: value} for value in _ODD[field])):
        with recorded():  # then every row is read by the model
            wanted = outcome(row)
        assert outcome(row) == wanted


SUBSCRIPTION = '{"id": 45, "plan_id": 10, "plan_name": "Basic", "status": "active"}'


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (f'{{"addon": [], "enterprise": [{SUBSCRIPTION}], "normal": [{SUBSCRIPTION}]}}',
         ["enterprise:45", "normal:45"]),
        (f'{{"addon_subscriptions": [{SUBSCRIPTION}], "normal_subscriptions": []}}', ["addon:45"]),
        (f'{{"enterprise_plan_purchases": [{SUBSCRIPTION}], "subscriptions": [{SUBSCRIPTION}]}}',
         ["enterprise:45", "normal:45"]),
        (f'{{"subscriptions": {{"addon": [{SUBSCRIPTION}], "normal": null}}, "count": 1}}', ["addon:45"]),
        (f'{{"enterprise": {SUBSCRIPTION}, "addon": null}}', ["enterprise:45"]),
        ('[{"id": 45, "category": "addon"}, {"id": 45, "feature": "enterprise"}, {"id": 46}]',
         ["addon:45", "enterprise:45", "normal:46"]),
        (f'{{"items": [{SUBSCRIPTION}], "pagination": {{"total": 1}}}}', ["normal:45"]),
        (f'{{"0": {SUBSCRIPTION}}}', ["normal:45"]),
        (f'{{"normal": {{"3": {SUBSCRIPTION}}}, "stats": {{"active": 1}}}}', ["normal:45"]),
        ('{"addon": [], "enterprise": [], "normal": []}', []),
        ("[]", []),
        ("null", []),
    ],
)  # fmt: skip
async def test_subscriptions_are_keyed_by_category_and_id(data: str, keys: list[str]) -> None:
    assert [one.key for one in await client_reading(enveloped(data)).subscriptions()] == keys


async def test_subscription_fields_under_other_names() -> None:
    body = (
        '[{"id": 1, "stripe_status": "past_due", "next_billing_date": "2026-03-01",'
        ' "plan": {"id": 7, "name": "Pro", "price": "29.00", "period": "monthly"}}]'
    )
    (one,) = await client_reading(body).subscriptions()
    assert (one.plan_id, one.plan_name, one.status, one.price, one.period) == (
        "7", "Pro", "past_due", usd("29"), "monthly",
    )  # fmt: skip
    assert one.period_end == datetime(2026, 3, 1, tzinfo=UTC)


async def test_plans_as_a_list_with_interval_and_without_price() -> None:
    body = enveloped('[{"id": 1, "name": "A", "interval": "yearly", "price": "99"}, {"id": "p-2", "features": "One"}]')
    catalog = await client_reading(body).plans()
    first, second = catalog.items
    assert [(price.amount, price.period) for price in first.prices] == [(usd("99"), "yearly")]
    assert (second.name, second.prices, second.features) == ("Plan p-2", (), ("One",))
    assert catalog.minimum_top_up is None
    assert catalog.pay_as_you_go is None


@pytest.mark.parametrize(
    "body",
    [
        '[{"id": "pm_1", "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2027, "is_default": true}]',
        enveloped('{"items": [{"id": "pm_1", "brand": "visa", "last4": 4242, "exp_month": "12", "exp_year": "27",'
                  ' "default": 1}]}'),
        enveloped('{"payment_methods": [{"id": "pm_1", "card": {"brand": "visa", "last4": "4242", "exp_month": 12,'
                  ' "exp_year": 2027}}], "default_payment_method": "pm_1"}'),
        enveloped('{"payment_methods": [{"id": "pm_1", "card": {"brand": "visa", "last4": "4242", "exp_month": 12,'
                  ' "exp_year": 2027}, "is_default": false}], "default_payment_method": {"id": "pm_1"}}'),
        '[{"id": "pm_1", "brand": "visa", "last4": "424242424242 4242", "exp_month": 12, "exp_year": 2027,'
        ' "is_default": "1"}]',
    ],
)  # fmt: skip
async def test_cards(body: str) -> None:
    (card,) = await client_reading(body).payment_methods()
    assert (card.id, card.brand, card.last4, card.expires, card.is_default) == ("pm_1", "visa", "4242", "12/27", True)


async def test_leading_zeros_of_a_card_number_come_back() -> None:
    (card,) = await client_reading('[{"id": "pm_1", "last4": 42, "exp_month": 13, "exp_year": null}]').payment_methods()
    assert (card.last4, card.expires, card.is_default) == ("0042", "–", False)


@pytest.mark.parametrize("name", ["amount", "total", "amount_due", "amount_paid"])
async def test_invoice_amounts(name: str) -> None:
    (invoice,) = await client_reading(f'[{{"id": "in_1", "{name}": "12.30", "currency": "usd"}}]').invoices()
    assert (invoice.amount, invoice.number, invoice.status) == (usd("12.30"), "in_1", "unknown")


async def test_invoices_are_newest_first() -> None:
    body = '[{"id": "a", "amount": 1}, {"id": "b", "amount": 1, "created_at": "2026-01-01"}, ' \
           '{"id": "c", "amount": 1, "created": 1790000000}]'  # fmt: skip
    assert [invoice.id for invoice in await client_reading(body).invoices()] == ["c", "b", "a"]


LINE = '{"description": "Images", "amount": 12}'


@pytest.mark.parametrize(
    "lines",
    [f'"lines": [{LINE}]', f'"lines": {{"data": [{LINE}]}}', f'"items": [{LINE}]', f'"line_items": [{LINE}]'],
)
@pytest.mark.parametrize("wrapped", [False, True])
async def test_an_invoice_has_lines(lines: str, wrapped: bool) -> None:
    body = f'{{"id": "in_1", "amount": 12, {lines}}}'
    invoice = await client_reading(enveloped(f'{{"invoice": {body}}}' if wrapped else body)).invoice("in_1")
    assert [(item.description, item.amount) for item in invoice.lines] == [("Images", usd("12"))]


PDF, PAGE = "https://pay.stripe.com/invoice/x/pdf?s=ap", "https://invoice.stripe.com/i/x"


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (f'{{"url": "{PDF}"}}', (PDF, None)),
        (enveloped(f'{{"url": "{PDF}"}}'), (PDF, None)),
        (f'{{"url": "{PDF}", "data": {{"hosted_invoice_url": "{PAGE}"}}}}', (PDF, PAGE)),
        (enveloped(f'{{"pdf_url": "{PDF}", "hosted_invoice_url": "{PAGE}"}}'), (PDF, PAGE)),
        (enveloped(f'{{"invoice_pdf": "{PDF}", "receipt_url": "{PAGE}"}}'), (PDF, PAGE)),
        (enveloped(f'{{"invoice_pdf": null, "receipt_url": "{PAGE}"}}'), (None, PAGE)),
        (enveloped(f'["{PAGE}", "{PDF}"]'), (PDF, PAGE)),
        (enveloped(f'{{"urls": ["{PAGE}", "{PDF}"]}}'), (PDF, PAGE)),
        (enveloped(f'{{"urls": {{"receipt_url": "{PAGE}", "pdf": "{PDF}"}}}}'), (PDF, PAGE)),
        (enveloped(f'"{PDF}"'), (PDF, None)),
        (enveloped('{"pdf_url": null}'), (None, None)),
        (enveloped('{"pdf_url": "\\u001b]8;;https://evil"}'), (None, None)),
    ],
)
async def test_invoice_links(body: str, links: tuple[str | None, str | None]) -> None:
    found = await client_reading(body).invoice_links("in_1")
    assert (found.pdf_url, found.hosted_url) == links


@pytest.mark.parametrize(
    "body",
    [
        enveloped('{"name": "Acme", "tax_id": "EU1", "address_line1": "1 St", "address_city": "SF",'
                  ' "address_postal_code": "94105", "address_country": "US"}'),
        enveloped('{"name": "Acme", "tax_id": "EU1", "address": {"line1": "1 St", "city": "SF",'
                  ' "postal_code": "94105", "country": "US", "line2": null}}'),
        enveloped('{"billing_info": {"name": "Acme", "tax_id": "EU1", "address": "1 St", "city": "94105 SF",'
                  ' "country": "US"}}'),
    ],
)  # fmt: skip
async def test_billing_profile(body: str) -> None:
    profile = await client_reading(body).billing_profile()
    assert (profile.name, profile.tax_id, profile.address) == ("Acme", "EU1", ("1 St", "94105 SF", "US"))


@pytest.mark.parametrize("data", ["{}", "[]", '{"address": []}'])
async def test_an_empty_billing_profile(data: str) -> None:
    profile = await client_reading(enveloped(data)).billing_profile()
    assert (profile.name, profile.address) == ("", ())


async def test_overview_of_the_published_sample() -> None:
    overview = await client_reading(enveloped('{"wallet_balance": 75.5}')).overview()
    assert overview.balance is not None
    assert overview.balance.available == usd("75.50")
    assert (overview.subscriptions, overview.payment_methods, overview.invoice_count) == (None, None, None)


async def test_overview_in_full() -> None:
    body = enveloped(
        f'{{"wallet": {{"balance": 1, "currency": "USD"}}, "subscriptions": {{"normal": [{SUBSCRIPTION}]}},'
        ' "payment_methods": [{"id": "pm_1", "last4": "4242"}], "invoice_count": 7}'
    )
    overview = await client_reading(body).overview()
    assert overview.subscriptions is not None
    assert overview.payment_methods is not None
    assert [one.key for one in overview.subscriptions] == ["normal:45"]
    assert [card.last4 for card in overview.payment_methods] == ["4242"]
    assert overview.invoice_count == 7


async def test_counts_in_an_overview_are_no_lists() -> None:
    body = enveloped('{"payment_methods": 2, "subscriptions": 1, "invoices": [1, 2, 3]}')
    overview = await client_reading(body).overview()
    assert (overview.subscriptions, overview.payment_methods, overview.invoice_count) == (None, None, 3)
    assert overview.balance is None


@pytest.mark.parametrize(
    "body",
    [
        '{"session_id": "cs_1"}',
        '{"payment_url": "https://checkout.stripe.com/x"}',
        '{"session_id": "cs 1", "payment_url": "https://checkout.stripe.com/x"}',
        '{"session_id": "cs_1", "payment_url": 7}',
        '{"session_id": "cs_1", "payment_url": "https://checkout\\u001b[31m.stripe.com"}',
        "{}",
        "null",
        '"ok"',
    ],
)
async def test_a_link_without_session_or_page_is_no_link(body: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        await client_reading(body).create_payment_link(LinkRequest(Purpose.FUND, usd("10")), "k")
    assert caught.value.maybe_executed


async def test_a_payment_url_stays_byte_for_byte() -> None:
    url = "https://checkout.stripe.com/c/pay/cs_test_a1#fidkdWxOYHwnPyd1blpxYHZxWjA0%2FYHw%2Fa%3D%25"
    body = enveloped(json.dumps({"payment_url": url, "session_id": "cs_test_a1"}))
    link = await client_reading(body).create_payment_link(LinkRequest(Purpose.FUND, usd("10")), "k")
    assert link.url == url
    assert link.expires_at is None


@pytest.mark.parametrize("expiry", ['"soon"', "null", "true", "1e40", '""'])
async def test_an_unreadable_expiry_counts_as_none(expiry: str) -> None:
    body = f'{{"payment_url": "https://x.example/y", "session_id": "cs_1", "expires_at": {expiry}}}'
    link = await client_reading(body).create_payment_link(LinkRequest(Purpose.FUND, usd("10")), "k")
    assert link.expires_at is None


@given(cents=st.integers(min_value=1, max_value=10**9))
def test_an_amount_is_sent_exactly(cents: int) -> None:
    amount = Decimal(cents) / 100
    sent = json.loads(link_body(LinkRequest(Purpose.FUND, Money(amount, "USD"))), parse_float=Decimal)
    assert Decimal(sent["amount"]) == amount


@pytest.mark.parametrize(
    "request_",
    [
        LinkRequest(Purpose.FUND),
        LinkRequest(Purpose.FUND, Money(Decimal("1.005"), "USD")),
        LinkRequest(Purpose.FUND, Money(Decimal(0), "USD")),
        LinkRequest(Purpose.FUND, Money(Decimal(5), "EUR")),
        LinkRequest(Purpose.SUBSCRIBE),
    ],
)
async def test_what_cannot_be_asked_is_not_sent(request_: LinkRequest) -> None:
    client, foreign = client_for(json_answer("{}"))
    with pytest.raises(Invalid):
        await client.create_payment_link(request_, "k")
    assert foreign.requests == []


def test_a_plan_id_that_is_no_integer_goes_as_text() -> None:
    assert json.loads(link_body(LinkRequest(Purpose.SUBSCRIBE, plan_id="pro-1"))) == {
        "purpose": "subscribe",
        "plan_id": "pro-1",
    }


@pytest.mark.parametrize("bad", ["../../wallet/withdraw", "a/b", "a?b", "a#b", "..", "", "a b", "ä", "x" * 256])
async def test_ids_cannot_leave_their_place_in_the_path(bad: str) -> None:
    client, foreign = client_for(json_answer("{}"))
    for call in (client.invoice, client.invoice_links, client.payment_status, client.subscription_status):
        with pytest.raises(BadId):
            await call(bad)
    with pytest.raises(BadId):
        await client.confirm_checkout(checkout(bad))
    assert foreign.requests == []


async def test_an_id_with_a_colon_is_quoted() -> None:
    client, foreign = client_for(json_answer('{"id": "in:1", "amount": 1}'))
    await client.invoice("in:1")
    assert foreign.last.url.raw_path.endswith(b"/billing/invoices/in%3A1")
