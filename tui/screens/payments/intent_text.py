"""What every money call has in common, in words: charges, purchases and adjustments say it alike."""

from dataclasses import dataclass
from datetime import tzinfo

from tui.domain import Intent, IntentState
from tui.widgets.format import clock_time, sentence

CHECK_CLOCK = "Check this machine's clock, and whether a proxy or a login page stands in between."


@dataclass(frozen=True, slots=True)
class CallText:
    """How one kind of money call is spoken of."""

    noun: str
    doing: str
    """What is done to it, before its title."""
    nothing: str
    """That nothing happened."""
    perhaps: str
    """That it may have happened, and what to do before it is done again."""


CHARGE = CallText(
    "payment",
    "Buying",
    "Nothing was charged.",
    "It may have been charged: compare the ledger before you pay again.",
)
BOOKING = CallText(
    "adjustment",
    "Booking",
    "Nothing was booked.",
    "It may have been booked: look among everybody's transactions before you do it again.",
)


def unfinished_words(intent: Intent, saying: CallText) -> str:
    """What is known of a call that was not sent, is being sent, was refused or is no longer looked for."""
    match intent.state:
        case IntentState.PREPARED:
            return f"{intent.title}: written down and not sent. {saying.nothing}"
        case IntentState.SENT:
            return f"{saying.doing} {intent.title}…"
        case IntentState.ABANDONED:
            return f"Set aside: {saying.perhaps}" if intent.sent_at else f"Set aside unsent. {saying.nothing}"
        case IntentState.FAILED | IntentState.REQUIRES_ACTION:
            return f"{sentence(intent.note)} {saying.nothing}".lstrip()
        case _:
            return sentence(intent.note)


def aside_words(intent: Intent, saying: CallText) -> list[str]:
    """What setting a call aside means."""
    return [
        saying.perhaps if intent.sent_at else f"It was never sent. {saying.nothing}",
        f"Set aside, it no longer stops the same {saying.noun} from being made again, and nothing looks for it then.",
    ]


def at_its_end(intent: Intent, zone: tzinfo | None) -> str:
    """When it ended, to follow a verb: ` at 18:24`; empty while it has not."""
    return f" at {clock_time(intent.settled_at, zone)}" if intent.settled_at else ""
