"""Hostile text from the server reaches nobody as it is: every text is cleaned, every id and address checked."""

import dataclasses
import json
import unicodedata
from collections.abc import Awaitable, Callable, Iterator

import pytest

from tests.contract.foreign import checkout, client_reading
from tui.domain import LinkRequest, Purpose, SafeText
from tui.domain.text import MAX_LENGTH
from tui.providers.base import TransactionQuery
from tui.providers.errors import BillingError, ProtocolError
from tui.providers.modelslab.client import ModelsLabClient

PAYLOADS = [
    "[/]", "[/red]", "a[/b]c", "[link='http://x]y", "ACME [test] Ltd", "[@click=app.quit]x[/]", "[$nope]x[/]", "\\[",
    "A\x1b]52;c;aGVsbG8=\x1b\\B", "A\x1b]2;title\x07B", "\x1b[2J", "\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "\x9b31mred", "\x9d0;title\x9c", "nul\x00", "so\x0e", "del\x7f", "\u202egnp.exe", "zero\u200bwidth", "\ufeffbom",
    "tab\there", "line\nbreak", "ls\u2028ps\u2029", "a" + "\u0301" * 50, "\ud800", "\ue000", "x" * 10_000,
]  # fmt: skip

WORDS = "{w}"
"""Where a template has this, the payload goes."""

TEMPLATES: dict[str, tuple[object, Callable[[ModelsLabClient], Awaitable[object]]]] = {
    "overview": (
        {"wallet_balance": 1, "subscriptions": {WORDS: [{"id": 1, "plan_name": WORDS, "status": WORDS}]},
         "payment_methods": [{"id": "pm_1", "brand": WORDS, "last4": WORDS}]},
        lambda client: client.overview(),
    ),
    "transactions": (
        {"items": [{"id": 1, "amount": 1, "type": WORDS, "status": WORDS, "usecase": WORDS, "source": WORDS,
                    "transaction_id": WORDS, "created_at": WORDS}]},
        lambda client: client.transactions(TransactionQuery()),
    ),
    "plans": (
        {"subscription_plans": [{"id": 1, "name": WORDS, "category": WORDS, "period": WORDS, "price": 1,
                                 "features": [WORDS, WORDS], "description": WORDS}],
         "pay_as_you_go": {"available": True, "description": WORDS}},
        lambda client: client.plans(),
    ),
    "subscriptions": (
        [{"id": 1, "category": WORDS, "plan_name": WORDS, "status": WORDS, "period": WORDS, "plan_id": WORDS}],
        lambda client: client.subscriptions(),
    ),
    "subscription status": (
        {"id": 1, "status": WORDS, "stripe_subscription_id": WORDS, "plan_id": WORDS},
        lambda client: client.subscription_status("1"),
    ),
    "invoices": (
        [{"id": "in_1", "number": WORDS, "amount": 1, "status": WORDS, "description": WORDS}],
        lambda client: client.invoices(),
    ),
    "invoice": (
        {"id": "in_1", "number": WORDS, "amount": 1, "lines": [{"description": WORDS, "amount": 1}]},
        lambda client: client.invoice("in_1"),
    ),
    "cards": (
        [{"id": "pm_1", "brand": WORDS, "last4": WORDS, "exp_month": WORDS}],
        lambda client: client.payment_methods(),
    ),
    "billing profile": (
        {"name": WORDS, "email": WORDS, "tax_id": WORDS, "tax_id_type": WORDS,
         "address": {"line1": WORDS, "line2": WORDS, "city": WORDS, "state": WORDS, "country": WORDS}},
        lambda client: client.billing_profile(),
    ),
    "payment status": (
        {"payment_intent_id": WORDS, "status": WORDS},
        lambda client: client.payment_status("pi_1"),
    ),
    "confirm": (
        {"status": WORDS, "message": WORDS},
        lambda client: client.confirm_checkout(checkout("cs_1")),
    ),
}  # fmt: skip


def filled(template: object, payload: str) -> object:
    """The template with the payload wherever words go, names of fields included."""
    if isinstance(template, dict):
        return {filled(key, payload): filled(value, payload) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, payload) for value in template]
    return payload if template == WORDS else template


def texts(value: object) -> Iterator[str]:
    """Every text in a domain object."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        yield from texts(list(value.items()))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


def assert_safe(value: object) -> None:
    for text in texts(value):
        assert SafeText(str(text)) == text
        assert len(text) <= MAX_LENGTH
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in text)


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
@pytest.mark.parametrize("name", TEMPLATES)
async def test_texts_are_cleaned(name: str, payload: str) -> None:
    template, call = TEMPLATES[name]
    client = client_reading(json.dumps({"data": filled(template, payload), "error": None}))
    found = await call(client)
    assert_safe(found)
    assert any(text for text in texts(found))


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
@pytest.mark.parametrize("status", [200, 402, 403, 422, 500])
async def test_error_texts_are_cleaned(payload: str, status: int) -> None:
    body = {
        "error": {"code": payload, "message": payload, "details": {payload: payload, "amount": [payload]}},
        "meta": {"request_id": payload},
    }
    with pytest.raises(BillingError) as caught:
        await client_reading(json.dumps(body), status).balance()
    assert_safe(caught.value)
    assert_safe([str(caught.value), caught.value.next_step])


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
async def test_ids_and_addresses_are_refused(payload: str) -> None:
    wrong_id = json.dumps([{"id": payload, "amount": 1}])
    with pytest.raises(ProtocolError) as caught:
        await client_reading(wrong_id).transactions(TransactionQuery())
    assert_safe([str(caught.value)])
    wrong_session = json.dumps({"session_id": payload, "payment_url": "https://checkout.stripe.com/x"})
    with pytest.raises(ProtocolError):
        await client_reading(wrong_session).create_payment_link(LinkRequest(Purpose.SUBSCRIBE, plan_id="1"), "k")
