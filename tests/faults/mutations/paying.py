"""Commands that pay or wait for a payment, and the oracle of each."""

import json as jsons
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import partial

from tests.faults.mutations.oracle import Wanted, order_says_paid, says_checked_in, says_done
from tests.faults.mutations.proxy import Answer
from tests.faults.mutations.scenarios import Act, Scenario
from tests.faults.mutations.stage import Ran, Stage, interrupted_after

AMOUNT = Decimal("27.13")
"""No row of the sandbox's history has it."""
CREDITS = Decimal(10_000)
CONFIRM = "POST /wallet/confirm-checkout"
CONFIRM_PLAN = "POST /subscriptions/confirm-checkout"
ORDERS = "GET /orders"
PLAN, PLAN_PRICE = "10", Decimal(249)
SHOP_PLAN = "plan_pro"


def wallet(stage: Stage) -> Decimal:
    """What is in the ModelsLab wallet before anything is paid: the same after every reset."""
    if stage.wallet is None:
        ran = stage.run("modelslab", "balance", json=True)
        stage.wallet = Decimal(jsons.loads(ran.out)["available"]["amount"])
    return stage.wallet


def funded(before: Decimal) -> Wanted:
    """What charging a card for the wallet is about."""
    return Wanted(amounts={"amount": AMOUNT}, currency="USD", reached=before + AMOUNT)


def of_session(session: Mapping[str, object], before: Decimal) -> Wanted:
    """What a payment link for the wallet is about."""
    return Wanted(
        amounts={"amount": AMOUNT},
        currency="USD",
        ids={"session_id": str(session["session_id"])},
        reached=before + AMOUNT,
    )


def _said(ran: Ran, says: Callable[[Answer], bool]) -> Ran:
    """Note whether a command said that it was done."""
    ran.says = says
    ran.done = ran.code == 0
    return ran


def _reconciled(stage: Stage, account: str) -> bool:
    """Whether the journal says that the newest charge was found by reading."""
    kept = jsons.loads(stage.run(account, "intents", json=True).out)["items"]
    return bool(kept) and kept[0]["status"] == "reconciled"


def _fund(card: str, *, declined: bool = False) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        before = wallet(stage)
        card_id = declining_card(stage) if declined else card
        stage.begin()
        ran = stage.run("modelslab", "fund", str(AMOUNT), "--card", card_id, "--yes", json=json)
        ran = _said(ran, partial(says_done, wanted=funded(before)))
        ran.looked_up = ran.done and _reconciled(stage, "modelslab")
        return ran

    return act


def declining_card(stage: Stage) -> str:
    """Put a card on file that declines."""
    from tests.cli.wallet import save_card

    return save_card(stage.sandbox, "4000000000000002")


def _pay(*, paid: bool, plan: bool = False) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        before = wallet(stage)
        if paid:
            stage.proxy.before = _paying(stage, CONFIRM_PLAN if plan else CONFIRM)
        stage.begin()
        what = ("--plan", PLAN) if plan else (str(AMOUNT),)
        ran = stage.run("modelslab", "pay", *what, "--wait", "0", json=json)
        made = stage.sandbox.checkouts()
        wanted = Wanted(currency="USD", subscription=True, amounts={"amount": PLAN_PRICE}, ids={"plan_id": PLAN})
        if not plan and made:
            wanted = of_session(made[-1], before)
        elif made:
            wanted = Wanted(
                currency="USD", subscription=True, ids={"plan_id": PLAN, "session_id": str(made[-1]["session_id"])}
            )
        return _said(ran, partial(says_done, wanted=wanted))

    return act


def _paying(stage: Stage, endpoint: str) -> Callable[[str], None]:
    """Pay the newest link as a person would, right before billtop asks about it."""

    def before(asked: str) -> None:
        if asked == endpoint:
            pay_newest(stage)

    return before


def pay_newest(stage: Stage) -> None:
    """Pay the newest link of the sandbox, once."""
    stage.proxy.before = None
    made = stage.sandbox.checkouts()
    if made:
        stage.sandbox.pay(str(made[-1]["session_id"]))
        stage.sandbox.deliver_events()


def _pay_shop(*, paid: bool) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        asked = 0

        def before(endpoint: str) -> None:
            # Orders are read before and after the link is made; the third time is the look whether it was paid.
            nonlocal asked
            asked += endpoint == ORDERS
            if paid and asked == 3:
                pay_newest(stage)

        stage.proxy.before = before
        stage.begin()
        ran = stage.run("user", "pay", "--plan", SHOP_PLAN, "--channel", "stripe", "--wait", "0", json=json)
        return _said(ran, partial(order_says_paid, session=_kept_session(stage), plan=SHOP_PLAN))

    return act


