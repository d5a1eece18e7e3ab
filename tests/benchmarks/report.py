"""How numbers are gathered and told: interleaved rounds, medians, ratios against a yardstick of the same run."""

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from statistics import median

ROUNDS = int(os.environ.get("ROUNDS", "9"))


def interleaved(measures: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """Take each measure once a round, in turn, so that what the machine does meanwhile meets all; return medians.

    Every other round goes backwards: what is measured first wakes the machine for the one after it.
    """
    taken: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        for name, measure in list(measures.items())[:: 1 if number % 2 == 0 else -1]:
            sys.stderr.write(f"\r{number + 1}/{rounds} {name:<40}")
            sys.stderr.flush()
            taken[name].append(measure())
    sys.stderr.write(f"\r{'':<48}\r")
    return {name: median(values) for name, values in taken.items()}


def ratio(budget: str, what: str, value: float, yardstick: float, gate: float | None, *, unit: str = "ms") -> None:
    """Print one line of the report: the numbers, their ratio, and whether it keeps the budget, where there is one."""
    shown = [f"{each * 1000:,.1f} ms" if unit == "ms" else f"{each:,.0f} {unit}" for each in (value, yardstick)]
    found = value / yardstick if yardstick else float("inf")
    verdict = "" if gate is None else f"  gate {gate:<5} {'kept' if found <= gate else 'MISSED'}"
    sys.stdout.write(f"{budget:<4} {what:<64} {shown[0]:>12} / {shown[1]:>12} = {found:6.3f}{verdict}\n")
    sys.stdout.flush()
