"""How far the picture on the screen can be trusted, said in words."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from textual.content import Content

from tui.account.state import Phase, Section, Snapshot
from tui.providers.errors import BillingError
from tui.widgets.format import BAD, DIM, WAIT, clock_time, sentence
from tui.widgets.plain_text import PlainText


def error_text(error: BillingError) -> str:
    """Why it failed, what to do now and the request id, as sentences."""
    reference = f"Request {error.request_id}." if error.request_id else ""
    return " ".join(filter(None, (sentence(error.message), sentence(error.next_step), reference)))


def state_words(snapshot: Snapshot, sections: Sequence[Section[Any]], zone: tzinfo | None) -> Content | None:
    """One line on the state of `sections`, the worst first; None while all of it is fresh."""
    if snapshot.connect_error is not None:
        return Content.assemble(("Not connected. ", BAD), error_text(snapshot.connect_error), (" r tries again.", DIM))
    if snapshot.account is None:
        return Content.styled(f"Connecting to {snapshot.provider_title}…", DIM)
    for phase, words in ((Phase.FAILED, _failed), (Phase.STALE, _stale)):
        for section in sections:
            if snapshot.part(section).phase is phase:
                return words(snapshot, section, zone)
    loading = [each.title for each in sections if snapshot.part(each).reading and snapshot.part(each).value is None]
    return Content.styled(f"Reading {', '.join(loading)}…", DIM) if loading else None


def _failed(snapshot: Snapshot, section: Section[Any], zone: tzinfo | None) -> Content:
    error = snapshot.part(section).error
    assert error is not None  # the phase says so
    return Content.assemble((f"Could not read {section.title}. ", BAD), error_text(error), (" r tries again.", DIM))


def _stale(snapshot: Snapshot, section: Section[Any], zone: tzinfo | None) -> Content:
    part = snapshot.part(section)
    assert part.error is not None  # the phase says so
    since = f"as of {clock_time(part.as_of, zone)}" if part.as_of else "older"
    return Content.assemble(
        (f"{section.title.capitalize()} {since}. ", WAIT), error_text(part.error), (" r tries again.", DIM)
    )


class StateLine(PlainText):
    """One line below a view while it is loading, failed or stale; no line at all while it is fresh."""

    DEFAULT_CSS = """
    StateLine { height: auto; max-height: 3; padding: 0 2; display: none; }
    StateLine.-told { display: block; }
    """

    def tell(self, words: Content | None) -> None:
        """Show `words`, or nothing."""
        self.set_text(words if words is not None else Content())
        self.set_class(words is not None, "-told")
