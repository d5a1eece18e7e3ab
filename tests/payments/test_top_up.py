"""A top-up without an idempotency key: read first, sent once, settled by a new lot and by nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from tests.contract.olostep import PROCESSING, Team, client_of
from tui.domain import AnswerKind, Intent, IntentState, SafeText
from tui.payments.actions import actions, why_not_send
from tui.payments.intents.executor import Executor
from tui.payments.intents.journal import Blocked, IntentJournal
from tui.payments.intents.reconciliation import reconcile
from tui.payments.intents.watch import ChargeWatch
from tui.payments.kinds import PaymentAction
from tui.providers.olostep.client import OlostepClient
from tui.providers.olostep.top_up import SIZES
from tui.storage.journal_thread import in_journal_thread

UNKNOWN = {"error": "payment_status_unknown"}


class Buyer:
    """Buys 10,000 credits of a team and looks what became of it."""

    def __init__(self, team: Team, clock: FixedClock, journal: IntentJournal) -> None:
        self.team, self.clock, self.journal = team, clock, journal
        self.client: OlostepClient = client_of(team, clock)

    async def buy(self, size: int = 0) -> Intent:
        executor = Executor(self.client, self.journal, self.clock)
        call = self.client.top_up_call(SIZES[size])
        intent = executor.prepare(call, title=SafeText("credits"), amount=SIZES[size], payment_method_id=None)
        return await executor.execute(intent)

    async def look(self, intent: Intent) -> Intent:
        return await reconcile(self.client, self.journal, self.clock, intent)


@pytest.fixture
def buyer(tmp_path: Path, clock: FixedClock) -> Iterator[Buyer]:
    journal = IntentJournal(tmp_path / "payments.sqlite3")
    yield Buyer(Team(503, UNKNOWN), clock, journal)
    journal.close()


async def test_paid_is_issuing_until_a_new_lot_is_there(buyer: Buyer) -> None:
    buyer.team.answer = Team().answer
    paid = await buyer.buy()
    assert (paid.state, paid.payment_intent_id) == (IntentState.ISSUING, "pi_xxx")
    buyer.team.use(4000)
    still = await buyer.look(paid)
    assert (still.state, still.note) == (IntentState.ISSUING, "paid; the credits are being issued")
    buyer.team.issue(10000)
    done = await buyer.look(still)
    assert (done.state, "arrived" in done.note) == (IntentState.DONE, True)
    assert buyer.journal.get(paid.intent_id) == done


async def test_a_lost_one_is_proved_by_a_lot_although_the_balance_fell(buyer: Buyer) -> None:
    lost = await buyer.buy()
    assert (lost.state, len(buyer.team.bought)) == (IntentState.UNKNOWN, 1)
    buyer.team.issue(10000)
    buyer.team.credits["credits"] = 100  # More was spent meanwhile than came.
    assert (await buyer.look(lost)).state is IntentState.RECONCILED


async def test_a_higher_balance_and_other_lots_prove_nothing(buyer: Buyer) -> None:
    lost = await buyer.buy()
    buyer.team.credits["credits"] += 10000
    buyer.team.issue(20000)
    grant = {"purchase_kind": "Manual", "allocated_units": 10000, "remaining_units": 10000, "expiry_date": 1798761600}
    buyer.team.credits["breakdown"].append(grant)
    assert (await buyer.look(lost)).state is IntentState.UNKNOWN


async def test_units_added_to_a_lot_of_the_same_expiry_are_a_top_up(buyer: Buyer) -> None:
    lost = await buyer.buy()
    buyer.team.credits["breakdown"][1]["allocated_units"] += 10000
    assert (await buyer.look(lost)).state is IntentState.RECONCILED


async def test_two_new_lots_leave_it_open_and_so_does_one_that_came_too_late(buyer: Buyer) -> None:
    lost = await buyer.buy()
    buyer.team.issue(10000)
    buyer.clock.advance(timedelta(hours=2))
    late = await buyer.look(lost)
    assert (late.state, "too long ago" in late.note) == (IntentState.UNKNOWN, True)
    buyer.clock.advance(timedelta(hours=-2))
    buyer.team.issue(10000, expiry=1798761700)
    unclear = await buyer.look(late)
    assert (unclear.state, "unclear" in unclear.note) == (IntentState.UNKNOWN, True)


async def test_one_new_lot_is_not_taken_for_two_top_ups(buyer: Buyer) -> None:
    first = await buyer.buy()
    buyer.journal.save(first.with_(state=IntentState.DISMISSED))
    second = await buyer.buy()
    buyer.team.issue(10000)
    assert (await buyer.look(second)).state is IntentState.UNKNOWN
    buyer.team.issue(10000, expiry=1798761700)
    assert (await buyer.look(second)).state is IntentState.RECONCILED


async def test_processing_goes_on_until_its_lot_comes(buyer: Buyer) -> None:
    buyer.team.answer = (202, PROCESSING, {})
    taken = await buyer.buy()
    buyer.clock.advance(timedelta(days=2))
    assert (await buyer.look(taken)).state is IntentState.PROCESSING
    buyer.team.issue(10000)
    assert (await buyer.look(taken)).state is IntentState.RECONCILED


async def test_an_unknown_one_is_never_sent_again_and_stands_in_the_way_of_the_same(buyer: Buyer) -> None:
    lost = await buyer.buy()
    assert actions(lost, buyer.clock.now()).possible == (PaymentAction.CHECK, PaymentAction.DISMISS)
    assert "no idempotency keys" in str(why_not_send(lost, buyer.clock.now()))
    with pytest.raises(Blocked):
        await buyer.buy()
    assert len(buyer.team.bought) == 1


async def test_what_cannot_be_read_first_is_not_sent(buyer: Buyer) -> None:
    buyer.team.reading, buyer.team.credits = 402, {"message": "Invalid API key"}
    refused = await buyer.buy()
    assert (refused.state, refused.answer) == (IntentState.FAILED, AnswerKind.NOT_AUTHENTICATED)
    assert buyer.team.bought == []


async def test_it_is_looked_for_by_itself_and_less_and_less_often(buyer: Buyer) -> None:
    lost = await buyer.buy()
    looks: list[float] = []
    now = 0.0

    async def look(intent: Intent) -> None:
        looks.append(now)
        await buyer.look(intent)

    watch = ChargeWatch(partial(in_journal_thread, buyer.journal.intents, lost.account), look, buyer.clock)
    while now < 60:
        now += await watch.step(now)
    assert looks[0] == 3
    assert len(looks) < 8
    buyer.team.issue(10000)
    while len(looks) < 8 and now < 200:
        now += await watch.step(now)
    found = buyer.journal.get(lost.intent_id)
    assert found is not None
    assert found.state is IntentState.RECONCILED
    settled_after = len(looks)
    await watch.step(now + 100)
    assert len(looks) == settled_after, "what is settled is not looked for"


async def test_a_refused_token_stops_the_looks_until_one_works(buyer: Buyer) -> None:
    lost = await buyer.buy()
    buyer.team.reading, fresh = 401, buyer.team.credits
    buyer.team.credits = {}
    watch = ChargeWatch(partial(in_journal_thread, buyer.journal.intents, lost.account), buyer.look, buyer.clock)
    for now in (0, 10, 20, 90):
        await watch.step(now)
    asked = len(buyer.team.requests)
    await watch.step(200)
    assert len(buyer.team.requests) == asked
    buyer.team.reading, buyer.team.credits = 200, fresh
    watch.resume()
    await watch.step(300)
    assert len(buyer.team.requests) == asked + 1
