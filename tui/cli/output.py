"""Where a command writes: one result on stdout, everything else on stderr."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tui.cli.exit import ExitCode, Failure

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What a JSON document is made of."""


class Output:
    """The two streams of a command; with `json` the result is one document."""

    def __init__(self, *, json: bool, color: bool = True) -> None:
        """Make stdout able to print anything in any locale."""
        self.json = json
        self.color = color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        """Whether escape sequences for colour may be written at all."""
        self._printed = False
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")

    def result(self, document: Mapping[str, Json], lines: Sequence[str]) -> None:
        """Print what the command found out: `document` with --json, `lines` otherwise."""
        if self.json:
            self._document(document)
        else:
            sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))
        sys.stdout.flush()

    def say(self, *lines: str) -> None:
        """Tell the person something that is not the result, at once."""
        if sys.stderr is None:  # the shell closed it (2>&-): nobody wants to be told
            return
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()

    def failure(self, failure: Failure) -> ExitCode:
        """Tell what went wrong, in the form that was asked for; return the exit code."""
        if self.json and not self._printed:
            self._document(error_document(failure))
            sys.stdout.flush()
        else:
            self.say(*error_lines(failure))
        return failure.exit_code

    def _document(self, document: Mapping[str, Json]) -> None:
        import json

        self._printed = True
        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        sys.stdout.write(json.dumps(document, ensure_ascii=ascii_only, indent=2) + "\n")


def error_document(failure: Failure) -> dict[str, Json]:
    """An error as `--json` prints it; `retry_after` in whole seconds."""
    wait = failure.retry_after
    return {
        "error": {
            "kind": failure.kind,
            "message": failure.message,
            "code": failure.code,
            "request_id": failure.request_id,
            "retry_after": None if wait is None else int(-(-wait // 1)),
        }
    }


def error_lines(failure: Failure) -> list[str]:
    """An error in words: what failed and why, what to do now, and the request id to name."""
    lines = [f"billtop: {failure.message}"]
    if failure.retry_after is not None:
        lines.append(f"The provider asks to wait {failure.retry_after:.0f} s.")
    if failure.advice:
        lines.append(failure.advice)
    if failure.request_id:
        lines.append(f"Request id: {failure.request_id}")
    return lines
