"""/_sandbox: what tests turn and count. No token; loopback only, like everything here."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from tui.sandbox import cards, checkouts, credit_lots, offers, wallet
from tui.sandbox.call import CallDep, json_response
from tui.sandbox.charging import charges
from tui.sandbox.checkouts import Checkout
from tui.sandbox.choices import CHOICES
from tui.sandbox.clock import iso
from tui.sandbox.contract import CONTROL_PREFIX
from tui.sandbox.errors import ApiError
from tui.sandbox.faults import Fault
from tui.sandbox.models.common import Flat, Message
from tui.sandbox.models.control import (
    Advance,
    ChargeList,
    ChargeRow,
    CheckoutList,
    CheckoutState,
    Choice,
    ChoiceList,
    ClockState,
    CouponRequest,
    EventList,
    EventState,
    FaultList,
    FaultRequest,
    FaultState,
    LatencyRequest,
    RealTime,
    SettleRequest,
    Show,
    TransactionIds,
    TransactionRequest,
)
from tui.sandbox.models.olostep import CreditsLeft, UseRequest
from tui.sandbox.offers import Offer
from tui.sandbox.product_factory import deliveries, events
from tui.sandbox.routes.base import SubscriptionId
from tui.sandbox.settings import Settings, SettingsChange
from tui.sandbox.wire import Wire, dollars, plain
from tui.sandbox.world import World

router = APIRouter(prefix=CONTROL_PREFIX, tags=["Control"])
SessionPath = Annotated[str, Path(min_length=1, max_length=255)]


def _answers(model: type[Wire], *errors: int) -> dict[int | str, dict[str, Any]]:
    described: dict[int | str, dict[str, Any]] = {200: {"model": model}}
    for status in (*errors, 400, 422):
        described[status] = {"model": Flat, "description": "Not possible."}
    return described


def _say(model: Wire) -> Response:
    return json_response(plain(model))


def _state(call: CallDep, checkout: Checkout, *, charged: bool = False) -> CheckoutState:
    return CheckoutState(
        session_id=checkout.id,
        payment_url=checkout.url(call.base),
        purpose=checkout.purpose,
        amount=f"{dollars(checkout.amount)}",
        status=checkout.status,
        payment_status=checkout.payment_status,
        expires_at=iso(checkout.expires_at),
        fulfilled=checkout.fulfilled is not None,
        charged=charged,
    )


def _session(world: World, session_id: str) -> Checkout:
    checkout = checkouts.find(world, session_id)
    if checkout is None:
        raise ApiError(404, "checkout_not_found", "There is no such checkout session.")
    return checkout


@router.get("/checkouts", responses=_answers(CheckoutList))
async def all_checkouts(call: CallDep) -> Response:
    """Return every checkout session."""
    return _say(CheckoutList(checkouts=[_state(call, one) for one in checkouts.listing(call.world)]))


async def _use_card(call: CallDep, session_id: str, number: str) -> Response:
    checkout = _session(call.world, session_id)
    if checkout.status == "expired":
        raise ApiError(409, "checkout_expired", "The checkout session has expired.")
    charged = False
    if not checkout.paid:
        card = cards.create(call.world, number, "12", str(call.world.clock.now().year + 1), "123")
        intent = await deliveries.pay(call, checkout, card)
        charged = intent is not None and intent.status == "succeeded"
    return _say(_state(call, _session(call.world, session_id), charged=charged))


@router.post("/checkouts/{session_id}/pay", responses=_answers(CheckoutState, 404, 409))
async def pay(call: CallDep, session_id: SessionPath) -> Response:
    """Pay a session as if somebody had done so on the page; a paid one is not charged again."""
    return await _use_card(call, session_id, "4242424242424242")


@router.post("/checkouts/{session_id}/decline", responses=_answers(CheckoutState, 404, 409))
async def decline(call: CallDep, session_id: SessionPath) -> Response:
    """Try to pay a session with a card that declines; it stays open."""
    return await _use_card(call, session_id, "4000000000000002")


@router.post("/checkouts/{session_id}/expire", responses=_answers(CheckoutState, 404))
async def expire(call: CallDep, session_id: SessionPath) -> Response:
    """End an open session now; a paid one stays paid."""
    checkouts.expire(call.world, _session(call.world, session_id))
    return _say(_state(call, _session(call.world, session_id)))


@router.get("/charges", responses=_answers(ChargeList))
async def all_charges(call: CallDep) -> Response:
    """Return every charge since the account was made."""
    made = charges(call.world)
    rows = [
        ChargeRow(
            id=one.id,
            amount=f"{dollars(one.amount)}",
            unit=one.unit,
            path=one.path,
            idempotency_key=one.idempotency_key,
            time=iso(one.time),
            payment_intent_id=one.payment_intent_id,
            payment_method_id=one.payment_method_id,
        )
        for one in made
    ]
    return _say(ChargeList(charges=rows, count=len(rows), total=f"{dollars(sum(one.amount for one in made))}"))


def _fault_state(fault: Fault) -> FaultState:
    return FaultState(
        id=fault.id,
        method=fault.method,
        path=fault.path,
        status=fault.status,
        times=fault.times,
        delay_ms=fault.delay_ms,
        after_commit=fault.after_commit,
        drop=fault.drop,
        error_code=fault.error_code,
        struck=fault.struck,
    )


def _events(call: CallDep) -> Response:
    listed = [
        EventState(
            id=event.id,
            channel=event.channel,
            body=event.body,
            headers=events.sign(call.world, event.channel, event.body.encode()),
            attempts=event.attempts,
            status=event.status,
        )
        for event in events.every(call.world)
    ]
    return _say(EventList(events=listed))


@router.get("/webhooks", responses=_answers(EventList))
async def all_events(call: CallDep) -> Response:
    """Return the payment providers' events, each with the headers that sending it now would need."""
    return _events(call)


