"""`billtop ensure-funded`: top up when less is left than needed, and never twice."""

from dataclasses import dataclass

from tui.cli import documents
from tui.cli.connection import on_account, require
from tui.cli.ensure_topped_up import ensure_topped_up, held_now, is_enough, turn
from tui.cli.exit import ExitCode, Failure, UsageError
from tui.cli.fund import NEEDED, charge, refuse_read_only
from tui.cli.journal import opened_executor, opened_journal, unsettled_charge
from tui.cli.options import Options
from tui.cli.outcome import blocked, document, fail
from tui.cli.output import Output
from tui.cli.pay import see_through
from tui.cli.progress import refusal
from tui.cli.table import local
from tui.cli.watch import Watch
from tui.domain import CheckoutSession, LinkRequest, Money, Purpose, SystemClock
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.links import open_checkout
from tui.payments.intents.executor import Executor
from tui.providers.base import Capability, HasPaymentLink, Provider, having


def run(options: Options, out: Output) -> ExitCode:
    """Do nothing when enough is left; else charge the card, or make a link and wait until it is paid."""
    refuse_read_only(options)
    needed = {*NEEDED, Capability.LEDGER, Capability.PAYMENT_LINK} if options.link else {*NEEDED, Capability.LEDGER}

    async def ensured(provider: Provider) -> ExitCode:
        if Capability.TOP_UP in provider.capabilities and not (options.card_id or options.link):
            return await ensure_topped_up(provider, options, out)
        require(provider, *needed)
        if not (options.card_id or options.link):
            raise UsageError("Say how to pay: --card ID, or --link.")
        with opened_journal(out) as links, opened_executor(provider, out) as executor:
            return await _Ensuring(provider, executor, links, options, out).ensure()

    return on_account(options, ensured, Capability.BALANCE)


@dataclass
class _Ensuring:
    """One run: what it works with, and the decision."""

    provider: Provider
    executor: Executor
    links: CheckoutJournal
    options: Options
    out: Output

    async def ensure(self) -> ExitCode:
        """Decide while nobody else on this machine does; a link is then waited for outside the turn."""
        async with turn(self.out):
            decided = await self._decide()
        if isinstance(decided, ExitCode):
            return decided
        session, held = decided
        return await see_through(self.provider, self.links, session, held, self.options, self.out)

    async def _decide(self) -> ExitCode | tuple[CheckoutSession, Money]:
        held = await held_now(self.provider)
        if self._is_enough(held):
            return self._enough(held)
        # What is on its way already may be all that is missing.
        stuck = await unsettled_charge(self.provider, self.executor, self.out)
        if stuck is not None:
            return fail(blocked(stuck), stuck, held, self.out)
        waiting = await self._open_links()
        if isinstance(waiting, Failure):
            return self.out.failure(waiting)
        held = await held_now(self.provider)
        if self._is_enough(held):
            return self._enough(held)
        if self.options.link:
            return await self._session(waiting, held), held
        if waiting:
            return self.out.failure(_link_open(waiting[-1]))
        self._warn(held)
        return await charge(self.provider, self.executor, self.options, self.out, self.options.top_up)

    def _is_enough(self, held: Money) -> bool:
        return is_enough(held, self.options, "20")

    def _enough(self, held: Money) -> ExitCode:
        result = document(None, held)
        if self.options.link:
            nothing: documents.Document = {"session_id": None, "url": None, "status": "done", "expires_at": None}
            result = {**nothing, "balance": documents.money(held)}
        self.out.result(result, [f"Enough is left: {held}. Nothing was charged."])
        return ExitCode.DONE

    async def _open_links(self) -> tuple[CheckoutSession, ...] | Failure:
        """Look once at every payment link to the wallet that is open; return those that still are."""
        sessions = self.links.open_sessions(self.provider.account.fingerprint)
        waiting = [each for each in sessions if each.request.purpose is Purpose.FUND]
        watch = Watch(self.provider, self.links, waiting, lambda _: None)
        await watch.wait(0)
        if watch.refused is not None:
            return refusal(watch.refused)
        return tuple(each for each in watch.sessions if not each.state.closed)

    async def _session(self, waiting: tuple[CheckoutSession, ...], held: Money) -> CheckoutSession:
        """Return the link that waits already, or a new one."""
        if waiting:
            self.out.say("A payment link to the wallet is open already; no second one is made.")
            return waiting[-1]
        self._warn(held)
        request = LinkRequest(Purpose.FUND, amount=self._top_up(held))
        return await open_checkout(having(self.provider, HasPaymentLink), self.links, SystemClock(), request)

    def _top_up(self, held: Money) -> Money:
        if self.options.top_up is None:
            raise UsageError("Say how much to add: --top-up 50.")
        return Money(self.options.top_up, held.unit)

    def _warn(self, held: Money) -> None:
        after = held + self._top_up(held)
        if not self._is_enough(after):
            self.out.say(f"{held} is left; with this top-up {after} will be, which is still less than asked for.")


def _link_open(session: CheckoutSession) -> Failure:
    """Say that a link which could still be paid stands in the way of charging a card."""
    return Failure(
        ExitCode.PENDING,
        "blocked",
        f"A payment link is open ({session.request.title}, until {local(session.expires_at, 'it expires')})."
        " Nothing was charged: both could be paid.",
        "`billtop checkouts --resume` waits for it; with --link instead of --card this command does too.",
    )
