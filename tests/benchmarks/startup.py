"""From enter to real content, what that costs in memory, and from q to gone: `python -m tests.benchmarks.startup`."""

import sys
from collections.abc import Callable
from functools import partial

from tests.benchmarks.peers import LARGE, SMALL, bare_textual, billtop, installed
from tests.benchmarks.report import interleaved, ratio
from tests.benchmarks.terminal import MeasuredTerminal

_CONTENT = "_generation"
"""Stands in a transaction of the overview."""
_PEERS = {"moneyflow": (["--demo"], "Property Management"), "posting": ([], "Collection")}
"""Other programs written with Textual: their arguments, and what their first real content has."""


def first_paint(start: Callable[[], MeasuredTerminal], wanted: str) -> float:
    """Seconds from the start to the read that brought `wanted`."""
    with start() as terminal:
        return terminal.until(wanted)


def leaving(start: Callable[[], MeasuredTerminal], wanted: str) -> float:
    """Seconds from the quit key to the end of the process."""
    with start() as terminal:
        terminal.until(wanted)
        terminal.settle()
        return terminal.quit()


def memory(start: Callable[[], MeasuredTerminal], wanted: str) -> float:
    """Bytes in memory once all is painted."""
    with start() as terminal:
        terminal.until(wanted)
        terminal.settle()
        return terminal.memory


def peers() -> dict[str, Callable[[], float]]:
    """The first paint of each other program that is installed."""
    found: dict[str, Callable[[], float]] = {}
    for name, (arguments, wanted) in _PEERS.items():
        program = installed(name)
        if program is None:
            sys.stdout.write(f"     {name} is not installed and left out\n")
            continue
        paint = partial(first_paint, partial(MeasuredTerminal, [program, *arguments]), wanted)
        try:
            paint()
        except TimeoutError:
            sys.stdout.write(f"     {name} does not show {wanted!r} here and is left out\n")
        else:
            found[name] = paint
    return found


def main() -> None:
    """Measure and print."""
    bare, large = partial(bare_textual), partial(billtop, LARGE)
    found = interleaved(
        {
            "bare": partial(first_paint, bare, "bare textual is up"),
            "large": partial(first_paint, large, _CONTENT),
            "small": partial(first_paint, partial(billtop, SMALL), _CONTENT),
            "bare memory": partial(memory, bare, "bare textual is up"),
            "large memory": partial(memory, large, _CONTENT),
            "bare quit": partial(leaving, bare, "bare textual is up"),
            "large quit": partial(leaving, large, _CONTENT),
            **peers(),
        }
    )
    ratio("P1", "overview with content, 1,000,000 rows / bare Textual", found["large"], found["bare"], 1.40)
    for name, gate in (("moneyflow", 0.25), ("posting", 0.35)):
        if name in found:
            ratio("P2", f"the same / {name}", found["large"], found[name], gate)
    ratio("P5", "overview, 1,000,000 rows / 1,000 rows", found["large"], found["small"], 1.10)
    megabytes = {name: value / 1e6 for name, value in found.items() if name.endswith("memory")}
    ratio("P4", "memory / bare Textual", megabytes["large memory"], megabytes["bare memory"], 2.2, unit="MB")
    ratio("P14", "quit / bare Textual", found["large quit"], found["bare quit"], 1.2)


if __name__ == "__main__":
    main()
