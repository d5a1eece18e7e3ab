"""What happened to a charge and when."""

from datetime import tzinfo

from tui.domain import Intent
from tui.payments.kinds import Resend, kind_of
from tui.payments.text import state_word
from tui.widgets.fields import Field
from tui.widgets.format import clock_time, full_time, plural


def story(intent: Intent, zone: tzinfo | None) -> list[Field]:
    """The whole story, from the first line in the journal on."""
    told: list[Field] = [("created", full_time(intent.created_at, zone))]
    if intent.sent_at is None:
        told.append(("sent", "not sent"))
    else:
        times = f", {plural(intent.attempts, 'time')} in all" if intent.attempts > 1 else ""
        told.append(("sent", f"{full_time(intent.sent_at, zone)}{times}"))
    if intent.settled_at is not None:
        told.append((_end(intent), full_time(intent.settled_at, zone)))
    elif not intent.state.unanswered:
        told.append(("outcome", state_word(intent)[0]))
    if intent.request_id:
        told.append(("request", intent.request_id))
    if intent.payment_intent_id:
        told.append(("payment", intent.payment_intent_id))
    if kind_of(intent).resend is not Resend.NEVER:
        told.append(("idempotency key", intent.key))
    return told


def story_line(intent: Intent, zone: tzinfo | None) -> str:
    """The story in one line, times of day only."""
    told = [f"created {clock_time(intent.created_at, zone)}"]
    told.append(f"sent {clock_time(intent.sent_at, zone)}" if intent.sent_at else "not sent")
    if intent.settled_at is not None:
        told.append(f"{state_word(intent)[0]} {clock_time(intent.settled_at, zone)}")
    if intent.request_id:
        told.append(f"request {intent.request_id}")
    return ", ".join(told)


def _end(intent: Intent) -> str:
    """What the moment at which it was settled is called."""
    return f"not {kind_of(intent).verb}" if intent.state.uncharged else state_word(intent)[0]
