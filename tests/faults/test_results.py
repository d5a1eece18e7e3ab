"""RESULTS.md tells of every fault a test injects, of no other, in order."""

import re

from tests.faults.results import FILE, committed, table

ROWS = {"N": 17, "H": 16, "T": 3, "P": 6, "S": 9, "U": 4}
"""How many rows each part of the fault matrix has."""


def test_every_line_has_its_test_and_every_test_its_line(known_lines: set[tuple[str, str]]) -> None:
    assert set(committed()) == known_lines


def test_the_file_is_as_it_would_be_written() -> None:
    assert FILE.read_text(encoding="utf-8") == table(committed())


def test_no_row_of_the_matrix_is_missing() -> None:
    told = {row for row, _ in committed()}
    assert [f"{part}{number}" for part, last in ROWS.items() for number in range(1, last + 1) if
            f"{part}{number}" not in told] == []  # fmt: skip


def test_no_port_and_no_time_is_in_the_words() -> None:
    assert not re.search(r"127\.0\.0\.1:\d|localhost:\d|\d\d:\d\d:\d\d", FILE.read_text(encoding="utf-8"))
