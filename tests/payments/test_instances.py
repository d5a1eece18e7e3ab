"""Two instances on one journal, and instances that were killed: nobody's outcome is lost or overwritten."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.payments.scripted import START, HandClock
from tests.payments.test_executor import CALL, Bank
from tui.domain import AnswerKind, CallKind, Intent, IntentState, Money, MoneyCall, SafeText
from tui.payments.actions import REPEAT_WITHIN, actions, may_start_over
from tui.payments.intents.executor import AtWork, Executor, NotRepeatable
from tui.payments.intents.journal import Blocked, IntentJournal, KeyTaken
from tui.payments.kinds import PaymentAction
from tui.payments.lease import is_alive, new_owner

DEAD = "4194305-0-killed"
"""The name of an instance with a process id no machine gives."""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[IntentJournal]:
    journal = IntentJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


@pytest.fixture
def second(journal: IntentJournal, tmp_path: Path) -> Iterator[IntentJournal]:
    """The same file as another instance has it open."""
    journal = IntentJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


def prepare(executor: Executor, call: MoneyCall = CALL, key: str | None = None) -> Intent:
    return executor.prepare(
        call, title=SafeText("$25.00"), amount=Money(Decimal(25), "USD"), payment_method_id="pm_1", key=key
    )


def executor(journal: IntentJournal, *kinds: AnswerKind, clock: HandClock | None = None) -> Executor:
    async def no_wait(_: float) -> None:
        return

    return Executor(Bank(*kinds), journal, clock or HandClock(), sleep=no_wait)


def sendings(executor: Executor) -> int:
    assert isinstance(executor.provider, Bank)
    return len(executor.provider.sent)


async def test_a_payment_settled_elsewhere_is_not_sent_again(journal: IntentJournal, second: IntentJournal) -> None:
    here, there = executor(journal, AnswerKind.LOST), executor(second, AnswerKind.DONE)
    unknown = await here.execute(prepare(here))
    journal.release(here.owner)
    done = await there.execute(unknown)
    second.release(there.owner)
    sent = sendings(here)
    assert (await here.execute(unknown)) == done
    assert done.state is IntentState.DONE
    assert sendings(here) == sent


async def test_a_slow_look_does_not_undo_an_outcome(journal: IntentJournal, second: IntentJournal) -> None:
    here = executor(journal, AnswerKind.LOST)
    unknown = await here.execute(prepare(here))
    paid = unknown.with_(state=IntentState.DONE, note=SafeText("paid"))
    second.save(paid)
    looked = unknown.with_(note=SafeText("looked again"))
    assert journal.replace(unknown, looked) == paid
    assert journal.dismiss(unknown, here.owner, START) == paid
    assert journal.get(unknown.intent_id) == paid


async def test_a_start_leaves_alone_what_a_dying_instance_settled(
    journal: IntentJournal, second: IntentJournal
) -> None:
    """It read "sent", then the other one wrote "done" and ended: the outcome must stand."""
    here = executor(journal, AnswerKind.DONE)
    done = await here.execute(prepare(here))
    journal._file.connection.execute("UPDATE intents SET lease_owner=?", (DEAD,))
    assert second.recover(done.account, new_owner()) == ()
    assert second.get(done.intent_id) == done


async def test_one_key_is_one_payment(journal: IntentJournal, second: IntentJournal) -> None:
    here, there = executor(journal, AnswerKind.DONE), executor(second, AnswerKind.DONE)
    done = await here.execute(prepare(here, key="order-1"))
    other = MoneyCall(CallKind.FUND, "POST", "/wallet/fund", b'{"amount":26}')
    for call in (CALL, other):
        with pytest.raises(KeyTaken) as raised:
            prepare(there, call, key="order-1")
        assert raised.value.intent == done
    assert prepare(there).key != "order-1"


async def test_a_new_token_does_not_free_the_way_for_an_open_payment(journal: IntentJournal) -> None:
    here = executor(journal, AnswerKind.LOST)
    opened = await here.execute(prepare(here))
    assert opened.state is IntentState.UNKNOWN
    journal._file.connection.execute("UPDATE intents SET account='older'")
    with pytest.raises(Blocked):
        prepare(here)


async def test_set_aside_waits_for_the_instance_at_work(journal: IntentJournal, second: IntentJournal) -> None:
    here = executor(journal, AnswerKind.LOST)
    unknown = await here.execute(prepare(here))
    # This very process has it: as good as another one that lives.
    assert second.dismiss(unknown, new_owner(), START).state is IntentState.UNKNOWN
    with pytest.raises(AtWork):
        await executor(second, AnswerKind.DONE).execute(unknown)
    journal.release(here.owner)
    assert second.dismiss(unknown, new_owner(), START).state is IntentState.DISMISSED
    prepare(here)


@pytest.mark.parametrize(
    ("age", "repeatable"),
    [
        (timedelta(0), True),
        (REPEAT_WITHIN - timedelta(seconds=1), True),
        (REPEAT_WITHIN, False),
        (timedelta(hours=24), False),
        (timedelta(hours=-1), False),
    ],
    ids=str,
)
async def test_a_key_the_provider_may_have_forgotten_is_not_sent_again(
    journal: IntentJournal, age: timedelta, *, repeatable: bool
) -> None:
    clock = HandClock()
    here = executor(journal, AnswerKind.LOST, clock=clock)
    unknown = await here.execute(prepare(here))
    sent = sendings(here)
    clock.moment += age
    assert (PaymentAction.REPEAT in actions(unknown, clock.now())) == repeatable
    if repeatable:
        assert (await here.execute(unknown)).state is IntentState.UNKNOWN
        assert sendings(here) > sent
    else:
        with pytest.raises(NotRepeatable):
            await here.execute(unknown)
        assert sendings(here) == sent


async def test_what_was_never_sent_can_be_sent_at_any_age(journal: IntentJournal) -> None:
    clock = HandClock()
    here = executor(journal, AnswerKind.DONE, clock=clock)
    prepared = prepare(here)
    clock.advance(days=30)
    assert actions(prepared, clock.now()).possible == (PaymentAction.REPEAT, PaymentAction.DISMISS)
    assert (await here.execute(prepared)).state is IntentState.DONE


@pytest.mark.parametrize("kind", [AnswerKind.NOT_SENT, AnswerKind.LIMITED, AnswerKind.NOT_AUTHENTICATED])
async def test_what_the_provider_never_began_can_begin_anew_with_its_key(
    journal: IntentJournal, kind: AnswerKind
) -> None:
    here = executor(journal, kind)
    failed = await here.execute(prepare(here, key="order-1"))
    assert may_start_over(failed)
    here.provider = Bank(AnswerKind.DONE)
    done = await here.execute(journal.reopen(failed, here.owner))
    assert (done.state, done.key) == (IntentState.DONE, "order-1")
    assert journal.reopen(failed, here.owner) == done, "old news does not undo it"


async def test_beginning_anew_waits_for_an_open_payment_of_the_same_bytes(journal: IntentJournal) -> None:
    here = executor(journal, AnswerKind.NOT_SENT)
    failed = await here.execute(prepare(here, key="order-1"))
    here.provider = Bank(AnswerKind.LOST)
    await here.execute(prepare(here, key="order-2"))
    with pytest.raises(Blocked):
        journal.reopen(failed, here.owner)
    assert journal.get(failed.intent_id) == failed


@pytest.mark.parametrize("kind", [AnswerKind.DONE, AnswerKind.DECLINED, AnswerKind.LOST, AnswerKind.REFUSED])
async def test_what_the_provider_looked_at_cannot_begin_anew(journal: IntentJournal, kind: AnswerKind) -> None:
    here = executor(journal, kind)
    assert not may_start_over(await here.execute(prepare(here)))


def test_a_settled_payment_leaves_nothing_to_do(journal: IntentJournal) -> None:
    prepared = prepare(executor(journal, AnswerKind.DONE))
    ours = {PaymentAction.CHECK, PaymentAction.REPEAT, PaymentAction.DISMISS}
    for state in (
        IntentState.DONE,
        IntentState.FAILED,
        IntentState.RECONCILED,
        IntentState.DISMISSED,
        IntentState.SENT,
    ):
        assert not ours.intersection(actions(prepared.with_(state=state), START).possible)


def test_an_owner_lives_as_long_as_its_process() -> None:
    words = "from tui.payments.lease import new_owner; print(new_owner(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        owner = process.stdout.readline().strip()
        assert is_alive(owner)
        process.kill()
        process.wait()
    assert not is_alive(owner)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_process_id_that_was_given_anew_is_not_the_old_instance() -> None:
    """In a container every start may have the same id."""
    pid, began, unique = new_owner().split("-", 2)
    assert not is_alive(f"{pid}-{began}-of-an-earlier-start")
    assert is_alive(f"{os.getppid()}-0-{unique}"), "where nobody tells when it began, the id alone counts"
    assert not is_alive(f"{os.getppid()}-1-{unique}")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_killed_instance_whose_parent_did_not_notice_yet_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = f"{process.pid}-0-x"
    assert is_alive(owner)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(owner)
    process.communicate()