def _kept_session(stage: Stage) -> str:
    """The id under which billtop keeps its newest link."""
    kept = jsons.loads(stage.run("user", "checkouts", json=True).out)["items"]
    return str(kept[0]["session_id"]) if kept else ""


def _resume(*, paid: bool) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        before = wallet(stage)
        stage.run("modelslab", "pay", str(AMOUNT), "--no-wait")
        session = stage.sandbox.checkouts()[-1]
        if paid:
            stage.sandbox.pay(str(session["session_id"]))
        stage.begin()
        with interrupted_after(stage, CONFIRM):
            ran = stage.run("modelslab", "checkouts", "--resume", json=json)
        return _said(ran, partial(says_done, wanted=of_session(session, before)))

    return act


def _top_up(outcome: str) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        stage.sandbox.settings(topup_outcome=outcome)
        stage.begin()
        ran = stage.run("olostep", "top-up", "10000", "--yes", json=json)
        ran = _said(ran, partial(says_done, wanted=Wanted(amounts={"credits": CREDITS}, flag=True)))
        ran.looked_up = ran.done and _reconciled(stage, "olostep")
        return ran

    return act


def _check(*, charged: bool) -> Act:
    """Look for a charge whose answer was lost."""

    def act(stage: Stage, json: bool) -> Ran:
        stage.sandbox.fault("/wallet/fund", status=504, body="", times=None, after_commit=charged)
        stage.run("modelslab", "fund", str(AMOUNT), "--card", "default", "--yes")
        stage.sandbox.clear_faults()
        intents = jsons.loads(stage.run("modelslab", "intents", json=True).out)["items"]
        stage.begin()
        ran = stage.run("modelslab", "intents", "--check", intents[0]["intent_id"], json=json)
        return _said(ran, lambda _: charged)

    return act


def _check_in(stage: Stage, json: bool) -> Ran:
    stage.begin()
    ran = _said(stage.run("user", "check-in", json=json), says_checked_in)
    with suppress(ValueError):
        # A day that had its check-in is no claim that credits came.
        ran.done = ran.done and not (json and jsons.loads(ran.out).get("done_before"))
    ran.done = ran.done and "was done before" not in ran.out
    return ran


_FUND = ("POST /wallet/fund", "GET /wallet/balance", "GET /billing/payment-methods")
_TOP_UP = ("POST /user/purchase-topup",)

PAYING = (
    Scenario("fund", _fund("default"), comes_to_done=True, charges=1),
    Scenario("fund-declined", _fund("", declined=True), _FUND[:1], charges=0),
    Scenario("pay", _pay(paid=True), comes_to_done=True, charges=1),
    Scenario("pay-unpaid", _pay(paid=False), (CONFIRM,)),
    Scenario("pay-plan", _pay(paid=True, plan=True), (CONFIRM_PLAN, "POST /billing/payment-link"), True, 1),
    Scenario("pay-plan-unpaid", _pay(paid=False, plan=True), (CONFIRM_PLAN,)),
    Scenario("shop-pay", _pay_shop(paid=True), (ORDERS, "POST /payment/create-session"), comes_to_done=True, charges=1),
    Scenario("shop-pay-unpaid", _pay_shop(paid=False), (ORDERS,)),
    Scenario("resume", _resume(paid=True), (CONFIRM,), True, 1),
    Scenario("resume-unpaid", _resume(paid=False), (CONFIRM,)),
    Scenario("top-up", _top_up("paid"), comes_to_done=True, charges=1, sent_once=True),
    Scenario("top-up-processing", _top_up("processing"), _TOP_UP, charges=1, sent_once=True),
    Scenario("top-up-declined", _top_up("declined"), _TOP_UP, sent_once=True),
    Scenario("intents-check", _check(charged=True), comes_to_done=True, charges=1),
    Scenario("intents-check-uncharged", _check(charged=False)),
    Scenario("check-in", _check_in, comes_to_done=True, sent_once=True),
)
PROVING = frozenset(
    {
        *("POST /wallet/fund", CONFIRM, CONFIRM_PLAN, ORDERS, "POST /user/purchase-topup", "POST /checkin"),
        *("POST /subscriptions", "POST /wallet/coupons/redeem", "POST /wallet/withdraw", "POST /admin/credits/manual"),
        *("POST /subscriptions/{id}/reset-cycle", "POST /subscriptions/{id}/fix-payment"),
    }
)
"""Endpoints whose answers may prove that a call was done."""
