"""`billtop pay`: a payment link, shown and waited for."""

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode, UsageError
from tui.cli.fund import refuse_read_only
from tui.cli.journal import opened_journal
from tui.cli.link import show_link
from tui.cli.options import Options
from tui.cli.output import Output, error_document
from tui.cli.progress import Progress, refusal
from tui.cli.table import local
from tui.cli.watch import WaitEnd, Watch
from tui.domain import (
    CheckoutSession,
    CheckoutState,
    LinkRequest,
    Money,
    Plan,
    PlanCatalog,
    Purpose,
    SafeText,
    SystemClock,
)
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.links import open_checkout
from tui.payments.text import outcome_text
from tui.providers.base import Capability, HasBalance, HasPaymentLink, HasPlans, Provider, having
from tui.providers.errors import BillingError, NotFound

_CODES = {
    CheckoutState.PAID: ExitCode.DONE,
    CheckoutState.PENDING: ExitCode.PENDING,
    CheckoutState.EXPIRED: ExitCode.PENDING,
    CheckoutState.FAILED: ExitCode.NOT_PAID,
    CheckoutState.DISMISSED: ExitCode.PENDING,
}


def run(options: Options, out: Output) -> ExitCode:
    """Make a payment link, show it, wait until it is paid, and print how it ended."""
    refuse_read_only(options)
    if options.amount is None and options.plan_id is None:
        raise UsageError("Say how much: `billtop pay 25`; or which plan: `billtop pay --plan ID`.")

    if options.channel is not None and options.plan_id is None:
        raise UsageError("--channel goes with --plan.")

    async def paid(provider: Provider) -> ExitCode:
        held = (await having(provider, HasBalance).balance()).available
        request = await _request(provider, options, held.unit)
        with opened_journal(out) as journal:
            session = await open_checkout(having(provider, HasPaymentLink), journal, SystemClock(), request)
            return await see_through(provider, journal, session, held, options, out)

    link = Capability.PLAN_LINK if options.plan_id else Capability.PAYMENT_LINK
    return on_account(options, paid, Capability.BALANCE, link)


async def see_through(
    provider: Provider, journal: CheckoutJournal, session: CheckoutSession, held: Money, options: Options, out: Output
) -> ExitCode:
    """Show the link, wait as `options` say, print the result; the link stays in the journal whatever happens."""
    url = session.url
    if options.no_wait:
        show_link(session, provider.account, out)
        out.result(_document(session, url, held), _lines(session, held))
        return ExitCode.DONE
    watch = Watch(provider, journal, [session], Progress(out).looked)
    with watch.stopped_by_signals():
        show_link(session, provider.account, out)
        out.say("Waiting for the payment. Ctrl-C stops waiting; the link stays valid.")
        end = await watch.wait(options.wait)
    (ended,) = watch.sessions
    if end is WaitEnd.REFUSED:
        failure = refusal(watch.refused)
        out.result({**error_document(failure), **_document(ended, url, held)}, _lines(ended, held))
        return failure.exit_code if out.json else out.failure(failure)
    if ended.state.succeeded:
        held = await _balance_after(provider, ended, held)
    out.result(_document(ended, url, held), _lines(ended, held))
    return _CODES[ended.state]


async def _request(provider: Provider, options: Options, unit: str) -> LinkRequest:
    amount = None if options.amount is None else Money(options.amount, unit)
    if options.plan_id is None:
        return LinkRequest(Purpose.FUND, amount=amount)
    catalog = await having(provider, HasPlans).plans()
    plan = _plan(provider, catalog, options.plan_id)
    if catalog.page_names_price and amount is not None:
        raise UsageError("The payment page asks which of the plan's prices it shall be. Leave the amount out.")
    if amount is not None and plan.prices and amount not in [price.amount for price in plan.prices]:
        costs = " or ".join(f"{price.amount} {price.period}" for price in plan.prices)
        raise UsageError(f"{plan.name} costs {costs}, not {amount}. Leave the amount out to pay what it costs.")
    return LinkRequest(Purpose.SUBSCRIBE, plan_id=plan.id, plan_name=plan.name, channel=_channel(catalog, options))


def _channel(catalog: PlanCatalog, options: Options) -> SafeText | None:
    """The processor that was asked for, else the first one; None where there is no choice."""
    if options.channel is None:
        return next(iter(catalog.channels), None)
    for channel in catalog.channels:
        if channel == options.channel.strip().lower():
            return channel
    choice = f"it is none of: {', '.join(catalog.channels)}" if catalog.channels else "there is no choice here"
    raise UsageError(f"--channel: {choice}.")


def _plan(provider: Provider, catalog: PlanCatalog, plan_id: str) -> Plan:
    for plan in catalog.items:
        if plan.id == plan_id:
            return plan
    words = SafeText(f"{provider.account.provider_title} offers no plan with that id.")
    raise NotFound(words, hint=SafeText("`billtop plans` lists the plans and their ids."))


async def _balance_after(provider: Provider, session: CheckoutSession, before: Money) -> Money:
    """The balance now; what the confirmation told when it cannot be read, since the payment itself is certain."""
    try:
        return (await having(provider, HasBalance).balance()).available
    except BillingError:
        return session.balance or before


def _document(session: CheckoutSession, url: str | None, balance: Money) -> documents.Document:
    return {
        "session_id": session.session_id,
        "url": url,
        "status": session.state.value,
        "expires_at": documents.time(session.expires_at),
        "balance": documents.money(balance),
    }


def _lines(session: CheckoutSession, balance: Money) -> list[str]:
    told = outcome_text(session, None, balance)
    if session.state.closed:
        return [told]
    until = local(session.expires_at, "it expires")
    return [f"{told} The link works until {until}; `billtop checkouts --resume` waits for the payment."]
