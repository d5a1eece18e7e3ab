"""The table of scenarios and faults, and the list of what was found."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.mutations.checks import Fault, Result


@dataclass
class Report:
    """Counts results as they come."""

    runs: Counter[str] = field(default_factory=Counter)
    faults: Counter[tuple[str, Fault]] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    unmet: Counter[str] = field(default_factory=Counter)
    bad: list[Result] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one result."""
        name = result.id.partition("|")[0]
        self.runs[name] += 1
        self.unmet[name] += not result.met
        self.lost[name] += result.lost
        if result.lost:
            self.unrecognised.append(result.id)
        for fault in result.faults:
            self.faults[name, fault] += 1
        if result.faults:
            self.bad.append(result)

    @property
    def clean(self) -> bool:
        """Whether no run had a fault."""
        return not self.bad

    def table(self, names: Iterable[str]) -> str:
        """One line a scenario, one column a kind of fault, and the sums."""
        heads = ["scenario", "runs", *Fault, "unmet", "proven, not said"]
        rows = [self._row(name) for name in names if self.runs[name]]
        sums = ["all", *(str(sum(int(row[at]) for row in rows)) for at in range(1, len(heads)))]
        widths = [max(map(len, column)) for column in zip(heads, *rows, sums, strict=True)]
        lines = [
            "  ".join(
                word.ljust(width) if at == 0 else word.rjust(width)
                for at, (word, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in (heads, *rows, sums)
        ]
        return "\n".join(lines)

    def _row(self, name: str) -> list[str]:
        counts = [self.runs[name], *(self.faults[name, fault] for fault in Fault), self.unmet[name], self.lost[name]]
        return [name, *map(str, counts)]

    def whole(self, names: Iterable[str]) -> str:
        """The table, each fault with what was seen, and the proven payments that were not said to be done."""
        lost = "\n".join(f"- `{each}`" for each in sorted(self.unrecognised))
        return f"```\n{self.table(names)}\n```\n{self.findings()}\n\n## Proven, not said (no fault)\n\n{lost}\n"

    def findings(self) -> str:
        """Each fault with what was seen, by kind."""
        lines: list[str] = []
        for fault in Fault:
            found = [each for each in self.bad if fault in each.faults]
            if found:
                lines += ["", f"## {fault} ({len(found)})", ""]
                lines += [f"- `{each.id}`: {' '.join(each.faults[fault].split())[:400]}" for each in sorted(found)]
        return "\n".join(lines)
