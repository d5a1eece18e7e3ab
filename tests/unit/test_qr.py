"""QR codes without a screen: size, ladder, glyph choice, and lines printed to a terminal."""

import re
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Region

from tests.qr_oracle import Verdict, ansi_cells, decode, judge
from tui.qr.cells import Cell, ansi_lines, cells
from tui.qr.ladder import Fit, Glyphs, Rung, TooSmall, can_encode, choose, need
from tui.qr.matrix import make_matrix

CHECKOUT = "https://checkout.stripe.com/c/pay/cs_live_"


def link(length: int) -> str:
    """A link of that length with the characters a checkout link has."""
    body = "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ#fidkdWxOYHwnPyd1blpxYHZxWjA0"
    return (CHECKOUT + body * 20)[:length]


def fitted(url: str, glyphs: Glyphs = Glyphs.HALF, columns: int = 300, rows: int = 200) -> Fit:
    fit = choose(make_matrix(url), columns, rows, glyphs=glyphs)
    assert isinstance(fit, Fit)
    return fit


@pytest.mark.parametrize(
    ("length", "version", "quiet_4", "quiet_2"),
    [
        (26, 2, (33, 17), (29, 15)),
        (78, 4, (41, 21), (37, 19)),
        (359, 12, (73, 37), (69, 35)),
        (433, 14, (81, 41), (77, 39)),
        (1000, 22, (113, 57), (109, 55)),
    ],
)
def test_a_link_takes_the_cells_of_the_published_versions(
    length: int, version: int, quiet_4: tuple[int, int], quiet_2: tuple[int, int]
) -> None:
    matrix = make_matrix(link(length))
    assert matrix.version == version
    assert need(matrix, Glyphs.HALF, 4) == quiet_4
    assert need(matrix, Glyphs.HALF, 2) == quiet_2


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        (81, 41, Rung.HALF_4),
        (80, 41, Rung.HALF_2),
        (81, 40, Rung.HALF_2),
        (77, 39, Rung.HALF_2),
        (76, 39, TooSmall(77, 39)),
        (77, 38, TooSmall(77, 39)),
        (0, 0, TooSmall(77, 39)),
    ],
)
def test_the_ladder_steps_down_one_cell_below_each_need(columns: int, rows: int, expected: Rung | TooSmall) -> None:
    outcome = choose(make_matrix(link(433)), columns, rows)
    assert (outcome.rung if isinstance(outcome, Fit) else outcome) == expected


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [(66, 33, Rung.SPACES_4), (65, 33, Rung.SPACES_2), (58, 29, Rung.SPACES_2), (57, 29, TooSmall(58, 29))],
)
def test_without_half_blocks_in_the_encoding_spaces_are_taken(
    columns: int, rows: int, expected: Rung | TooSmall
) -> None:
    outcome = choose(make_matrix(link(26)), columns, rows, encoding_ok=False)
    assert (outcome.rung if isinstance(outcome, Fit) else outcome) == expected


@pytest.mark.parametrize(
    ("encoding", "carries"),
    [("utf-8", True), ("UTF-8", True), (None, True), ("cp437", True), ("ascii", False), ("latin-1", False)],
)
def test_the_encoding_decides_whether_half_blocks_can_be_written(encoding: str | None, carries: bool) -> None:
    assert can_encode(encoding) is carries


@pytest.mark.parametrize("text", ["", "https://exämple.test/", "x" * 2954])
def test_text_that_no_reader_would_give_back_unchanged_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="QR code holds"):
        make_matrix(text)


@pytest.mark.parametrize("length", [26, 36, 51, 78, 100, 359, 433, 487, 1000, 2953])
def test_printed_lines_are_a_whole_code_of_exactly_the_link(length: int) -> None:
    fit = fitted(link(length))
    grid = ansi_cells(
        ["waiting for payment", *ansi_lines(fit, color=True), "ctrl+c stops"], fit.columns + 7, fit.rows + 2
    )
    assert judge(grid, Region(0, 1, fit.columns, fit.rows), link(length)) == Verdict(frozenset(), 4)


@pytest.mark.parametrize("glyphs", Glyphs)
@pytest.mark.parametrize("pad", [0, 4])
def test_every_rung_prints_a_code_that_is_read_back(glyphs: Glyphs, pad: int) -> None:
    url = link(51)
    quiet = 4 - pad // 2
    size = need(make_matrix(url), glyphs, quiet)
    fit = fitted(url, glyphs, *size)
    grid = ansi_cells(ansi_lines(fit, color=True), size.columns + 3, size.rows + 1)
    verdict = judge(grid, Region(0, 0, *size), url)
    assert verdict == Verdict(frozenset(), quiet, spaces=glyphs is Glyphs.SPACES)