@router.post("/webhooks/deliver", responses=_answers(EventList))
async def deliver_events(call: CallDep) -> Response:
    """Send the events that have not been taken yet."""
    await deliveries.deliver(call)
    return _events(call)


@router.get("/faults", responses=_answers(FaultList))
async def all_faults(call: CallDep) -> Response:
    """Return the ordered faults."""
    return _say(FaultList(faults=[_fault_state(fault) for fault in call.world.faults.all()]))


@router.post("/faults", responses=_answers(FaultState))
async def add_fault(call: CallDep, body: FaultRequest) -> Response:
    """Order a fault for the calls it matches."""
    text = body.body if body.body is None or isinstance(body.body, str) else json.dumps(body.body)
    fault = Fault(
        0,
        body.match.method,
        body.match.path,
        body.status,
        text,
        dict(body.headers),
        body.times,
        body.delay_ms,
        body.after_commit,
        body.drop,
        body.error_code,
    )
    return _say(_fault_state(call.world.faults.add(fault)))


@router.delete("/faults", responses=_answers(Message))
async def clear_faults(call: CallDep) -> Response:
    """Withdraw every fault."""
    call.world.faults.clear()
    return _say(Message(message="No faults."))


def _clock_state(world: World) -> ClockState:
    return ClockState(now=iso(world.clock.epoch()), offset_seconds=round(world.clock.offset))


@router.get("/clock", responses=_answers(ClockState))
async def clock(call: CallDep) -> Response:
    """Return what the sandbox's clock shows."""
    return _say(_clock_state(call.world))


@router.post("/clock", responses=_answers(ClockState))
async def set_clock(call: CallDep, body: Advance | Show | RealTime) -> Response:
    """Move the clock."""
    world = call.world
    if isinstance(body, Advance):
        world.move_clock(world.clock.offset + body.advance_seconds)
    elif isinstance(body, Show):
        world.move_clock(body.set.timestamp() - world.clock.real())
    else:
        world.move_clock(0.0)
    return _say(_clock_state(world))


@router.post("/latency", responses=_answers(LatencyRequest))
async def latency(call: CallDep, body: LatencyRequest) -> Response:
    """Hold every answer back by some milliseconds."""
    call.world.latency_ms = body.ms
    return _say(body)


@router.get("/choices", responses=_answers(ChoiceList))
async def choices(call: CallDep) -> Response:
    """Return what the sandbox chose where no source says."""
    return _say(ChoiceList(choices=[Choice(topic=topic, choice=choice) for topic, choice in CHOICES]))


@router.get("/settings", responses=_answers(Settings))
async def settings(call: CallDep) -> Response:
    """Return the settings."""
    return _say(call.world.settings)


@router.post("/settings", responses=_answers(Settings))
async def change_settings(call: CallDep, body: SettingsChange) -> Response:
    """Change the settings that are given."""
    call.world.change(body)
    return _say(call.world.settings)


@router.post("/transactions", responses=_answers(TransactionIds))
async def add_transactions(call: CallDep, body: TransactionRequest) -> Response:
    """Add rows to the ledger now, as if the account were being used."""
    with call.world.database.transaction():
        ids = [
            wallet.write(call.world, body.type, body.amount_cents, body.usecase, body.source, None, body.status)
            for _ in range(body.count)
        ]
    return _say(TransactionIds(ids=ids))


@router.post("/transactions/{row_id:int}/status", responses=_answers(Message, 404))
async def settle_transaction(call: CallDep, row_id: SubscriptionId, body: SettleRequest) -> Response:
    """Change a row's status, as when a pending one comes through."""
    if not wallet.settle(call.world, row_id, body.status):
        raise ApiError(404, "transaction_not_found", "There is no such transaction.")
    return _say(Message(message=f"Transaction {row_id} is now {body.status}."))


@router.post("/coupons", responses=_answers(Message, 409))
async def add_coupon(call: CallDep, body: CouponRequest) -> Response:
    """Add a coupon of the wallet."""
    gives = f"{body.percent} percent on top of a purchase by card."
    offers.add(call.world, Offer(body.code.upper(), gives, percent=body.percent, reusable=body.reusable))
    return _say(Message(message=f"Coupon {body.code.upper()} can be redeemed."))


@router.post("/credits/use", responses=_answers(CreditsLeft))
async def use_credits(call: CallDep, body: UseRequest) -> Response:
    """Spend credits of the Olostep team, as a job would."""
    credit_lots.use(call.world, body.units)
    return _say(CreditsLeft(credits=credit_lots.total(call.world)))


@router.post("/reset", responses=_answers(Message))
async def reset(call: CallDep) -> Response:
    """Return to the account as it was made; the token stays."""
    call.world.reset()
    return _say(Message(message="The account is as it was made."))
