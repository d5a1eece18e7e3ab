"""What the dashboard pays with, without its screens: the payments service on a provider behind the proxy."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, cast

from tests.faults.mutations.oracle import Wanted, says_done
from tests.faults.mutations.paying import AMOUNT, CONFIRM, CREDITS, PLAN, PLAN_PRICE, funded, of_session, pay_newest
from tests.faults.mutations.scenarios import Act, Scenario
from tests.faults.mutations.stage import Ran, Stage
from tui.account.payments import PaymentsService
from tui.domain import (
    CheckoutState,
    CouponOffer,
    Intent,
    IntentState,
    LinkRequest,
    Money,
    Purpose,
    SafeText,
    Subscription,
    SystemClock,
)
from tui.payments.checkouts.journal import JournalError
from tui.payments.events import Payment, PaymentChanged
from tui.payments.intents.journal import Blocked
from tui.providers.base import HasBalance, HasPaymentMethods, HasPlans, HasSubscriptions, Provider, having
from tui.providers.changing import HasCardSetup, HasCoupons
from tui.providers.connect import connect
from tui.providers.errors import BillingError

COUPON, COUPON_GIVES = "WELCOME50", Decimal(50)
GIVEN, GIVEN_TO = Decimal(120), "user_linus"
PATIENCE = 60.0
"""Seconds of the hurried loop a link is watched for."""


@dataclass
class AtDesk:
    """A desk with its provider, and what was read before anything was changed."""

    desk: PaymentsService
    provider: Provider
    before: Decimal
    settled: list[object]


Prepare = Callable[[AtDesk], Awaitable[tuple[Intent, Wanted]]]


async def _prepared_fund(at: AtDesk) -> tuple[Intent, Wanted]:
    card = (await having(at.provider, HasPaymentMethods).payment_methods())[0]
    return await at.desk.prepare_fund(Money(AMOUNT, "USD"), card), funded(at.before)


async def _prepared_subscribe(at: AtDesk) -> tuple[Intent, Wanted]:
    card = (await having(at.provider, HasPaymentMethods).payment_methods())[0]
    catalog = await having(at.provider, HasPlans).plans()
    plan = next(each for each in catalog.items if each.id == PLAN)
    wanted = Wanted(currency="USD", subscription=True, ids={"plan_id": PLAN})
    return await at.desk.prepare_subscribe(plan, Money(PLAN_PRICE, "USD"), card), wanted


async def _subscription(at: AtDesk, status: str) -> Subscription:
    held = await having(at.provider, HasSubscriptions).subscriptions()
    return next(each for each in held if each.status == status)


def _about(held: Subscription) -> Wanted:
    amounts = {"charged": held.price.amount} if held.price else {}
    ids = {"plan_id": str(held.plan_id), "id": held.id}
    return Wanted(amounts=amounts, currency="USD", subscription=True, ids=ids, grants="charged")


async def _prepared_restart(at: AtDesk) -> tuple[Intent, Wanted]:
    held = await _subscription(at, "active")
    return await at.desk.prepare_restart(held, held.price or Money(PLAN_PRICE, "USD")), _about(held)


async def _prepared_repair(at: AtDesk) -> tuple[Intent, Wanted]:
    held = await _subscription(at, "past_due")
    return await at.desk.prepare_repair(held, held.price or Money(PLAN_PRICE, "USD")), _about(held)


async def _prepared_coupon(at: AtDesk) -> tuple[Intent, Wanted]:
    offer: CouponOffer = await having(at.provider, HasCoupons).coupon(COUPON, None)
    gives = {"credited": COUPON_GIVES}
    wanted = Wanted(amounts=gives, currency="USD", reached=at.before + COUPON_GIVES, grants="credited")
    return await at.desk.prepare_redeem(offer, None, None), wanted


async def _prepared_withdrawal(at: AtDesk) -> tuple[Intent, Wanted]:
    wanted = Wanted(amounts={"amount": AMOUNT}, currency="USD")
    return await at.desk.prepare_withdrawal(Money(AMOUNT, "USD")), wanted


async def _prepared_adjustment(at: AtDesk) -> tuple[Intent, Wanted]:
    wanted = Wanted(amounts={"amount": GIVEN}, ids={"user_id": GIVEN_TO}, flag=True)
    return await at.desk.prepare_adjustment(GIVEN_TO, Money(GIVEN, "credits"), SafeText("goodwill")), wanted


async def _prepared_top_up(at: AtDesk) -> tuple[Intent, Wanted]:
    wanted = Wanted(amounts={"credits": CREDITS}, flag=True)
    return await at.desk.prepare_top_up(Money(CREDITS, "credits")), wanted


def _charge(account: str, prepare: Prepare) -> Act:
    async def work(stage: Stage, at: AtDesk, ran: Ran) -> None:
        intent, wanted = await prepare(at)
        ran.says = partial(says_done, wanted=wanted)
        settled = await at.desk.execute(intent)
        ran.done = settled.state.succeeded
        ran.looked_up = settled.state is IntentState.RECONCILED
        ran.out = f"{settled.title}: {settled.state.value}. {settled.note} {settled.advice} {settled.balance}"

    return _at_desk(account, work)


async def _link(stage: Stage, at: AtDesk, ran: Ran) -> None:
    watching = asyncio.ensure_future(at.desk.watch())
    try:
        session = await at.desk.open_checkout(LinkRequest(Purpose.FUND, amount=Money(AMOUNT, "USD")))
        pay_newest(stage)
        ran.says = partial(says_done, wanted=of_session({"session_id": session.session_id}, at.before))
        await at.desk.check_now(session)
        ends = asyncio.get_running_loop().time() + PATIENCE
        looked = session
        while not looked.checks and asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(0.05)
            looked = at.desk.checkouts[0]
    finally:
        watching.cancel()
        await asyncio.wait([watching])
    ran.done = looked.state is CheckoutState.PAID
    ran.out = f"{looked.state.value}. {looked.note} {looked.balance} {at.desk.trouble}"


async def _save_card(stage: Stage, at: AtDesk, ran: Ran) -> None:
    from tui.providers.stripe.cards import CardDetails

    card = CardDetails("4242424242424242", 12, 2035, "123")
    ran.out = str(await having(at.provider, HasCardSetup).save_card(card, make_default=False))


def _at_desk(account: str, work: Callable[[Stage, AtDesk, Ran], Awaitable[None]]) -> Act:
    async def carried_out(stage: Stage, ran: Ran) -> None:
        provider = connect(stage.config(account), SystemClock())
        settled: list[object] = []

        def changed(event: PaymentChanged[Payment]) -> None:
            if event.settled:
                settled.append(event.payment)

        desk = await PaymentsService.open(provider, stage.journal, SystemClock(), changed)
        try:
            before = (await having(provider, HasBalance).balance()).available.amount
            stage.begin()
            await work(stage, AtDesk(desk, provider, before, settled), ran)
        except (BillingError, JournalError, Blocked, ValueError, StopIteration, RuntimeError) as error:
            _note(error, ran)
        finally:
            await desk.drain()
            await desk.close()
            await provider.aclose()

    def act(stage: Stage, json: bool) -> Ran:
        ran = Ran()
        try:
            asyncio.run(carried_out(stage, ran))
        except Exception as fault:
            ran.crash = f"{type(fault).__name__}: {fault}"
        return ran

    return act


def _note(error: Exception, ran: Ran) -> None:
    """Take an error as the screen would show it; one that no screen expects is a crash."""
    expected = isinstance(error, BillingError | JournalError | Blocked) or type(error).__module__.startswith("tui.")
    missing = isinstance(error, StopIteration) or "StopIteration" in str(error)  # the plan or subscription is not there
    if not expected and not missing:
        raise error
    ran.out = f"{error} {cast('Any', error).__dict__.get('hint', '')}"


_RESTART = ("GET /subscriptions/{id}/status", "POST /subscriptions/{id}/reset-cycle")
_REPAIR = ("POST /subscriptions/{id}/fix-payment",)
_LINK = ("POST /billing/payment-link", CONFIRM)


def _once(name: str, account: str, prepare: Prepare, only: tuple[str, ...] = (), *, charges: int = 0) -> Scenario:
    return Scenario(name, _charge(account, prepare), only, comes_to_done=True, charges=charges, sent_once=True)


DESK = (
    Scenario("desk-fund", _charge("modelslab", _prepared_fund), ("POST /wallet/fund",), True, 1),
    Scenario("desk-subscribe", _charge("modelslab", _prepared_subscribe), ("POST /subscriptions",), True, 1),
    _once("desk-restart", "modelslab", _prepared_restart, _RESTART, charges=1),
    _once("desk-repair", "modelslab", _prepared_repair, _REPAIR, charges=1),
    _once("desk-coupon", "modelslab", _prepared_coupon),
    Scenario("desk-withdraw", _charge("modelslab", _prepared_withdrawal), sent_once=True),
    _once("desk-adjust", "shop", _prepared_adjustment),
    _once("desk-top-up", "olostep", _prepared_top_up, ("POST /user/purchase-topup",), charges=1),
    Scenario("desk-link", _at_desk("modelslab", _link), _LINK, True, 1),
    Scenario("desk-save-card", _at_desk("modelslab", _save_card)),
)
