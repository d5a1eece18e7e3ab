"""Money calls that survive anything: one charge at most, and a journal that tells."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.payments.scripted import HandClock, ScriptedProvider
from tui.domain import AnswerKind, CallKind, Intent, IntentState, Money, MoneyAnswer, MoneyCall, SafeText
from tui.payments.intents.executor import Executor, WrongAccount
from tui.payments.intents.journal import Blocked, IntentJournal, JournalError
from tui.payments.intents.retry_budget import RetryBudget

CALL = MoneyCall(CallKind.FUND, "POST", "/wallet/fund", b'{"amount":25,"payment_method_id":"pm_1"}')
ONCE = MoneyCall(CallKind.WITHDRAWAL, "POST", "/wallet/withdraw", b'{"amount":25}')
A = AnswerKind
S = IntentState


class Bank:
    """Stands in for the provider: answers in order and remembers every sending."""

    def __init__(self, *kinds: AnswerKind) -> None:
        self.account = ScriptedProvider().account
        self.kinds = list(kinds)
        self.sent: list[tuple[bytes, str]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, call: MoneyCall, key: str, deadline: timedelta) -> MoneyAnswer:
        self.sent.append((call.body, key))
        await self.gate.wait()
        return MoneyAnswer(self.kinds.pop(0) if len(self.kinds) > 1 else self.kinds[0], SafeText("told"))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[IntentJournal]:
    journal = IntentJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


class Desk:
    """An executor whose waits take no time."""

    def __init__(self, journal: IntentJournal, *kinds: AnswerKind) -> None:
        self.bank = Bank(*kinds)
        self.waits: list[float] = []
        self.journal = journal
        self.executor = Executor(self.bank, journal, HandClock(), sleep=self._sleep, jitter=Random(1))

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def prepare(self, call: MoneyCall = CALL) -> Intent:
        return self.executor.prepare(
            call, title=SafeText("$25.00 to the wallet"), amount=Money(Decimal(25), "USD"), payment_method_id="pm_1"
        )

    async def pay(self, call: MoneyCall = CALL) -> Intent:
        return await self.executor.execute(self.prepare(call))


@pytest.mark.parametrize(
    ("answers", "state", "sendings"),
    [
        ([A.DONE], S.DONE, 1),
        ([A.REQUIRES_ACTION], S.REQUIRES_ACTION, 1),
        ([A.PROCESSING], S.PROCESSING, 1),
        ([A.DECLINED], S.FAILED, 1),
        ([A.REFUSED], S.FAILED, 1),
        ([A.NOT_AUTHENTICATED], S.FAILED, 1),
        ([A.NOT_TRUSTED], S.FAILED, 1),
        ([A.NOT_SENT], S.FAILED, 3),
        ([A.NOT_SENT, A.DONE], S.DONE, 2),
        ([A.LIMITED, A.DONE], S.DONE, 2),
        ([A.LIMITED], S.FAILED, 3),
        ([A.LOST, A.DONE], S.DONE, 2),
        ([A.LOST], S.UNKNOWN, 3),
        ([A.IN_PROGRESS, A.DONE], S.DONE, 2),
        ([A.IN_PROGRESS], S.UNKNOWN, 3),
        ([A.LOST, A.REFUSED], S.UNKNOWN, 2),
        ([A.LOST, A.NOT_AUTHENTICATED], S.UNKNOWN, 2),
        ([A.LOST, A.NOT_SENT], S.UNKNOWN, 3),
        ([A.LOST, A.LIMITED], S.UNKNOWN, 3),
        ([A.LOST, A.NOT_TRUSTED], S.UNKNOWN, 2),
        ([A.LOST, A.DECLINED], S.FAILED, 2),
    ],
)
async def test_every_answer_leads_to_one_of_three_outcomes(
    journal: IntentJournal, answers: list[AnswerKind], state: IntentState, sendings: int
) -> None:
    payments = Desk(journal, *answers)
    intent = await payments.pay()
    assert intent.state is state
    assert len(payments.bank.sent) == sendings
    assert len(set(payments.bank.sent)) == 1, "every sending has the same bytes and the same key"
    assert journal.get(intent.intent_id) == intent


@pytest.mark.parametrize(("answer", "state"), [(A.LOST, S.UNKNOWN), (A.LIMITED, S.FAILED), (A.IN_PROGRESS, S.UNKNOWN)])
async def test_a_call_without_a_documented_key_goes_out_once(
    journal: IntentJournal, answer: AnswerKind, state: IntentState
) -> None:
    payments = Desk(journal, answer)
    assert (await payments.pay(ONCE)).state is state
    assert len(payments.bank.sent) == 1


async def test_it_is_on_disk_as_sent_before_the_first_byte_goes(journal: IntentJournal) -> None:
    payments = Desk(journal, A.DONE)
    payments.bank.gate.clear()
    intent = payments.prepare()
    assert journal.get(intent.intent_id) == intent
    paying = asyncio.ensure_future(payments.executor.execute(intent))
    while not payments.bank.sent:
        await asyncio.sleep(0)
    stored = journal.get(intent.intent_id)
    assert stored is not None
    assert stored.state is S.SENT
    payments.bank.gate.set()
    assert (await paying).state is S.DONE


async def test_a_double_press_is_one_payment(journal: IntentJournal) -> None:
    payments = Desk(journal, A.DONE)
    intent = payments.prepare()
    first, second = await asyncio.gather(payments.executor.execute(intent), payments.executor.execute(intent))
    assert first == second
    assert len(payments.bank.sent) == 1


@pytest.mark.parametrize("outcome", [A.LOST, A.PROCESSING])
async def test_an_open_payment_blocks_its_twin_until_it_is_settled(journal: IntentJournal, outcome: AnswerKind) -> None:
    payments = Desk(journal, outcome)
    opened = await payments.pay()
    with pytest.raises(Blocked, match="Settle that one first"):
        payments.prepare()
    journal.save(opened.with_(state=S.DISMISSED))
    assert payments.prepare().key != opened.key


async def test_after_a_decline_the_next_try_has_a_new_key(journal: IntentJournal) -> None:
    payments = Desk(journal, A.DECLINED, A.DONE)
    declined, paid = await payments.pay(), await payments.pay()
    assert (declined.state, paid.state) == (S.FAILED, S.DONE)
    assert declined.key != paid.key


async def test_a_screen_that_closes_does_not_stop_the_payment(journal: IntentJournal) -> None:
    payments = Desk(journal, A.DONE)
    payments.bank.gate.clear()
    intent = payments.prepare()
    screen = asyncio.ensure_future(payments.executor.execute(intent))
    while not payments.bank.sent:
        await asyncio.sleep(0)
    screen.cancel()
    payments.bank.gate.set()
    await payments.executor.drain()
    stored = journal.get(intent.intent_id)
    assert stored is not None
    assert stored.state is S.DONE


async def test_what_a_killed_instance_left_is_unknown_and_nothing_is_sent_by_itself(journal: IntentJournal) -> None:
    payments = Desk(journal, A.DONE)
    sent, prepared = payments.prepare(), payments.prepare(ONCE)
    journal.save(sent.with_(state=S.SENT))
    journal._file.connection.execute("UPDATE intents SET lease_owner='4194305-killed'")
    again = Desk(journal, A.DONE)
    found = journal.recover(again.bank.account.fingerprint, again.executor.owner)
    assert [each.intent_id for each in found] == [sent.intent_id]
    assert found[0].state is S.UNKNOWN
    unsent = journal.get(prepared.intent_id)
    assert unsent is not None
    assert unsent.state is S.PREPARED
    assert again.bank.sent == []
    assert (await again.executor.execute(found[0])).state is S.DONE
    assert again.bank.sent == [(sent.call.body, sent.key)]


async def test_repeating_an_unknown_one_can_not_turn_it_into_failed_by_a_refusal(journal: IntentJournal) -> None:
    payments = Desk(journal, A.LOST)
    unknown = await payments.pay()
    payments.bank.kinds = [A.REFUSED]
    assert (await payments.executor.execute(unknown)).state is S.UNKNOWN


async def test_a_living_instance_keeps_its_payment(journal: IntentJournal) -> None:
    first, second = Desk(journal, A.DONE), Desk(journal, A.DONE)
    intent = first.prepare()
    with pytest.raises(JournalError, match="Another billtop"):
        await second.executor.execute(intent)
    assert second.bank.sent == []


async def test_another_account_or_address_never_sends_it(journal: IntentJournal) -> None:
    payments = Desk(journal, A.DONE)
    intent = payments.prepare()
    for other in (intent.with_(account="somebody"), intent.with_(base_url="https://elsewhere.example")):
        with pytest.raises(WrongAccount):
            await payments.executor.execute(other)
    assert payments.bank.sent == []


@pytest.mark.parametrize("moment", ["INSERT", "UPDATE"])
async def test_a_full_disk_before_sending_means_nothing_is_sent(journal: IntentJournal, moment: str) -> None:
    payments = Desk(journal, A.DONE)
    journal._file.connection.execute(
        f"CREATE TRIGGER full BEFORE {moment} ON intents WHEN NEW.attempts=0"
        " BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
    )
    with pytest.raises(JournalError, match="disk is full"):
        await payments.pay()
    assert payments.bank.sent == []


async def test_a_full_disk_after_sending_is_told_with_the_outcome(journal: IntentJournal) -> None:
    payments = Desk(journal, A.DONE)
    journal._file.connection.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON intents WHEN NEW.attempts>0 BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
    )
    intent = await payments.pay()
    assert intent.state is S.DONE
    assert "not saved" in intent.note


async def test_waits_between_sendings_grow_and_honour_the_server(journal: IntentJournal) -> None:
    payments = Desk(journal, A.LOST)
    await payments.pay()
    assert 0.25 <= payments.waits[0] <= 0.5
    assert 0.5 <= payments.waits[1] <= 1


async def test_an_empty_budget_ends_repeating(journal: IntentJournal) -> None:
    payments = Desk(journal, A.LOST)
    payments.executor.budget = RetryBudget(left=14)
    assert (await payments.pay()).state is S.UNKNOWN
    assert len(payments.bank.sent) == 2
