"""What is left on the terminal when the dashboard ends by a fault: where it happened, without any value."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text
from rich.traceback import Trace, Traceback

from tui.domain import SafeText
from tui.domain.redaction import redact


def crash_report(error: BaseException | None, log: Path) -> RenderableType:
    """Words about what to do, below a traceback without locals and with cleaned texts; `log` is where more is."""
    words = Text(
        "This is a fault of billtop. Payments that were begun are written down, and the next start looks at them.\n"
        f"Please report it with the end of {log}."
    )
    if error is None:
        return words
    trace = Traceback.extract(type(error), error, error.__traceback__, show_locals=False)
    _clean(trace)
    return Group(Traceback(trace, show_locals=False, width=None), words)


def _clean(trace: Trace) -> None:
    """Take secrets and terminal controls out of what the exceptions say; frames hold our own code alone."""
    for stack in trace.stacks:
        stack.exc_value = _safe(stack.exc_value)
        stack.notes = [_safe(note) for note in stack.notes]
        if stack.syntax_error is not None:
            stack.syntax_error.line = _safe(stack.syntax_error.line)
            stack.syntax_error.msg = _safe(stack.syntax_error.msg)
        for part in stack.exceptions:
            _clean(part)


def _safe(text: str) -> str:
    return "\n".join(SafeText(line) for line in redact(text).split("\n"))
