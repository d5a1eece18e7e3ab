"""The log: one private file, for faults and, when asked for, for what happened; never the terminal."""

import logging
import logging.handlers
import os
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from tui.config.accounts import ConfigurationError
from tui.domain import SafeText
from tui.domain.redaction import redact
from tui.storage.files import open_to_append

LEVELS = {"": logging.WARNING, "warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}
"""What BILLTOP_LOG may say; without it warnings and faults are logged."""
MAX_BYTES = 1_000_000
BACKUPS = 2

_ExcInfo: TypeAlias = "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"


@contextmanager
def log_to(path: Path, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Send every logger of the process to the file at `path`, made when the first record comes.

    `BILLTOP_LOG` is the level: debug, info or warning. Raises ConfigurationError for anything else.
    """
    word = environ.get("BILLTOP_LOG", "").strip().lower()
    if word not in LEVELS:
        raise ConfigurationError("BILLTOP_LOG is none of: debug, info, warning.")
    root = logging.getLogger()
    before = root.level
    handler = PrivateLog(path)
    handler.setFormatter(Redacted())
    root.addHandler(handler)
    root.setLevel(LEVELS[word])
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        handler.close()


class PrivateLog(logging.handlers.RotatingFileHandler):
    """A rotating file (1 MB, two older ones kept) that only its owner can read (0600), written through no link."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=True)

    def _open(self) -> TextIOWrapper:
        return os.fdopen(open_to_append(Path(self.baseFilename)), "a", encoding="utf-8")

    def close(self) -> None:
        """Close the file; what a full disk did not take is given up: it must not turn what was done into a failure."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name is logging's
        """Do without the record: a full disk must not write over the screen, where logging would complain."""


class Redacted(logging.Formatter):
    """Lines without secrets and without terminal controls; tracebacks without values."""

    def __init__(self) -> None:
        """Begin each line with the time in UTC, the level, the process and the logger."""
        super().__init__("%(asctime)sZ %(levelname)s %(process)d %(name)s: %(message)s")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """Format as usual, then clean; lines after the first are indented, so that no text can pass as a record."""
        own = copy(record)
        own.exc_text = None  # the traceback as another handler wrote it, values and all
        first, *more = redact(super().format(own)).split("\n")
        return "\n".join([SafeText(first), *(f"    {SafeText(line)}" for line in more)])

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802  # the name is logging's
        """Tell where and of what type; texts of exceptions are left out, they quote what they could not use."""
        return "" if ei[1] is None else "\n".join(_story(ei[1], set()))


def _story(error: BaseException, told: set[int]) -> Iterator[str]:
    """The causes first, each as the lines of its stack and its type."""
    told.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in told:
        yield from _story(cause, told)
        yield "which led to:"
    for frame in traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__)):
        yield f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield "of which one part:"
            yield from _story(part, told)
