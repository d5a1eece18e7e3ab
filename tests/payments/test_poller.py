"""The watch over checkout sessions: paid only when told so, lost never."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.payments.scripted import PAID, PENDING, HandClock, ScriptedProvider, session
from tui.domain import CheckoutSession, CheckoutState, ConfirmAnswer, ConfirmKind, SafeText
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.poller import CheckoutPoller

TRANSIENT = ConfirmAnswer(ConfirmKind.TRANSIENT, SafeText("502"))
REFUSED = ConfirmAnswer(ConfirmKind.AUTH, SafeText("Unauthenticated."))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CheckoutJournal]:
    journal = CheckoutJournal(tmp_path / "payments.sqlite3")
    yield journal
    journal.close()


class Watch:
    """One instance that watches, with a clock that jumps to whatever is due next."""

    def __init__(self, journal: CheckoutJournal, *answers: ConfirmAnswer) -> None:
        self.clock = HandClock()
        self.provider = ScriptedProvider(*answers)
        self.journal = journal
        self.seen: list[CheckoutSession] = []
        self.poller = CheckoutPoller(
            self.provider, journal, self.clock, lambda event: self.seen.append(event.payment), Random(1)
        )

    async def run(self, steps: int) -> list[float]:
        """Step until nothing is due or `steps` looks are made; return the waits between them in seconds."""
        waits = []
        for _ in range(steps):
            due = await self.poller.step()
            if due is None:
                break
            waits.append((due - self.clock.now()).total_seconds())
            self.clock.moment = max(due, self.clock.moment)
        return waits

    def paused(self) -> str | None:
        return self.poller.refused

    def stored(self, session_id: str = "cs_live_a1") -> CheckoutSession:
        found = self.journal.get(self.provider.account.fingerprint, session_id)
        assert found is not None
        return found


async def test_first_look_after_three_seconds_then_eight_growing_to_thirty(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PENDING)
    journal.add(session(watch.provider))
    waits = await watch.run(12)
    assert waits[0] == 3
    assert 8 <= waits[1] < 10
    assert all(8 <= wait <= 30 for wait in waits[1:])
    assert waits[-1] > 23
    assert len(watch.provider.asked) == 11


async def test_paid_ends_the_watch_with_the_balance_and_forgets_the_link(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PENDING, PAID)
    journal.add(session(watch.provider))
    await watch.run(5)
    assert watch.stored().state is CheckoutState.PAID
    assert watch.stored().balance == PAID.balance
    assert watch.stored().url is None
    assert len(watch.provider.asked) == 2
    assert watch.seen[-1].state is CheckoutState.PAID


@pytest.mark.parametrize(
    "nothing_known",
    [TRANSIENT, REFUSED, ConfirmAnswer(ConfirmKind.TRANSIENT), ConfirmAnswer(ConfirmKind.UNCLEAR, SafeText("order 7"))],
)
async def test_no_answer_is_never_not_paid(journal: CheckoutJournal, nothing_known: ConfirmAnswer) -> None:
    watch = Watch(journal, nothing_known)
    journal.add(session(watch.provider))
    watch.clock.advance(hours=48)
    await watch.run(3)
    assert watch.stored().state is CheckoutState.PENDING
    assert watch.stored().url is not None


async def test_after_expiry_and_grace_one_last_look_decides(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PENDING)
    journal.add(session(watch.provider))
    watch.clock.advance(minutes=39, seconds=50)
    await watch.run(1)
    assert watch.stored().state is CheckoutState.PENDING
    watch.clock.advance(seconds=60)
    await watch.run(1)
    assert watch.stored().state is CheckoutState.EXPIRED


async def test_paid_in_the_last_second_is_paid(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PAID)
    journal.add(session(watch.provider))
    watch.clock.advance(hours=48)
    await watch.run(1)
    assert watch.stored().state is CheckoutState.PAID


async def test_expiry_is_the_providers_time_not_ours(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PENDING)
    watch.provider.server_offset = timedelta(days=-3650)
    journal.add(session(watch.provider))
    watch.clock.advance(hours=48)
    await watch.run(1)
    assert watch.stored().state is CheckoutState.PENDING


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ConfirmKind.EXPIRED, CheckoutState.EXPIRED),
        (ConfirmKind.DECLINED, CheckoutState.FAILED),
        (ConfirmKind.FAILED, CheckoutState.FAILED),
        (ConfirmKind.REFUNDED, CheckoutState.FAILED),
        (ConfirmKind.UNKNOWN_SESSION, CheckoutState.FAILED),
    ],
)
async def test_only_explicit_ends_end_a_session(
    journal: CheckoutJournal, kind: ConfirmKind, state: CheckoutState
) -> None:
    watch = Watch(journal, ConfirmAnswer(kind, SafeText("because")))
    journal.add(session(watch.provider))
    watch.clock.advance(seconds=3)
    await watch.run(1)
    assert watch.stored().state is state
    assert watch.stored().balance is None


async def test_retry_after_is_honoured(journal: CheckoutJournal) -> None:
    watch = Watch(journal, ConfirmAnswer(ConfirmKind.TRANSIENT, retry_after=timedelta(seconds=55)))
    journal.add(session(watch.provider))
    waits = await watch.run(2)
    assert waits[1] == 55


async def test_an_absurd_retry_after_does_not_silence_the_watch(journal: CheckoutJournal) -> None:
    watch = Watch(journal, ConfirmAnswer(ConfirmKind.TRANSIENT, retry_after=timedelta(days=9999)))
    journal.add(session(watch.provider))
    waits = await watch.run(2)
    assert waits[1] == 300


async def test_a_refused_token_pauses_all_sessions_until_somebody_asks(journal: CheckoutJournal) -> None:
    watch = Watch(journal, REFUSED, PAID)
    journal.add(session(watch.provider, "cs_live_a1"))
    journal.add(session(watch.provider, "cs_live_a2"))
    watch.clock.advance(minutes=1)
    assert await watch.poller.step() is None
    assert await watch.poller.step() is None
    assert len(watch.provider.asked) == 1
    assert watch.paused() == "Unauthenticated."
    watch.poller.check_now("cs_live_a2")
    await watch.poller.step()
    assert watch.paused() is None
    assert watch.stored("cs_live_a2").state is CheckoutState.PAID


async def test_a_new_start_takes_up_what_a_killed_one_left(journal: CheckoutJournal) -> None:
    dead = Watch(journal, PENDING)
    journal.add(session(dead.provider))
    dead.poller._owner = "4194305-killed"  # a process id no machine gives
    dead.clock.advance(seconds=3)
    await dead.run(1)
    again = Watch(journal, PAID)
    again.clock.moment = dead.clock.moment + timedelta(seconds=20)
    await again.run(1)
    assert again.stored().state is CheckoutState.PAID


async def test_two_instances_look_at_a_session_only_once_and_both_learn_the_end(journal: CheckoutJournal) -> None:
    first, second = Watch(journal, PENDING, PAID), Watch(journal, PENDING)
    journal.add(session(first.provider))
    for watch in (first, second):
        watch.clock.advance(seconds=3)
        await watch.run(1)
    assert len(second.provider.asked) == 0
    first.clock.advance(seconds=30)
    await first.run(1)
    second.clock.moment = first.clock.moment
    await second.poller.step()
    assert second.seen[-1].state is CheckoutState.PAID
    assert len(second.provider.asked) == 0


async def test_a_slower_look_of_another_instance_cannot_turn_paid_back(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PAID)
    stale = session(watch.provider)
    journal.add(stale)
    watch.clock.advance(seconds=3)
    await watch.run(1)
    journal.save(stale.with_(checks=1, note=SafeText("not paid yet")))
    assert watch.stored().state is CheckoutState.PAID


async def test_a_session_of_another_account_is_left_alone(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PAID)
    journal.add(session(watch.provider).with_(account="somebody else"))
    watch.clock.advance(minutes=5)
    assert await watch.poller.step() is None
    assert watch.provider.asked == []


async def test_a_full_disk_does_not_keep_a_payment_secret(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PAID)
    journal.add(session(watch.provider))
    watch.clock.advance(seconds=3)
    journal._file.connection.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON checkouts BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
    )
    with pytest.raises(Exception, match="disk is full"):
        await watch.poller.step()
    journal._file.connection.execute("DROP TRIGGER full")
    await watch.run(1)
    assert watch.stored().state is CheckoutState.PAID


async def test_check_now_wakes_the_sleeping_poller(journal: CheckoutJournal) -> None:
    watch = Watch(journal, PAID)
    journal.add(session(watch.provider))
    looked = asyncio.Event()
    poller = CheckoutPoller(watch.provider, journal, watch.clock, lambda _: looked.set())
    task = asyncio.ensure_future(poller.run())
    poller.check_now("cs_live_a1")
    async with asyncio.timeout(5):
        await looked.wait()
    task.cancel()
    assert watch.stored().state is CheckoutState.PAID
