"""When to ask again: reads only, a few times, with growing waits."""

from tui.providers.errors import BillingError, DeadlineExceeded, NetworkTrouble, NotTrusted
from tui.providers.transport.reply import Reply

MOST_RETRIES = 2
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 5.0


def wait_before_retry(outcome: Reply | BillingError, attempt: int, jitter: float) -> float | None:
    """Seconds to wait before a read is repeated; None when it is not.

    `attempt` counts from zero, `jitter` lies between 0 and 1. The wait doubles from 0.5 s to 5 s and is spread over
    all of it (full jitter, as AWS's clients do); a server that asks for more than 5 s is not asked again.
    """
    if attempt >= MOST_RETRIES or not _may_pass(outcome):
        return None
    asked = outcome.retry_after
    if asked is not None:
        return asked.total_seconds() if asked.total_seconds() <= _LONGEST_WAIT else None
    return float(min(_FIRST_WAIT * 2**attempt, _LONGEST_WAIT) * jitter)


def _may_pass(outcome: Reply | BillingError) -> bool:
    """Whether the trouble may be gone in a moment."""
    if isinstance(outcome, Reply):
        return outcome.status >= 500 or (outcome.status == 429 and outcome.retry_after is not None)
    return isinstance(outcome, NetworkTrouble) and not isinstance(outcome, NotTrusted | DeadlineExceeded)
