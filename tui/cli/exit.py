"""What a command ends with: the exit codes of the contract."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple


class ExitCode(IntEnum):
    """How a command ended, for scripts."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    """The command line or the configuration is wrong."""
    NOT_ALLOWED = 3
    RATE_LIMITED = 4
    NOT_FOUND = 5
    NOT_PAID = 6
    """The payment was declined or failed."""
    PENDING = 7
    """Still pending when the wait ended, or expired."""
    UNKNOWN = 8
    NETWORK = 10
    INTERRUPTED = 130


class UsageError(Exception):
    """The command cannot be carried out as it was given; the text says why and what to do."""


def no_such_account(names: Iterable[str]) -> UsageError:
    """The error for an --account that is none of `names`."""
    return UsageError(f"There is no account of the name given with --account; there is: {', '.join(names)}.")


class Failure(NamedTuple):
    """An error as a person and a script are told it; `retry_after` in seconds."""

    exit_code: ExitCode
    kind: str
    message: str
    advice: str | None = None
    code: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
