"""`billtop fund`: a saved card, charged once."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial

from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.connection import chosen_account, on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.journal import opened_executor
from tui.cli.options import Options
from tui.cli.outcome import blocked, fail, report
from tui.cli.output import Output
from tui.cli.sending import sending
from tui.config.stored import StoredAccount
from tui.domain import AccountRef, CallKind, Intent, Money, PaymentMethod, SafeText, SystemClock, checked_id
from tui.payments.actions import may_start_over, why_not_send
from tui.payments.balance import balance_soon
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import Blocked, KeyTaken
from tui.payments.kinds import kind_of, name_of, title_of
from tui.payments.text import doing_text
from tui.providers.base import Capability, HasBalance, HasFund, HasPaymentMethods, Provider, having
from tui.providers.errors import NotFound

NEEDED = (Capability.BALANCE, Capability.PAYMENT_METHODS, Capability.FUND)
DEFAULT = "default"
"""Stands for the account's default card."""


def run(options: Options, out: Output) -> ExitCode:
    """Charge a saved card after a confirmation, and print how it ended."""
    refuse_read_only(options)

    async def funded(provider: Provider, executor: Executor) -> ExitCode:
        return await charge(provider, executor, options, out, options.amount)

    return with_executor(options, out, funded, *NEEDED)


def with_executor(
    options: Options, out: Output, work: Callable[[Provider, Executor], Awaitable[ExitCode]], *needed: Capability
) -> ExitCode:
    """Do `work` with the chosen account and what carries out its money calls."""

    async def connected(provider: Provider) -> ExitCode:
        with opened_executor(provider, out) as executor:
            return await work(provider, executor)

    return on_account(options, connected, *needed)


def refuse_read_only(options: Options, what: str = "Paying") -> None:
    """Refuse to pay, or `what`, with --read-only, and from an account that is set so.

    Raises UsageError, ConfigurationError.
    """
    if options.read_only:
        raise UsageError(f"{what} is refused: --read-only was given.")
    account = chosen_account(options)
    if isinstance(account, StoredAccount) and account.read_only:
        raise UsageError(
            f"{what} is refused: {account.name} is set so. "
            f"Allow it with: billtop accounts edit {account.name} --payments allowed"
        )


async def charge(
    provider: Provider, executor: Executor, options: Options, out: Output, dollars: Decimal | None
) -> ExitCode:
    """Charge the card that `options` name with `dollars`, once, and print how it ended.

    Raises UsageError, BillingError, JournalError; after each of them nothing was charged.
    """
    wanted = options.card_id or DEFAULT
    if dollars is None:
        raise UsageError("Say how much: `billtop fund 25 --card ID`.")
    balance, cards = await asyncio.gather(
        having(provider, HasBalance).balance(), having(provider, HasPaymentMethods).payment_methods()
    )
    held, card = balance.available, pick(cards, wanted)
    amount = Money(dollars, held.unit)
    call = having(provider, HasFund).fund_call(amount, card.id)
    key = options.idempotency_key
    earlier = executor.journal.by_key(provider.account.fingerprint, key) if key else None
    if earlier is None:
        lines = [
            f"Charge {amount} to {name_of(card)} (valid to {card.expires})",
            where(provider.account),
            f"Balance now {held}",
        ]
        if not confirmed(lines, "Charge it?", yes=options.yes, out=out):
            return out.failure(NOT_CONFIRMED)
        title = title_of(CallKind.FUND, amount=amount, card=name_of(card))
        create = partial(executor.prepare, call, title=title, amount=amount, payment_method_id=card.id, key=key)
        try:
            return await sent(provider, executor, create, held, out)
        except KeyTaken as taken:
            # Another instance began the same payment a moment ago.
            earlier = taken.intent
    if (earlier.call.path, earlier.call.body) != (call.path, call.body):
        raise UsageError(
            f"This idempotency key was already used for another payment: {earlier.title}. Nothing was sent."
            " Give another key for this one."
        )
    return await again(provider, executor, earlier, held, options, out)


async def again(
    provider: Provider, executor: Executor, intent: Intent, held: Money | None, options: Options, out: Output
) -> ExitCode:
    """Tell how an earlier charge ended; one that is open is sent again with its own key, if that is safe."""
    with sending(executor, out) as hold:
        intent = await hold.join(intent)
    start_over = may_start_over(intent)
    if start_over or why_not_send(intent, SystemClock().now()) is None:
        lines = [f"{intent.title}, created {intent.created_at.astimezone():%Y-%m-%d %H:%M}", where(provider.account)]
        first = start_over or intent.sent_at is None
        once = f"Send it again with the same idempotency key? It is {kind_of(intent).verb} once at most."
        question = "Send it now?" if first else once
        if not confirmed(lines, question, yes=options.yes, out=out):
            return out.failure(NOT_CONFIRMED)
        reopened = partial(executor.journal.reopen, intent, executor.owner)
        return await sent(provider, executor, reopened if start_over else lambda: intent, held, out)
    out.say("This payment was created before; it is not sent again.")
    return report(intent, await balance_after(provider, intent, held), out)


async def sent(
    provider: Provider, executor: Executor, create: Callable[[], Intent], held: Money | None, out: Output
) -> ExitCode:
    """Send the intent that `create` writes down, and print how it ended. Raises KeyTaken and what sending raises."""
    try:
        with sending(executor, out) as hold:
            intent = create()
            out.say(doing_text(intent))
            ended = await hold.send(intent)
            return report(ended, await balance_after(provider, ended, held), out)
    except Blocked as twin:
        return fail(blocked(twin.intent), twin.intent, None, out)


def pick(cards: tuple[PaymentMethod, ...], wanted: str) -> PaymentMethod:
    """Return the card with the id `wanted`, or the default one. Raises BadId, NotFound."""
    if wanted == DEFAULT:
        found = [card for card in cards if card.is_default]
        words = "There is no default card on file."
    else:
        card_id = checked_id(wanted)
        found = [card for card in cards if card.id == card_id]
        words = "There is no card with that id on file."
    if not found:
        raise NotFound(SafeText(words), hint=SafeText("`billtop cards` lists the cards and their ids."))
    return found[0]


def where(account: AccountRef) -> str:
    """Whose money it is about, and whether it is real."""
    real = "LIVE: real money" if account.mode.value == "live" else "SANDBOX: no real money"
    return f"Account {account.name} · {account.provider_title} · {real}"


async def balance_after(provider: Provider, intent: Intent, held: Money | None) -> Money | None:
    """The balance that goes with an outcome; `held` was read before. None where it cannot be read."""
    if intent.balance is not None:
        return intent.balance
    if not kind_of(intent).own_balance:
        return None  # Only the answer tells another user's balance.
    if intent.state.uncharged and held is not None:
        return held
    return await balance_soon(provider)
