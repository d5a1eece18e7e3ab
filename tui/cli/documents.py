"""What `--json` prints: the documents of the contract, made from the domain."""

from collections.abc import Iterable
from datetime import datetime

from tui.cli.output import Json
from tui.domain import (
    AccountRef,
    Balance,
    CheckIn,
    CheckoutSession,
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

Document = dict[str, Json]


def money(amount: Money | None) -> Document | None:
    """An amount: plain digits as text, so that no reader turns them into binary fractions."""
    return None if amount is None else {"amount": amount.wire, "unit": amount.unit}


def time(moment: datetime | None) -> str | None:
    """A time: ISO 8601 in UTC with Z."""
    return None if moment is None else iso_z(moment)


def account(ref: AccountRef) -> Document:
    """Which account a document is about."""
    return {"account": str(ref.name), "provider": ref.provider, "mode": ref.mode.value}


def balance(ref: AccountRef, held: Balance, as_of: datetime) -> Document:
    """What is left, and what was ever put in and spent where the provider says."""
    return {
        **account(ref),
        "available": money(held.available),
        "credited": money(held.credited),
        "used": money(held.used),
        "as_of": time(as_of),
    }


def transaction(row: Transaction) -> Document:
    """One row of the ledger."""
    return {**transaction_document(row)}


def plan(offer: Plan) -> Document:
    """One plan on offer."""
    return {
        "id": offer.id,
        "name": offer.name,
        "category": offer.category,
        "prices": [{"amount": money(price.amount), "period": price.period} for price in offer.prices],
        "features": list(offer.features),
        "credits_included": offer.credits_included,
    }


def plans(catalog: PlanCatalog) -> Document:
    """All plans."""
    return {"items": [plan(each) for each in catalog.items], "minimum_top_up": money(catalog.minimum_top_up)}


def subscription(held: Subscription) -> Document:
    """One subscription; `key` alone is unique."""
    return {
        "key": held.key,
        "id": held.id,
        "category": held.category,
        "plan_id": held.plan_id,
        "plan_name": held.plan_name,
        "status": held.status,
        "period_start": time(held.period_start),
        "period_end": time(held.period_end),
    }


def card(method: PaymentMethod) -> Document:
    """One card on file."""
    return {
        "id": method.id,
        "brand": method.brand,
        "last4": method.last4,
        "exp_month": method.exp_month,
        "exp_year": method.exp_year,
        "is_default": method.is_default,
    }


def lot(held: Lot) -> Document:
    """One batch of credits."""
    return {
        "kind": str(held.kind),
        "allocated": money(held.allocated),
        "remaining": money(held.remaining),
        "expires_at": time(held.expires_at),
    }


def invoice(bill: Invoice) -> Document:
    """One invoice as lists give it."""
    return {
        "id": bill.id,
        "number": bill.number,
        "amount": money(bill.amount),
        "status": bill.status,
        "at": time(bill.at),
    }


def whole_invoice(bill: Invoice, links: InvoiceLinks, saved: str | None) -> Document:
    """One invoice with its lines and where it can be seen; `pdf_file` is where --pdf put it."""
    return {
        **invoice(bill),
        "period_start": time(bill.period_start),
        "period_end": time(bill.period_end),
        "due_at": time(bill.due_at),
        "description": bill.description,
        "lines": [{"description": line.description, "amount": money(line.amount)} for line in bill.lines],
        "pdf_url": links.pdf_url,
        "hosted_url": links.hosted_url,
        "pdf_file": saved,
    }


def order(bought: Order) -> Document:
    """One order; `amount` is null where it is not told."""
    return {
        "id": bought.id,
        "type": bought.kind,
        "status": bought.status,
        "amount": money(bought.amount),
        "plan_id": bought.plan_id,
        "channel": bought.channel or None,
        "at": time(bought.at),
    }


def check_in(done: CheckIn) -> Document:
    """What a daily check-in came to."""
    return {
        "done_before": done.done_before,
        "awarded": money(done.awarded),
        "balance": money(done.balance),
        "message": done.message or None,
    }


def checkout(session: CheckoutSession) -> Document:
    """One payment link of our own journal; `url` is there only while it can be paid."""
    return {
        "session_id": session.session_id,
        "purpose": session.request.purpose.value,
        "amount": money(session.request.amount),
        "plan_id": session.request.plan_id,
        "channel": session.request.channel,
        "status": session.state.value,
        "url": None if session.state.closed else session.url,
        "created_at": time(session.created_at),
        "expires_at": time(session.expires_at),
        "last_checked_at": time(session.last_checked_at),
        "note": session.note,
    }


def intent(made: Intent, possible: Iterable[str]) -> Document:
    """One charge of our own journal; `possible` is what can be done about it now."""
    return {
        "intent_id": made.intent_id,
        "created_at": time(made.created_at),
        "title": str(made.title),
        "amount": money(made.amount),
        "payment_method_id": made.payment_method_id,
        "status": made.state.value,
        "note": str(made.note),
        "decline_code": made.decline_code,
        "payment_intent_id": made.payment_intent_id,
        "idempotency_key": made.key,
        "attempts": made.attempts,
        "sent_at": time(made.sent_at),
        "settled_at": time(made.settled_at),
        "request_id": made.request_id,
        "actions": [str(each) for each in possible],
    }
