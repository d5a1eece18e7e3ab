"""What an answer to a money call means, and whether the same bytes may be sent again.

Three outcomes, never two: done, definitely not done, unknown. An answer that would mean "not done" to a first sending
proves nothing after a sending whose answer was lost: the first one may have been carried out.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from tui.domain import AnswerKind, IntentState, MoneyAnswer
from tui.payments.kinds import Resend

MAX_RESENDS = 2
"""As many as Stripe's own libraries send (stripe-python: max_network_retries)."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 5.0

_ANSWERED = {
    AnswerKind.DONE: IntentState.DONE,
    AnswerKind.REQUIRES_ACTION: IntentState.REQUIRES_ACTION,
    AnswerKind.PROCESSING: IntentState.PROCESSING,
    AnswerKind.ISSUING: IntentState.ISSUING,
    # The issuer's word on this very key: a replay of it is as good as the first.
    AnswerKind.DECLINED: IntentState.FAILED,
}
UNCERTAIN = frozenset({AnswerKind.LOST, AnswerKind.IN_PROGRESS, AnswerKind.UNPROVEN})
"""Answers after which it may have been done."""
_AGAIN = frozenset({AnswerKind.NOT_SENT, AnswerKind.LIMITED, AnswerKind.IN_PROGRESS, AnswerKind.LOST})


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after an answer: end in `state`, or send the same bytes again after `pause`."""

    state: IntentState | None
    pause: timedelta | None = None


def judge(
    answer: MoneyAnswer, *, sendings: int, maybe_done: bool, resend: Resend, left: timedelta, jitter: Random
) -> Decision:
    """Judge the answer to sending number `sendings` (from 1).

    `maybe_done` says whether an earlier sending may have been carried out, `left` is what remains of the deadline.
    """
    if answer.kind in _ANSWERED:
        return Decision(_ANSWERED[answer.kind])
    if answer.kind in _AGAIN and sendings <= MAX_RESENDS and _may_resend(answer, resend):
        pause = pause_before(sendings, answer.retry_after, jitter)
        if pause < left:
            return Decision(None, pause)
    unknown = maybe_done or answer.kind in UNCERTAIN
    return Decision(IntentState.UNKNOWN if unknown else IntentState.FAILED)


def _may_resend(answer: MoneyAnswer, resend: Resend) -> bool:
    """What never left this machine may always go again; anything else only where the provider replays keys."""
    return resend is Resend.AUTOMATIC or answer.kind is AnswerKind.NOT_SENT


def pause_before(resend: int, retry_after: timedelta | None, jitter: Random) -> timedelta:
    """How long to wait before re-send number `resend`: 0.5 s doubling to 5 s, half of it at random, or as told."""
    backoff = min(_FIRST_PAUSE * 2 ** (resend - 1), _LONGEST_PAUSE) * (0.5 + 0.5 * jitter.random())
    return max(timedelta(seconds=backoff), retry_after or timedelta(0))
