"""`python -m tests.faults.mutations`: run mutations and print what they brought to light."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.mutations.catalog import SCENARIOS, sample
from tests.faults.mutations.checks import Result
from tests.faults.mutations.operators import Mutation, parse_id
from tests.faults.mutations.pool import Pool
from tests.faults.mutations.report import Report

MOST_OF_A_DASHBOARD = 120
"""Mutations of each account's dashboard that --all takes, by seed: one of them takes as long as ten commands."""

PROGRESS_S = 30.0
"""Seconds between two lines that tell how far it is."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 when anything was wrong."""
    options = _options(argv)
    names = [name for name in SCENARIOS if not options.only or name in options.only]
    pool, report = Pool(options.workers), Report()
    try:
        chosen = [parse_id(text) for text in options.replay] or _chosen(pool.record(names), options)
        _say(f"{len(chosen)} mutations of {len({each.scenario for each in chosen})} scenarios")
        begun = said = time.monotonic()
        for number, result in enumerate(pool.run(chosen), 1):
            report.add(result)
            if result.faults or options.replay:
                _say(_line(result))
            if time.monotonic() - said > PROGRESS_S:
                said = time.monotonic()
                _say(f"{number} of {len(chosen)}, {number / (said - begun):.1f} a second")
                _keep(report, options.findings)
    finally:
        pool.close()
    sys.stdout.write(report.table(SCENARIOS) + "\n")
    _keep(report, options.findings)
    return 0 if report.clean else 1


def _line(result: Result) -> str:
    seen = [f"{fault}: {' '.join(text.split())[:200]}" for fault, text in result.faults.items()]
    return f"{result.id}: {'; '.join(seen) or 'nothing wrong'}"


def _keep(report: Report, file: Path | None) -> None:
    if file is not None:
        file.write_text(report.whole(SCENARIOS), encoding="utf-8")


def _chosen(every: list[Mutation], options: argparse.Namespace) -> list[Mutation]:
    if not options.all:
        return sample(every, options.count, options.seed)
    kept: list[Mutation] = []
    for name in SCENARIOS:
        mine = [each for each in every if each.scenario == name]
        kept += sample(mine, MOST_OF_A_DASHBOARD if SCENARIOS[name].batch > 1 else len(mine), options.seed)
    return kept


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutations", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every mutation of every command and payment")
    parser.add_argument("--seed", type=int, default=1, help="which mutations are chosen (default 1)")
    parser.add_argument("--count", type=int, default=300, help="how many, without --all (default 300)")
    parser.add_argument("--only", action="append", default=[], choices=SCENARIOS, metavar="SCENARIO", help="only these")
    parser.add_argument(
        "--replay", action="append", default=[], metavar="ID", help="run one mutation of a report again"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes at once (default 2)")
    parser.add_argument("--findings", type=Path, metavar="FILE", help="write what was found there")
    return parser.parse_args(argv)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
