"""`python -m tests.faults.kills --count 1000 --seed 1` prints what came of so many kills; 1 when any went wrong."""

import argparse
import sys

from tests.faults.kills.kinds import KINDS
from tests.faults.kills.rounds import Result, run

_MET = ("rounds", "racing", "before", "in flight", "after")
_WRONG = ("double", "lost", "false")


def table(result: Result) -> str:
    """Return the table: a line a kind, and one of all."""
    names = [kind.name for kind in KINDS]
    numbers = {
        name: [*(result.met[what, name] for what in _MET), *(result.findings.counts[what, name] for what in _WRONG)]
        for name in names
    }
    numbers["all"] = [sum(column) for column in zip(*numbers.values(), strict=True)]
    heads = ("payment", *_MET, *_WRONG)
    lines = [heads, *((name, *map(str, row)) for name, row in numbers.items())]
    return "\n".join("".join(f"{cell:>11}" for cell in line) for line in lines)


def _show_left(rounds: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{rounds:6} rounds left " if rounds else "\r\x1b[K")


def main() -> int:
    """Run the rounds and print the table; return 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="rounds (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="repeats the same choices (default: 1)")
    options = parser.parse_args()
    result = run(options.count, options.seed, _show_left)
    sys.stdout.write(table(result) + "\n")
    for each in result.findings.particulars:
        sys.stderr.write(f"{each}\n")
    return 1 if result.findings.counts else 0


if __name__ == "__main__":
    sys.exit(main())
