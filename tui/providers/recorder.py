"""Listening in while a provider is read: which calls were made, and which fields the answers had.

Nothing of a content is kept: names of fields, methods, paths, statuses and request ids.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from tui.domain import SafeText


@dataclass(slots=True)
class ContractRecorder:
    """What was seen of the calls of one reading."""

    calls: list[str] = field(default_factory=list)
    """Methods and paths, each once, in their order."""
    status: int | None = None
    request_id: SafeText | None = None
    """Status and request id are those of the newest answer."""
    absent: dict[str, frozenset[str]] = field(default_factory=dict)
    """For each kind of object, the expected fields none of them had."""

    def called(self, method: str, path: str) -> None:
        """A request is about to be sent."""
        call = f"{method} {path}"
        if call not in self.calls:
            self.calls.append(call)

    def answered(self, status: int, request_id: SafeText | None) -> None:
        """An answer came."""
        self.status, self.request_id = status, request_id

    def saw(self, kind: str, absent: frozenset[str]) -> None:
        """An object of that kind came without these of its expected fields."""
        self.absent[kind] = self.absent.get(kind, absent) & absent

    @property
    def missing(self) -> list[str]:
        """The expected fields that no object of their kind had."""
        return sorted({name for names in self.absent.values() for name in names})


_LISTENING: ContextVar[ContractRecorder | None] = ContextVar("billtop_contract_recorder", default=None)


def current_recorder() -> ContractRecorder | None:
    """Whoever listens to what this task reads; usually nobody."""
    return _LISTENING.get()


@contextmanager
def recorded() -> Iterator[ContractRecorder]:
    """Listen to what is read inside the block, and by tasks begun in it."""
    recorder = ContractRecorder()
    token = _LISTENING.set(recorder)
    try:
        yield recorder
    finally:
        _LISTENING.reset(token)
