"""Carrying out a money call so that whatever happens, the journal can tell."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
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
from tui.payments.budget import RetryBudget
from tui.payments.choices import why_not_repeat
from tui.payments.declines import read_decline
from tui.payments.intent_journal import IntentJournal, JournalError
from tui.payments.lease import new_owner
from tui.payments.policy import judge
from tui.providers.base import HasAccount, HasLots, HasMoneyCalls, having
from tui.providers.errors import BillingError, NotAllowed, NotAuthenticated, NotTrusted, RateLimited

DEADLINE = timedelta(seconds=90)
"""How long all sendings of one money call may take together."""
_ONE_SENDING = timedelta(seconds=40)
"""How long one sending may take, so that a lost answer leaves time to ask for it again."""

_UNREAD: Mapping[type[BillingError], AnswerKind] = {
    NotAuthenticated: AnswerKind.NOT_AUTHENTICATED,
    NotAllowed: AnswerKind.NOT_ALLOWED,
    RateLimited: AnswerKind.LIMITED,
    NotTrusted: AnswerKind.NOT_TRUSTED,
}
"""Why a call was not sent, by what came of the reading before it."""
_UNCERTAIN = frozenset({AnswerKind.LOST, AnswerKind.IN_PROGRESS})


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
    on_change: Callable[[Intent], None] = lambda _: None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    budget: RetryBudget = field(default_factory=RetryBudget)
    jitter: Random = field(default_factory=Random)
    owner: str = field(default_factory=new_owner)
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
        self.on_change(intent)
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
            task = asyncio.ensure_future(self._carry_out(intent))
            self._running[intent.intent_id] = task
            task.add_done_callback(lambda _: self._running.pop(intent.intent_id, None))
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until nothing is being sent: what quitting does."""
        while self._running:
            # Not gather: cancelling the wait must not cancel what is being sent.
            await asyncio.wait(self._running.values())

    async def _carry_out(self, intent: Intent) -> Intent:
        if not self.journal.take(intent.intent_id, self.owner):
            raise AtWork("Another billtop is at work on this payment.")
        # What was handed in may be old news: another instance may have settled it since.
        intent = self.journal.get(intent.intent_id) or intent
        if intent.state not in {IntentState.PREPARED, IntentState.UNKNOWN}:
            return intent
        reason = why_not_repeat(intent, self.clock.now())
        if reason is not None:
            raise NotRepeatable(reason)
        looked = await self._look_first(intent)
        if isinstance(looked, MoneyAnswer):
            return self._settle(intent, IntentState.FAILED, looked)
        intent = looked
        # An unknown one may have been done by an earlier sending: no refusal of a later one can disprove that.
        maybe_done = intent.state is not IntentState.PREPARED
        now = self.clock.now()
        intent = self._note(intent.with_(state=IntentState.SENT, sent_at=intent.sent_at or now))
        loop = asyncio.get_running_loop()
        ends = loop.time() + DEADLINE.total_seconds()
        sendings = 0
        while True:
            sendings += 1
            left = timedelta(seconds=max(ends - loop.time(), 1))
            answer = await having(self.provider, HasMoneyCalls).send(intent.call, intent.key, min(left, _ONE_SENDING))
            verdict = judge(
                answer,
                sendings=sendings,
                maybe_done=maybe_done,
                resend_allowed=intent.call.resend_allowed,
                left=timedelta(seconds=ends - loop.time()),
                jitter=self.jitter,
            )
            maybe_done = maybe_done or answer.kind in _UNCERTAIN
            if verdict.pause is not None and self.budget.take():
                await self.sleep(verdict.pause.total_seconds())
                continue
            state = verdict.state or (IntentState.UNKNOWN if maybe_done else IntentState.FAILED)
            return self._settle(intent.with_(attempts=intent.attempts + sendings), state, answer)

    async def _look_first(self, intent: Intent) -> Intent | MoneyAnswer:
        """Read the lots before a call without a key: later only what is new since then can tell what became of it.

        Returns the reason as an answer where they cannot be read: such a call is not sent.
        """
        if intent.call.keyed or not isinstance(self.provider, HasLots):
            return intent
        try:
            return intent.with_(lots_before=(await self.provider.lots()).items)
        except BillingError as trouble:
            words = f"The lots could not be read first, without which nobody could tell how it ended: {trouble}"
            kind = _UNREAD.get(type(trouble), AnswerKind.NOT_SENT)
            return MoneyAnswer(kind, SafeText(words), request_id=trouble.request_id, retry_after=trouble.retry_after)

    def _settle(self, intent: Intent, state: IntentState, answer: MoneyAnswer) -> Intent:
        """Write the outcome down; a disk that fails now leaves it "sent", which the next start reads as unknown."""
        if state is IntentState.DONE:
            self.budget.refund()
        now = self.clock.now()
        note, decline_code = _told(answer)
        settled = intent.with_(
            state=state,
            settled_at=None if state.open else now,
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
            return self._note(settled)
        except JournalError as error:
            told = SafeText(f"{settled.note} (not written down: {error})")
            self.on_change(settled.with_(note=told))
            return settled.with_(note=told)

    def _note(self, intent: Intent) -> Intent:
        self.journal.save(intent)
        self.on_change(intent)
        return intent


def _told(answer: MoneyAnswer) -> tuple[SafeText, SafeText | None]:
    """What an answer says, as it may be shown and kept: a decline in plain words, a refusal with what was wrong."""
    if answer.kind is AnswerKind.DECLINED:
        decline = read_decline(answer.decline_code, answer.message)
        return decline.words, decline.code
    wrong = [message for messages in answer.fields.values() for message in messages]
    return SafeText(" ".join([answer.message, *(each for each in wrong if each not in answer.message)])), None
