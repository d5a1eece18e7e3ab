"""/wallet and /payments: balance, ledger, funding, automatic recharge, withdrawal."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import Query, Response

from tui.sandbox import cards, checkouts, wallet
from tui.sandbox.call import CallDep
from tui.sandbox.charging import Source, attempt, declined, find_intent
from tui.sandbox.clock import iso
from tui.sandbox.errors import ApiError, not_found
from tui.sandbox.models.common import Envelope
from tui.sandbox.models.wallet import (
    ActionRequired,
    AutoFundingAnswer,
    AutoFundingRequest,
    Balance,
    ConfirmAnswer,
    ConfirmRequest,
    FundAnswer,
    FundRequest,
    NestedBalance,
    PaymentState,
    PaymentStatus,
    TransactionPage,
    WithdrawRequest,
)
from tui.sandbox.routes.base import MUTATION, ItemId, answers, modelslab
from tui.sandbox.routes.billing import auto_funding
from tui.sandbox.routes.confirming import confirm
from tui.sandbox.views import transaction_row, wallet_summary
from tui.sandbox.wire import MAX_ID, dollars, to_cents

router = modelslab()

AUTHENTICATE = "Additional authentication is required. Use modelslab.com/pricing to complete the payment."


@router.get("/wallet/balance", responses=answers(Balance, other=Envelope[NestedBalance]))
async def balance(call: CallDep) -> Response:
    """Return the balance, flat, or as an object of its own when the settings say so."""
    now = Balance(balance=dollars(wallet.read(call.world).balance))
    return call.ok(NestedBalance(wallet=now) if call.world.settings.nested_balance else now)


@router.get("/wallet/transactions", responses=answers(TransactionPage))
async def transactions(
    call: CallDep,
    type: Annotated[Literal["credit", "debit"] | None, Query()] = None,  # noqa: A002 - the documented name
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
) -> Response:
    """Return a page of the ledger, newest first."""
    rows, total = wallet.page(call.world, type, limit, offset)
    items = [transaction_row(row) for row in rows]
    page = TransactionPage(items=items, count=len(items), total=total, wallet=wallet_summary(call.world))
    return call.ok(page)


@router.post(
    "/wallet/fund", responses=answers(FundAnswer, 402, 404, 409, extra=[(202, ActionRequired)]), openapi_extra=MUTATION
)
async def fund(call: CallDep, body: FundRequest) -> Response:
    """Charge a card and credit the wallet; without a card, open a checkout."""
    cents = to_cents(body.amount)
    if body.payment_method_id is None:
        checkout = checkouts.create(call.world, "fund", cents, None, call.base)
        return call.ok(
            FundAnswer(
                message="Open the checkout URL to complete the payment.",
                amount=body.amount,
                balance=dollars(wallet.read(call.world).balance),
                checkout_url=checkout.url(call.base),
                session_id=checkout.id,
                expires_at=iso(checkout.expires_at),
            )
        )
    card = cards.require(call.world.database, body.payment_method_id)
    with call.world.database.transaction():
        intent = attempt(call.world, card, cents, Source(call.path, call.key))
        if intent.status == "succeeded":
            wallet.credit(call.world, cents, "wallet_funding", "stripe", intent.id)
    if intent.status == "failed":
        raise declined(intent)
    if intent.status == "requires_action":
        waiting = PaymentState(
            status="requires_action", payment_intent_id=intent.id, client_secret=intent.client_secret
        )
        return call.ok(ActionRequired(payment=waiting, message=AUTHENTICATE), 202)
    return call.ok(
        FundAnswer(
            message="Wallet funded.",
            payment=PaymentState(status="succeeded", payment_intent_id=intent.id),
            amount=body.amount,
            balance=dollars(wallet.read(call.world).balance),
        )
    )


@router.post(
    "/wallet/confirm-checkout",
    responses=answers(ConfirmAnswer, 402, 404, 409, 410, 425, extra=[(202, ConfirmAnswer)]),
    openapi_extra=MUTATION,
)
async def confirm_checkout(call: CallDep, body: ConfirmRequest) -> Response:
    """Credit the wallet with a paid checkout, once, and say what the balance is."""
    return confirm(call, body.session_id, "fund")


@router.put("/wallet/auto-funding", responses=answers(AutoFundingAnswer, 409), openapi_extra=MUTATION)
async def set_auto_funding(call: CallDep, body: AutoFundingRequest) -> Response:
    """Switch automatic recharge on; it needs a default card."""
    cards.default(call.world.database)
    setting = {"amount": to_cents(body.auto_charge_amount), "threshold": to_cents(body.charge_threshold)}
    call.world.database.run("UPDATE meta SET value = ? WHERE name = 'auto_funding'", json.dumps(setting))
    return call.ok(AutoFundingAnswer(message="Auto funding enabled.", auto_funding=auto_funding(call.world)))


@router.delete("/wallet/auto-funding", responses=answers(AutoFundingAnswer, 409), openapi_extra=MUTATION)
async def disable_auto_funding(call: CallDep) -> Response:
    """Switch automatic recharge off."""
    call.world.database.run("UPDATE meta SET value = '{}' WHERE name = 'auto_funding'")
    return call.ok(AutoFundingAnswer(message="Auto funding disabled.", auto_funding=auto_funding(call.world)))


@router.post("/wallet/withdraw", responses=answers(Balance, 409), openapi_extra=MUTATION)
async def withdraw(call: CallDep, body: WithdrawRequest) -> Response:
    """Refuse: withdrawing is for resellers, and this account is none."""
    raise ApiError(403, "reseller_only", "Withdrawals are available to reseller accounts only.")


@router.get("/payments/{id}/status", responses=answers(PaymentStatus, 404))
async def payment_status(call: CallDep, id: ItemId) -> Response:  # noqa: A002 - the documented name
    """Return how an attempt to charge came out."""
    intent = find_intent(call.world, id)
    if intent is None:
        raise not_found("Payment", "payment_not_found")
    status = intent.status if intent.status in ("succeeded", "failed") else "pending"
    return call.ok(PaymentStatus(status=status, payment_intent_id=intent.id, amount=dollars(intent.amount)))
