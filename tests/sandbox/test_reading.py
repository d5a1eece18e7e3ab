"""What the reading endpoints answer, compared with the published pages."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx

from tui.sandbox.contract import RULES


def data(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_float=Decimal)["data"]


def test_all_34_endpoints_login_and_logout_are_served(web: httpx.Client) -> None:
    described = web.get("/openapi.json").json()["paths"]
    served = {
        (method.upper(), path.removeprefix("/modelslab/api/agents/v1"))
        for path, operations in described.items()
        if path.startswith("/modelslab")
        for method in operations
    }
    assert served == set(RULES)
    assert len(served) == 36


def test_the_balance_is_printed_as_in_the_example(api: httpx.Client) -> None:
    response = api.get("/wallet/balance")
    assert response.text.startswith('{"data":{"balance":75.50,"currency":"USD"},"error":null,"meta":{"request_id":"')


def test_a_ledger_row_has_the_fields_of_the_example(api: httpx.Client) -> None:
    page = data(api.get("/wallet/transactions", params={"type": "credit", "limit": 1}))
    example = {"id", "source", "transaction_id", "type", "amount", "status", "usecase", "created_at"}
    assert set(page["items"][0]) == example
    assert set(page["wallet"]) == {"balance", "currency", "total_credited", "amount_used"}
    assert page["count"] == 1
    assert page["items"][0]["created_at"].endswith("Z")


def test_paging_shows_every_row_once_newest_first(api: httpx.Client) -> None:
    pages = [data(api.get("/wallet/transactions", params={"limit": 200, "offset": offset})) for offset in (0, 200)]
    ids = [row["id"] for page in pages for row in page["items"]]
    assert ids == list(range(300, 0, -1))
    assert [page["count"] for page in pages] == [200, 100]
    assert {page["total"] for page in pages} == {300}


def test_the_ledger_adds_up_to_the_wallet(api: httpx.Client) -> None:
    pages = [data(api.get("/wallet/transactions", params={"limit": 200, "offset": offset})) for offset in (0, 200)]
    rows = [row for page in pages for row in page["items"] if row["status"] == "success"]
    sums = {kind: sum(row["amount"] for row in rows if row["type"] == kind) for kind in ("credit", "debit")}
    wallet = pages[0]["wallet"]
    assert wallet["total_credited"] == sums["credit"]
    assert wallet["amount_used"] == sums["debit"]
    assert wallet["balance"] == wallet["total_credited"] - wallet["amount_used"] == Decimal("75.50")


def test_a_limit_over_200_is_refused_with_its_field(api: httpx.Client) -> None:
    response = api.get("/wallet/transactions", params={"limit": 201})
    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "validation_error"
    assert error["details"] == {"limit": ["The limit field must not be greater than 200."]}


def test_plans_are_those_of_the_example_and_37(api: httpx.Client) -> None:
    plans = data(api.get("/subscriptions/plans"))
    assert plans["count"] == len(plans["subscription_plans"]) == 37
    basic = next(plan for plan in plans["subscription_plans"] if plan["id"] == 10)
    assert basic["name"] == "Basic Enterprise"
    assert basic["price"] == Decimal("249.00")
    assert (basic["category"], basic["period"], basic["type"]) == ("enterprise", "monthly", "basic")
    assert "Unlimited Images" in basic["features"]
    assert {plan["category"] for plan in plans["subscription_plans"]} == {"enterprise", "imagen", "addon", "normal"}
    assert plans["pay_as_you_go"]["minimum_topup_usd"] == Decimal("10.00")


def test_subscription_ids_collide_across_groups(api: httpx.Client) -> None:
    groups = data(api.get("/subscriptions"))
    assert set(groups) == {"addon", "enterprise", "normal"}
    assert groups["addon"][0]["id"] == groups["enterprise"][0]["id"]
    assert [groups[name][0]["status"] for name in ("addon", "enterprise", "normal")] == ["past_due", "active", "paused"]


def test_the_overview_repeats_what_the_other_endpoints_say(api: httpx.Client) -> None:
    overview = data(api.get("/billing/overview"))
    assert overview["wallet_balance"] == overview["wallet"]["balance"] == data(api.get("/wallet/balance"))["balance"]
    assert overview["payment_methods"] == data(api.get("/billing/payment-methods"))
    assert overview["subscriptions"] == data(api.get("/subscriptions"))
    assert overview["invoice_count"] == len(data(api.get("/billing/invoices"))) == 18


def test_a_card_expires_next_month(api: httpx.Client) -> None:
    cards = data(api.get("/billing/payment-methods"))
    assert [card["is_default"] for card in cards] == [True, False, False]
    assert (12, 2026) in {(card["exp_month"], card["exp_year"]) for card in cards}


def test_an_invoice_leads_to_a_page_and_a_pdf(api: httpx.Client, web: httpx.Client) -> None:
    newest = data(api.get("/billing/invoices"))[0]
    detail = data(api.get(f"/billing/invoices/{newest['id']}"))
    assert sum(line["amount"] for line in detail["lines"]) == detail["amount"] == newest["amount"]
    links = data(api.get(f"/billing/invoices/{newest['id']}/pdf"))
    document = web.get(links["pdf_url"])
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF-1.4")
    assert newest["number"].encode() in document.content
    assert newest["number"] in web.get(links["hosted_invoice_url"]).text


def test_stripe_config_and_payment_link_are_bare(api: httpx.Client) -> None:
    assert set(api.get("/billing/stripe-config").json()) == {"publishable_key", "instructions"}
    link = api.post("/billing/payment-link", json={"purpose": "fund", "amount": 25}).json()
    example = {"payment_url", "session_id", "purpose", "amount", "expires_at", "instructions"}
    assert set(link) == example


def test_the_billing_profile_changes_only_what_is_given(api: httpx.Client) -> None:
    before = data(api.get("/billing/info"))
    changed = data(api.put("/billing/info", json={"address_city": "Paris", "address_country": "FR"}))
    assert changed == {**before, "address_city": "Paris", "address_country": "FR"} == data(api.get("/billing/info"))
    refused = api.put("/billing/info", json={"tax_id": "EU123456789"})
    assert refused.status_code == 422


def test_a_payment_status_is_found_by_the_ledger_s_reference(api: httpx.Client) -> None:
    rows = data(api.get("/wallet/transactions", params={"type": "credit", "limit": 200}))["items"]
    row = next(row for row in rows if row["source"] == "stripe" and row["status"] == "success")
    status = data(api.get(f"/payments/{row['transaction_id']}/status"))
    assert status == {
        "status": "succeeded",
        "payment_intent_id": row["transaction_id"],
        "amount": row["amount"],
        "currency": "usd",
    }
    assert api.get("/payments/pi_none/status").status_code == 404
