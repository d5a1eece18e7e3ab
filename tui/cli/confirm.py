"""Asking before money moves."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tui.cli.exit import ExitCode, Failure, UsageError
from tui.cli.output import Output

NOT_CONFIRMED = Failure(ExitCode.FAILED, "not_confirmed", "Not confirmed. Nothing was sent.")
"""What a command ends with when the answer was no."""


def confirmed(lines: list[str], question: str, *, yes: bool, out: Output) -> bool:
    """Show `lines` and ask; only `y` or `yes` counts as yes. With `yes` nothing is asked.

    Raises UsageError where nobody can be asked.
    """
    if yes:
        return True
    if not can_ask():
        raise UsageError("This needs a yes, and there is no terminal to ask at. Give --yes to go on without asking.")
    with _interruptible():
        out.say(*lines)
        _forget_what_was_typed()
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        out.say("")
    return answer.strip().lower() in {"y", "yes"}


def can_ask() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _forget_what_was_typed() -> None:
    """Keys pressed before the question was there are no answer to it."""
    import termios

    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the question: under asyncio's own handler the read would go on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
