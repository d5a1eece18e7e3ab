"""Balance, ledger and payments from ModelsLab's wire; raises ProtocolError for what cannot be read."""

from pydantic import AliasChoices, AliasPath, Field

from tui.domain import Balance, Money, PaymentReport, PaymentState, TransactionPage
from tui.providers.modelslab.envelope import rows
from tui.providers.modelslab.ledger_rows import to_transactions
from tui.providers.modelslab.models import DOLLARS, WireBalance, WirePayment
from tui.providers.transport import Json
from tui.providers.wire import Count, WireModel, inner, optional_money, read


def to_balance(data: Json) -> Balance:
    """Read a balance, flat or under `wallet`."""
    wire = read(WireBalance, inner(data, "wallet"), "balance")
    return Balance(
        available=Money(wire.balance, wire.currency),
        credited=optional_money(wire.total_credited, wire.currency),
        used=optional_money(wire.amount_used, wire.currency),
    )


class _Totals(WireModel):
    """How many rows there are in all, beside the rows or under `pagination`."""

    expected = frozenset({"total"})

    total: Count = Field(default=None, validation_alias=AliasChoices("total", AliasPath("pagination", "total")))


async def to_page(data: Json, offset: int) -> TransactionPage:
    """Read one page of the ledger; rows without a currency are in the wallet's."""
    wallet = data.get("wallet") if isinstance(data, dict) else None
    balance = to_balance(wallet) if isinstance(wallet, dict) else None
    unit = balance.available.unit if balance else DOLLARS
    found = rows(data, "transactions")
    total = read(_Totals, data, "transactions").total if isinstance(data, dict) else None
    return TransactionPage(
        items=await to_transactions(found, unit),
        offset=offset,
        total=total,
        balance=balance,
    )


def to_payment(data: Json, payment_intent_id: str) -> PaymentReport:
    """Read how a payment stands."""
    wire = read(WirePayment, inner(data, "payment"), "payment")
    return PaymentReport(
        payment_intent_id=wire.payment_intent_id or payment_intent_id,
        status=PaymentState(wire.status.lower()),
        amount=optional_money(wire.amount, wire.currency),
    )
