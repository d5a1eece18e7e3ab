"""One answer of a provider, read but not yet judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tui.domain import SafeText
from tui.providers.transport.documents import Json

BROKEN_COMPRESSION = "its compression is broken"


def unreadable_answer(host: str, why: str) -> SafeText:
    """That an answer could not be read, and why."""
    return SafeText(f"The answer of {host} cannot be read: {why}.")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, body and the headers billtop uses; nothing of it is shown without passing SafeText."""

    host: str
    """Who answered."""
    status: int
    json: Json = None
    """The parsed body; None as well when it was empty or unreadable."""
    unreadable: str | None = None
    """Why the body could not be read, in words that follow "the answer cannot be read:"."""
    request_id: SafeText | None = None
    retry_after: timedelta | None = None
    """The wait the server asked for; on a 429 without one, the time until its count starts again."""
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Cookies the answer set: a login's are secrets."""
    redirect_host: SafeText | None = None
    """Where a 3xx points, host only."""

    @property
    def unreadable_text(self) -> SafeText:
        """That the body could not be read, and why."""
        return unreadable_answer(self.host, self.unreadable or "it is empty")

    @property
    def ok(self) -> bool:
        """Whether the status is a success; the body may say otherwise."""
        return 200 <= self.status < 300
