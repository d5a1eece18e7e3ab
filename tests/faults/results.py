"""The table of what was injected and what was seen: its file, and the line of one test."""

import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("RESULTS.md")
_HEAD = """# What a person sees when things go wrong

Every line is one test of this folder: the fault, the words or the state it came to, and the charges on the server's
own count. Written by `pytest tests/faults --write-results`; a run whose results differ from this file fails.

| Row | Injected | Seen | Charges |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Line:
    """One fault and what came of it; row and injected name it."""

    row: str
    injected: str
    seen: str
    charges: str

    @property
    def name(self) -> tuple[str, str]:
        """What identifies the line."""
        return self.row, self.injected

    def __str__(self) -> str:
        return f"| {self.row} | {_cell(self.injected)} | {_cell(self.seen)} | {_cell(self.charges)} |"


def read_lines(text: str) -> dict[tuple[str, str], Line]:
    """Read the lines of a table back."""
    lines = {}
    for raw in text.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", raw)[1:-1]]
        if len(cells) == 4 and re.fullmatch(r"[A-Z]\d+", cells[0]):
            line = Line(*cells)
            lines[line.name] = line
    return lines


def committed() -> dict[tuple[str, str], Line]:
    """The lines of the file as it stands."""
    return read_lines(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def table(lines: dict[tuple[str, str], Line]) -> str:
    """The whole file."""
    return _HEAD + "".join(f"{lines[name]}\n" for name in sorted(lines, key=_order))


def _order(name: tuple[str, str]) -> tuple[int, int, str]:
    """Rows in the order of their letters (network, HTTP, time, process, system, use, bounds), then numbers."""
    row, injected = name
    return "NHTPSUB".index(row[0]), int(row[1:]), injected


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