def test_a_terminal_of_16_colors_still_gets_black_on_white() -> None:
    fit = fitted(link(100))
    plain = [re.sub(r"\x1b\[[34]8;5[0-9;]*m", "", line) for line in ansi_lines(fit, color=True)]
    grid = ansi_cells(plain, fit.columns, fit.rows)
    assert judge(grid, Region(0, 0, fit.columns, fit.rows), link(100)).failed == frozenset()


def test_each_printed_line_gives_the_terminal_its_colors_back() -> None:
    lines = ansi_lines(fitted(link(51)), color=True)
    assert all(line.endswith("\x1b[0m") and "\n" not in line for line in lines)


def test_nothing_is_printed_without_color_since_it_could_come_out_inverted() -> None:
    assert ansi_lines(fitted(link(51)), color=False) == []


@pytest.mark.parametrize("cell", [(6, 13), (7, 14), (8, 16), (9, 18), (10, 22)])
def test_it_is_read_at_the_cell_shapes_of_common_fonts(cell: tuple[int, int]) -> None:
    fit = fitted(link(433))
    grid = ansi_cells(ansi_lines(fit, color=True), fit.columns + 4, fit.rows + 1)
    assert decode(grid, cell) == [link(433)]


def test_cells_of_one_color_carry_no_glyph_and_no_cell_hides_its_foreground() -> None:
    for row in cells(make_matrix(link(433)), 4, Glyphs.HALF):
        assert all(cell.fg_dark != cell.bg_dark for cell in row)
        assert {cell.char for cell in row} <= {" ", "▀", "▄"}


def _hairlines(rows: Sequence[Sequence[Cell]]) -> int:
    """Edges at which a glyph short of its cell leaves a line inside a run of its own colour, in half cell widths."""
    modules = [
        [cell.fg_dark if cell.char == glyph else cell.bg_dark for cell in row] for row in rows for glyph in ("▀", "▄")
    ]
    count = 0
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell.char == " ":
                continue
            own, outer = (2 * y, 2 * y - 1) if cell.char == "▀" else (2 * y + 1, 2 * y + 2)
            count += 2 * (modules[outer][x] == cell.fg_dark)
            count += (modules[own][x - 1] == cell.fg_dark) + (modules[own][x + 1] == cell.fg_dark)
    return count


@pytest.mark.parametrize("length", [51, 433])
def test_glyphs_are_chosen_so_that_a_font_leaves_fewer_lines_than_either_block_alone(length: int) -> None:
    chosen = cells(make_matrix(link(length)), 4, Glyphs.HALF)
    for block in "▀▄":
        fixed = [
            [
                cell if cell.char in {" ", block} else Cell(block, fg_dark=cell.bg_dark, bg_dark=cell.fg_dark)
                for cell in row
            ]
            for row in chosen
        ]
        assert _hairlines(chosen) < 0.8 * _hairlines(fixed)


@pytest.mark.parametrize(("above", "below"), [(2, 0), (0, 2)])
def test_it_is_read_with_a_font_whose_blocks_fall_short_of_the_cell(above: int, below: int) -> None:
    fit = fitted(link(433))
    grid = ansi_cells(ansi_lines(fit, color=True), fit.columns + 2, fit.rows + 1)
    assert decode(grid, gap_above=above, gap_below=below) == [link(433)]


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=300),
    st.integers(0, 120),
    st.integers(0, 60),
    st.sampled_from(Glyphs),
)
def test_a_code_never_takes_more_than_it_was_given(text: str, columns: int, rows: int, glyphs: Glyphs) -> None:
    matrix = make_matrix(text)
    outcome = choose(matrix, columns, rows, glyphs=glyphs)
    if isinstance(outcome, TooSmall):
        assert outcome.columns > columns or outcome.rows > rows
        assert isinstance(choose(matrix, outcome.columns, outcome.rows, glyphs=glyphs), Fit)
        return
    drawn = cells(matrix, outcome.rung.quiet, glyphs)
    assert (len(drawn[0]), len(drawn)) == (outcome.columns, outcome.rows)
    assert len(drawn[0]) <= columns
    assert len(drawn) <= rows


def test_importing_it_loads_neither_the_encoder_nor_the_framework() -> None:
    script = "import sys, tui.qr.cells; print(sorted({'qrcode', 'textual', 'rich', 'PIL'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
