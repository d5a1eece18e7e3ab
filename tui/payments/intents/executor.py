"""Carrying out a money call so that whatever happens, the journal can tell."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from tui.domain import (
    AnswerKind,
    Clock,
    Intent,
    IntentState,
    Money,
    MoneyAnswer,
    MoneyCall,
    SafeText,
)
from tui.payments import evidence
from tui.payments.actions import why_not_send
from tui.payments.balance import balance_soon
from tui.payments.events import PaymentChanged
from tui.payments.intents.declines import read_decline
from tui.payments.intents.journal import IntentJournal, JournalError
from tui.payments.intents.policy import UNCERTAIN, judge
from tui.payments.intents.retry_budget import RetryBudget
from tui.payments.kinds import Resend, kind_of
from tui.payments.lease import new_owner
from tui.payments.schedule import DEADLINE
from tui.providers.base import HasAccount, HasLots, HasMoneyCalls, HasServerTime, having
from tui.providers.errors import BillingError, NotAllowed, NotAuthenticated, NotTrusted, RateLimited
from tui.storage.journal_thread import in_journal_thread

_ONE_SENDING = timedelta(seconds=40)
"""How long one sending may take, so that a lost answer leaves time to ask for it again."""

_UNREAD: Mapping[type[BillingError], AnswerKind] = {
    NotAuthenticated: AnswerKind.NOT_AUTHENTICATED,
    NotAllowed: AnswerKind.NOT_ALLOWED,
    RateLimited: AnswerKind.LIMITED,
    NotTrusted: AnswerKind.NOT_TRUSTED,
}
"""Why a call was not sent, by what came of the reading before it."""

_Change = PaymentChanged[Intent]


class WrongAccount(Exception):
    """An intent was made for another account or address: it must not be sent from this one."""


class NotRepeatable(Exception):
    """A payment must not be sent again; the text says why."""


class AtWork(JournalError):
    """Another running instance has the payment in its hands."""


@dataclass
class Executor:
    """Carries out intents for one account, each at most once at a time, in tasks that nobody can cancel."""

    provider: HasAccount
    journal: IntentJournal
    clock: Clock
    on_change: Callable[[_Change], None] = lambda _: None
    """Called on the event loop with each change; `prepare`, which may run in any thread, announces none."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    budget: RetryBudget = field(default_factory=RetryBudget)
    jitter: Random = field(default_factory=Random)
    owner: str = field(default_factory=new_owner)
    look: Callable[[Intent], Awaitable[Intent]] | None = None
    """Finds out by reading what became of a payment; asked once when an answer proves nothing."""
    _running: dict[str, asyncio.Task[Intent]] = field(default_factory=dict)

    def prepare(
        self, call: MoneyCall, *, title: SafeText, amount: Money, payment_method_id: str | None, key: str | None = None
    ) -> Intent:
        """Write a confirmed payment down; nothing is sent. Raises KeyTaken, Blocked, JournalError."""
        intent = Intent(
            intent_id=str(uuid4()),
            account=self.provider.account.fingerprint,
            base_url=self.provider.account.base_url,
            title=title,
            amount=amount,
            payment_method_id=payment_method_id,
            call=call,
            key=key or str(uuid4()),
            created_at=self.clock.now(),
        )
        self.journal.prepare(intent, self.owner)
        return intent

    async def execute(self, intent: Intent) -> Intent:
        """Send a prepared or unknown intent and return where it stands then; a settled one is returned unsent.

        A second call for the same intent joins the first. Cancelling the caller does not cancel the sending. Raises
        WrongAccount, NotRepeatable, AtWork, and JournalError when it could not be written down before sending; after
        each of them nothing was sent by this call.
        """
        account = self.provider.account
        if (intent.account, intent.base_url) != (account.fingerprint, account.base_url):
            raise WrongAccount("This payment was begun for another account or address; it is not sent from here.")
        task = self._running.get(intent.intent_id)
        if task is None:
            task = asyncio.ensure_future(self._settled(intent))
            self._running[intent.intent_id] = task
            task.add_done_callback(lambda _: self._running.pop(intent.intent_id, None))
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until nothing is being sent: what quitting does."""
        while self._running:
            # Not gather: cancelling the wait must not cancel what is being sent.
            await asyncio.wait(self._running.values())

    async def _settled(self, intent: Intent) -> Intent:
        """Carry it out and announce its outcome; what the provider answered without proof is looked up at once."""
        came_to = await self._carry_out(intent)
        settled = came_to.payment
        if self.look is not None and (settled.state, settled.answer) == (IntentState.UNKNOWN, AnswerKind.UNPROVEN):
            self.on_change(replace(came_to, settled=False))
            came_to = await self._looked_up(came_to, self.look)
        self.on_change(came_to)
        return came_to.payment

    async def _looked_up(self, unproven: _Change, look: Callable[[Intent], Awaitable[Intent]]) -> _Change:
        """Find out by reading what an answer without proof came to; the outcome as it was where that fails."""
        try:
            found = await look(unproven.payment)
            if found.state is IntentState.UNKNOWN:
                # Why the answer proves nothing is what a person has to know; the look only adds to it.
                told = found.with_(note=SafeText(f"{unproven.payment.note} Then {found.note}."))
                found = await in_journal_thread(self.journal.replace, found, told)
        except (BillingError, JournalError):
            return unproven
        return PaymentChanged(found, settled=True)

    async def _carry_out(self, intent: Intent) -> _Change:
        if not await in_journal_thread(self.journal.take, intent.intent_id, self.owner):
            raise AtWork("Another billtop is at work on this payment.")
        # What was handed in may be old news: another instance may have settled it since.
        known = await in_journal_thread(self.journal.get, intent.intent_id)
        intent = known or intent
        if not intent.state.sendable:
            return PaymentChanged(intent, settled=True)
        reason = why_not_send(intent, self.clock.now())
        if reason is not None:
            raise NotRepeatable(reason)
        looked = await self._look_first(intent)
        if isinstance(looked, MoneyAnswer):
            return await self._settle(intent, IntentState.FAILED, looked)
        # An unknown one may have been done by an earlier sending: no refusal of a later one can disprove that.
        maybe_done = intent.state is not IntentState.PREPARED
        sent = looked.with_(
            state=IntentState.SENT,
            sent_at=looked.sent_at or self.clock.now(),
            provider_sent_at=looked.provider_sent_at or (None if looked.sent_at else self._provider_time()),
        )
        # What was dismissed while we looked stays so: only what was written as sent is sent.
        written = await in_journal_thread(self.journal.replace, intent, sent)
        if written is not sent:
            return PaymentChanged(written, settled=True)
        intent = sent
        self.on_change(PaymentChanged(intent))
        loop = asyncio.get_running_loop()
        ends = loop.time() + DEADLINE.total_seconds()
        sendings = 0
        while True:
            sendings += 1
            left = timedelta(seconds=max(ends - loop.time(), 1))
            said = await having(self.provider, HasMoneyCalls).send(intent.call, intent.key, min(left, _ONE_SENDING))
            answer = evidence.judge(intent, said)
            verdict = judge(
                answer,
                sendings=sendings,
                maybe_done=maybe_done,
                resend=kind_of(intent).resend,
                left=timedelta(seconds=ends - loop.time()),
                jitter=self.jitter,
            )
            maybe_done = maybe_done or answer.kind in UNCERTAIN
            if verdict.pause is not None and self.budget.take():
                await self.sleep(verdict.pause.total_seconds())
                continue
            state = verdict.state or (IntentState.UNKNOWN if maybe_done else IntentState.FAILED)
            return await self._settle(intent.with_(attempts=intent.attempts + sendings), state, answer)

    async def _look_first(self, intent: Intent) -> Intent | MoneyAnswer:
        """Read what a later look is compared with: the lots before a call without a key, else the balance.

        Returns the reason as an answer where the lots cannot be read: such a call is not sent. A balance that cannot be
        read is only one proof less.
        """
        if kind_of(intent).resend is not Resend.NEVER or not isinstance(self.provider, HasLots):
            return await self._with_balance(intent)
        try:
            return intent.with_(lots_before=(await self.provider.lots()).items)
        except BillingError as trouble:
            words = f"The lots could not be read first, without which nobody could tell how it ended: {trouble}"
            kind = _UNREAD.get(type(trouble), AnswerKind.NOT_SENT)
            return MoneyAnswer(kind, SafeText(words), request_id=trouble.request_id, retry_after=trouble.retry_after)

    async def _with_balance(self, intent: Intent) -> Intent:
        """Note the balance before the first sending, where a change of it can prove the payment."""
        compares = kind_of(intent).proof.balance != 0
        if not compares or intent.sent_at is not None:
            return intent
        before = await balance_soon(self.provider)
        return intent if before is None else intent.with_(balance_before=before)

    def _provider_time(self) -> datetime | None:
        """The present moment on the provider's clock; None where it is not known."""
        return self.clock.now() + self.provider.server_offset if isinstance(self.provider, HasServerTime) else None

    async def _settle(self, intent: Intent, state: IntentState, answer: MoneyAnswer) -> _Change:
        """Write the outcome down; a disk that fails now leaves it "sent", which the next start reads as unknown."""
        if state is IntentState.DONE:
            self.budget.refund()
        now = self.clock.now()
        note, decline_code = _told(answer)
        settled = intent.with_(
            state=state,
            settled_at=None if state.open else now,
            provider_lost_at=self._provider_time() if state is IntentState.UNKNOWN else intent.provider_lost_at,
            payment_intent_id=answer.payment_intent_id or intent.payment_intent_id,
            request_id=answer.request_id or intent.request_id,
            note=note,
            balance=answer.balance,
            answer=answer.kind,
            decline_code=decline_code,
            advice=answer.advice,
            code=answer.code,
            retry_at=now + answer.retry_after if answer.retry_after else None,
        )
        try:
            await in_journal_thread(self.journal.save, settled)
        except JournalError as error:
            told = settled.with_(note=SafeText(f"{settled.note} (not saved: {error})"))
            return PaymentChanged(told, settled=True, recorded=False)
        return PaymentChanged(settled, settled=True)


def _told(answer: MoneyAnswer) -> tuple[SafeText, SafeText | None]:
    """What an answer says, as it may be shown and kept: a decline in plain words, a refusal with what was wrong."""
    if answer.kind is AnswerKind.DECLINED:
        decline = read_decline(answer.decline_code, answer.message)
        return decline.words, decline.code
    wrong = [message for messages in answer.fields.values() for message in messages]
    return SafeText(" ".join([answer.message, *(each for each in wrong if each not in answer.message)])), None
