"""What `billtop overview`, `transactions` and the lists print."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROWS, Billtop
from tui.sandbox.harness import RunningSandbox

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def usd(document: Any) -> Decimal:
    assert document.keys() == {"amount", "unit"}
    assert document["unit"] == "USD"
    assert re.fullmatch(r"-?\d+\.\d{2,}", document["amount"])
    return Decimal(document["amount"])


def test_overview(billtop: Billtop) -> None:
    ran = billtop.run("overview", "--json")
    document = ran.json
    assert ran.code == 0
    assert list(document) == [
        *("account", "provider", "mode", "balance", "total_credited", "amount_used"),
        *("subscriptions", "payment_methods", "invoice_count", "lots", "as_of"),
    ]
    assert (document["provider"], document["mode"], document["lots"]) == ("modelslab", "sandbox", None)
    assert usd(document["total_credited"]) - usd(document["amount_used"]) == usd(document["balance"])
    assert TIME.fullmatch(document["as_of"])
    assert document["invoice_count"] == len(billtop.run("invoices", "--json").json["items"])
    assert document["subscriptions"] == billtop.run("subscriptions", "--json").json["items"]
    assert document["payment_methods"] == billtop.run("cards", "--json").json["items"]


def test_balance(billtop: Billtop) -> None:
    document = billtop.run("--json", "balance").json
    assert list(document) == ["account", "provider", "mode", "available", "credited", "used", "as_of"]
    assert usd(document["credited"]) - usd(document["used"]) == usd(document["available"])


def test_transactions_page_through_the_ledger(billtop: Billtop) -> None:
    document = billtop.run("transactions", "--limit", "1000", "--json").json
    assert list(document) == ["items", "count", "total", "credit_total", "debit_total"]
    items = document["items"]
    assert list(items[0]) == ["id", "at", "direction", "amount", "status", "usecase", "source", "reference"]
    assert len({each["id"] for each in items}) == document["count"] == document["total"] >= ROWS
    assert [each["at"] for each in items] == sorted((each["at"] for each in items), reverse=True)
    for direction in ("credit", "debit"):
        moved = [each for each in items if each["direction"] == direction and each["status"] != "failed"]
        assert usd(document[f"{direction}_total"]) == sum(usd(each["amount"]) for each in moved)


def test_the_limit_of_transactions(billtop: Billtop) -> None:
    document = billtop.run("transactions", "--limit", "5", "--json").json
    assert document["count"] == len(document["items"]) == 5
    assert document["total"] >= ROWS
    assert billtop.run("transactions", "--json").json["count"] == 50


def test_a_query_finds_rows_on_later_pages(billtop: Billtop) -> None:
    everything = billtop.run("transactions", "--limit", "1000", "--json").json["items"]
    ran = billtop.run("transactions", "--query", "type:credit source:stripe", "--limit", "1000", "--json").json
    wanted = [each for each in everything if each["direction"] == "credit" and each["source"] == "stripe"]
    assert wanted
    assert everything.index(wanted[-1]) > 200
    assert ran["items"] == wanted
    assert ran["total"] == ran["count"] == len(wanted)
    assert usd(ran["debit_total"]) == 0


def test_the_provider_counts_what_it_can_filter(billtop: Billtop) -> None:
    document = billtop.run("transactions", "--query", "type:debit", "--limit", "3", "--json").json
    assert {each["direction"] for each in document["items"]} == {"debit"}
    assert document["count"] == 3
    assert document["total"] > 200


def test_without_a_sync_nobody_is_asked(billtop: Billtop, sandbox: RunningSandbox) -> None:
    """The newest rows cost one page; what was read of the ledger answers queries afterwards, and says how far."""
    newest = billtop.run("transactions", "--limit", "5", "--json").json["items"]
    sandbox.fault("/wallet/transactions", status=403, times=None)
    assert billtop.run("transactions").code == 3
    offline = billtop.run("transactions", "--no-sync", "--limit", "5", "--json").json
    assert (offline["items"], offline["total"] >= ROWS) == (newest, True)
    some = billtop.run("transactions", "--no-sync", "--query", "type:debit", "--limit", "1000", "--json")
    assert some.json["total"] is None
    assert "Only the newest 200 rows" in some.err


def test_a_wrong_query_names_the_word(billtop: Billtop) -> None:
    ran = billtop.run("transactions", "--query", "type:debit colour:red")
    assert ran.code == 2
    assert "colour:red" in ran.err


def test_plans(billtop: Billtop) -> None:
    document = billtop.run("plans", "--json").json
    assert list(document) == ["items", "minimum_top_up"]
    assert usd(document["minimum_top_up"]) == 10
    plan = next(each for each in document["items"] if each["id"] == "10")
    assert list(plan) == ["id", "name", "category", "prices", "features", "credits_included"]
    assert (plan["name"], plan["category"]) == ("Basic Enterprise", "enterprise")
    assert [(usd(price["amount"]), price["period"]) for price in plan["prices"]] == [(Decimal(249), "monthly")]
    assert plan["features"]


def test_subscriptions_have_unique_keys(billtop: Billtop) -> None:
    items = billtop.run("subscriptions", "--json").json["items"]
    fields = ["key", "id", "category", "plan_id", "plan_name", "status", "period_start", "period_end"]
    assert all(list(each) == fields for each in items)
    assert len({each["key"] for each in items}) == len(items) > len({each["id"] for each in items})
    assert {"active", "past_due"} <= {each["status"] for each in items}


def test_invoices_and_cards(billtop: Billtop) -> None:
    invoices = billtop.run("invoices", "--json").json["items"]
    assert all(list(each) == ["id", "number", "amount", "status", "at"] for each in invoices)
    assert all(usd(each["amount"]) > 0 and TIME.fullmatch(each["at"]) for each in invoices)
    cards = billtop.run("cards", "--json").json["items"]
    assert all(list(each) == ["id", "brand", "last4", "exp_month", "exp_year", "is_default"] for each in cards)
    assert [each["last4"] for each in cards if each["is_default"]] == ["4242"]


def test_an_invoice_and_its_pdf(billtop: Billtop, tmp_path: Path) -> None:
    listed = next(each for each in billtop.run("invoices", "--json").json["items"] if each["status"] == "paid")
    ran = billtop.run("invoice", listed["id"], "--pdf", str(tmp_path), "--json")
    document = ran.json
    assert ran.code == 0
    assert {key: document[key] for key in listed} == listed
    assert sum(usd(line["amount"]) for line in document["lines"]) == usd(document["amount"])
    saved = Path(document["pdf_file"])
    assert saved.parent == tmp_path
    assert saved.read_bytes().startswith(b"%PDF-")

    named = tmp_path / "mine.pdf"
    assert billtop.run("invoice", listed["id"], "--pdf", str(named)).code == 0
    assert named.read_bytes() == saved.read_bytes()


def test_a_pdf_that_cannot_be_had_leaves_no_file(billtop: Billtop, sandbox: RunningSandbox, tmp_path: Path) -> None:
    invoice = billtop.run("invoices", "--json").json["items"][0]["id"]
    target = tmp_path / "invoice.pdf"
    sandbox.fault(f"/i/{invoice}/pdf", status=200, body="<html>log in first</html>")
    ran = billtop.run("invoice", invoice, "--pdf", str(target))
    assert ran.code == 1
    assert "not a PDF" in ran.err
    assert list(tmp_path.glob("*.pdf")) == []
    assert billtop.run("invoice", invoice, "--pdf", str(tmp_path / "no" / "such.pdf")).code == 2


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("overview", ["SANDBOX", "Balance", "Basic Enterprise", "past due", "visa", "invoices"]),
        ("balance", ["Credited", "Used"]),
        ("transactions", ["Time", "debit", "USD", "shown, in $", "out $"]),
        ("plans", ["Basic Enterprise", "$249.00 monthly", "Smallest top-up: $10.00"]),
        ("subscriptions", ["past due", "enterprise:"]),
        ("invoices", ["paid", "$249.00"]),
        ("cards", ["visa", "4242", "default"]),
        ("checkouts", ["No payment links"]),
    ],
)
def test_people_read_plain_tables(billtop: Billtop, command: str, expected: list[str]) -> None:
    ran = billtop.run(command)
    assert (ran.code, ran.err) == (0, "")
    assert [words for words in expected if words not in ran.out] == []
    assert "\x1b" not in ran.out


def test_any_locale_can_print_everything(billtop: Billtop) -> None:
    plain = billtop.run("cards", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert plain.code == 0
    assert "4242" in plain.out
    document = billtop.run("cards", "--json", PYTHONIOENCODING="ascii")
    assert document.json["items"]
