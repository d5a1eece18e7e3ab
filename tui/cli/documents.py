"""What `--json` prints: the documents of the contract, made from the domain."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from tui.cli.output import Json
from tui.domain import (
    AccountRef,
    Balance,
    CheckIn,
    CheckoutSession,
    CreditLots,
    Intent,
    Invoice,
    InvoiceLinks,
    Lot,
    Money,
    Order,
    PaymentMethod,
    Plan,
    PlanCatalog,
    Subscription,
    Transaction,
    iso_z,
)
from tui.ledger.export.formats.json_lines import transaction_document

T = TypeVar("T")

Document = dict[str, Json]


def money(amount: Money | None) -> Document | None:
    """An amount: plain digits as text, so that no reader turns them into binary fractions."""
    return None if amount is None else {"amount": amount.wire, "unit": amount.unit}


def time(moment: datetime | None) -> str | None:
    """A time: ISO 8601 in UTC with Z."""
    return None if moment is None else iso_z(moment)


def items(found: Iterable[T], document: Callable[[T], Document]) -> Document:
    """A list of things, each as `document` has it."""
    return {"items": each(found, document)}


def each(found: Iterable[T] | None, document: Callable[[T], Document]) -> list[Json] | None:
    """The same in a document that has more; null where they are not known."""
    return None if found is None else [document(one) for one in found]


def _fields(source: object, *names: str) -> Document:
    """Fields of `source` under their own names, amounts and times as above."""
    return {name: _value(getattr(source, name)) for name in names}


def _value(field: Any) -> Json:
    if isinstance(field, Money):
        return money(field)
    return time(field) if isinstance(field, datetime) else field


def account(ref: AccountRef) -> Document:
    """Which account a document is about."""
    return {"account": str(ref.name), "provider": ref.provider, "mode": ref.mode.value}


def balance(ref: AccountRef, held: Balance, as_of: datetime) -> Document:
    """What is left, and what was ever put in and spent where the provider says."""
    return {**account(ref), **_fields(held, "available", "credited", "used"), "as_of": time(as_of)}


def transaction(row: Transaction) -> Document:
    """One row of the ledger."""
    return {**transaction_document(row)}


def plan(offer: Plan) -> Document:
    """One plan on offer."""
    return {
        **_fields(offer, "id", "name", "category"),
        "prices": [_fields(price, "amount", "period") for price in offer.prices],
        "features": list(offer.features),
        "credits_included": offer.credits_included,
    }


def plans(catalog: PlanCatalog) -> Document:
    """All plans."""
    return {**items(catalog.items, plan), "minimum_top_up": money(catalog.minimum_top_up)}


def subscription(held: Subscription) -> Document:
    """One subscription; `key` alone is unique."""
    return _fields(held, "key", "id", "category", "plan_id", "plan_name", "status", "period_start", "period_end")


def card(method: PaymentMethod) -> Document:
    """One card on file."""
    return _fields(method, "id", "brand", "last4", "exp_month", "exp_year", "is_default")


def lot(held: Lot) -> Document:
    """One batch of credits."""
    return _fields(held, "kind", "allocated", "remaining", "expires_at")


def lots(held: CreditLots) -> Document:
    """All batches, and whether they may be spent where the provider says."""
    return {**items(held.items, lot), "usable": held.usable}


def invoice(bill: Invoice) -> Document:
    """One invoice as lists give it."""
    return _fields(bill, "id", "number", "amount", "status", "at")


def whole_invoice(bill: Invoice, links: InvoiceLinks, saved: str | None) -> Document:
    """One invoice with its lines and where it can be seen; `pdf_file` is where --pdf put it."""
    return {
        **invoice(bill),
        **_fields(bill, "period_start", "period_end", "due_at", "description"),
        "lines": [_fields(line, "description", "amount") for line in bill.lines],
        **_fields(links, "pdf_url", "hosted_url"),
        "pdf_file": saved,
    }


def order(bought: Order) -> Document:
    """One order; `amount` is null where it is not told."""
    return {
        "id": bought.id,
        "type": bought.kind,
        **_fields(bought, "status", "amount", "plan_id"),
        "channel": bought.channel or None,
        "at": time(bought.at),
    }


def check_in(done: CheckIn) -> Document:
    """What a daily check-in came to."""
    return {**_fields(done, "done_before", "awarded", "balance"), "message": done.message or None}


def checkout(session: CheckoutSession) -> Document:
    """One payment link of our own journal; `url` is there only while it can be paid."""
    return {
        "session_id": session.session_id,
        **_fields(session.request, "purpose", "amount", "plan_id", "channel"),
        "status": session.state,
        "url": None if session.state.closed else session.url,
        **_fields(session, "created_at", "expires_at", "last_checked_at", "note"),
    }


def intent(made: Intent, possible: Iterable[str]) -> Document:
    """One charge of our own journal; `possible` is what can be done about it now."""
    return {
        **_fields(made, "intent_id", "created_at", "title", "amount", "payment_method_id"),
        "status": made.state,
        **_fields(made, "note", "decline_code", "payment_intent_id"),
        "idempotency_key": made.key,
        **_fields(made, "attempts", "sent_at", "settled_at", "request_id"),
        "actions": [str(each) for each in possible],
    }
