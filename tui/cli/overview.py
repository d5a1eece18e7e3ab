"""`billtop overview` and `billtop balance`."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from tui.account.state import Section, Snapshot
from tui.cli import documents, lists
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import local, pairs
from tui.domain import AccountRef, Balance, CreditLots, Invoice, Overview, PaymentMethod, Subscription, SystemClock
from tui.providers.base import Capability, HasBalance, HasLedger, HasOverview, Provider, TransactionQuery, having

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Glance:
    """An account at a glance, put together from the provider's summary and from what that leaves out."""

    account: AccountRef
    balance: Balance
    subscriptions: tuple[Subscription, ...] | None
    """None where the provider has none to tell; so are the next three."""
    payment_methods: tuple[PaymentMethod, ...] | None
    invoice_count: int | None
    lots: CreditLots | None
    as_of: datetime


def run(options: Options, out: Output) -> ExitCode:
    """Print the overview, or the balance alone."""

    async def overview(provider: Provider) -> ExitCode:
        glance = await read_glance(provider)
        out.result(_document(glance), _lines(glance))
        return ExitCode.DONE

    async def balance(provider: Provider) -> ExitCode:
        held = await read_balance(provider)
        now = SystemClock().now()
        out.result(documents.balance(provider.account, held, now), _balance_lines(provider.account, held, now))
        return ExitCode.DONE

    return on_account(options, balance if options.command == "balance" else overview, Capability.BALANCE)


async def read_glance(provider: Provider) -> Glance:
    """Read the provider's summary, then whatever it left out at the same time. Raises BillingError."""
    told = (
        await having(provider, HasOverview).overview() if Capability.OVERVIEW in provider.capabilities else Overview()
    )
    try:
        async with asyncio.TaskGroup() as reads:
            balance = reads.create_task(_balance(provider, told))
            subscriptions = reads.create_task(_rest(told.subscriptions, Snapshot.subscriptions, provider))
            cards = reads.create_task(_rest(told.payment_methods, Snapshot.payment_methods, provider))
            invoices = reads.create_task(_invoice_count(provider, told))
            lots: asyncio.Task[CreditLots | None] = reads.create_task(_rest(None, Snapshot.lots, provider))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return Glance(
        provider.account,
        balance.result(),
        subscriptions.result(),
        cards.result(),
        invoices.result(),
        lots.result(),
        SystemClock().now(),
    )


async def read_balance(provider: Provider) -> Balance:
    """Read the balance, with what was credited and used where the ledger tells it. Raises BillingError."""
    read = await having(provider, HasBalance).balance()
    if read.credited is not None or Capability.LEDGER not in provider.capabilities:
        return read
    page = await having(provider, HasLedger).transactions(TransactionQuery(limit=1))
    return page.balance or read


async def _balance(provider: Provider, told: Overview) -> Balance:
    if told.balance is not None and told.balance.credited is not None:
        return told.balance
    return await read_balance(provider)


async def _rest(told: T | None, section: Section[Any], provider: Provider) -> T | None:
    """What the summary told of a part, or else the part as it is read by itself where the provider has it."""
    if told is not None or section.capability not in provider.capabilities:
        return told
    read: T = await section.load(provider)
    return read


async def _invoice_count(provider: Provider, told: Overview) -> int | None:
    if told.invoice_count is not None:
        return told.invoice_count
    read: tuple[Invoice, ...] | None = await _rest(None, Snapshot.invoices, provider)
    return None if read is None else len(read)


def _document(glance: Glance) -> documents.Document:
    return {
        **documents.account(glance.account),
        "balance": documents.money(glance.balance.available),
        "total_credited": documents.money(glance.balance.credited),
        "amount_used": documents.money(glance.balance.used),
        "subscriptions": documents.each(glance.subscriptions, documents.subscription),
        "payment_methods": documents.each(glance.payment_methods, documents.card),
        "invoice_count": glance.invoice_count,
        "lots": documents.each(glance.lots.items if glance.lots else None, documents.lot),
        "as_of": documents.time(glance.as_of),
    }


def _lines(glance: Glance) -> list[str]:
    lines = _balance_lines(glance.account, glance.balance, glance.as_of)
    if glance.invoice_count is not None:
        lines += ["", f"{glance.invoice_count} invoices"]
    if glance.lots is not None:
        lines += ["", *lists.lot_lines(glance.lots, glance.as_of)]
    if glance.subscriptions is not None:
        lines += ["", *lists.SUBSCRIPTIONS.lines(glance.subscriptions, glance.as_of)]
    if glance.payment_methods is not None:
        lines += ["", *lists.CARDS.lines(glance.payment_methods, glance.as_of)]
    return lines


def _balance_lines(account: AccountRef, held: Balance, as_of: datetime) -> list[str]:
    entries = [("Balance", str(held.available))]
    if held.credited is not None:
        entries.append(("Credited", str(held.credited)))
    if held.used is not None:
        entries.append(("Used", str(held.used)))
    width = max(len(value) for _, value in entries)
    title = f"{account.name} · {account.provider_title} · {account.mode.value.upper()} · {local(as_of)}"
    return [title, "", *pairs([(label, value.rjust(width)) for label, value in entries])]
