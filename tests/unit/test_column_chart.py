"""A chart stays in its room and tells each value by the height of its own column."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.geometry import Size

from tui.widgets.column_chart import ChartColumn, column_chart


def chart_of(*values: str, marked: int | None = None) -> list[ChartColumn]:
    return [ChartColumn(Decimal(value), f"{at + 1} Nov", at == marked) for at, value in enumerate(values)]


VALUES = st.lists(st.decimals("0", "99999999", places=2), min_size=1, max_size=40)


@given(VALUES, st.integers(1, 130), st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_it_never_leaves_its_room(values: list[Decimal], width: int, height: int) -> None:
    drawn = column_chart(chart_of(*map(str, values), marked=0), Size(width, height)).plain
    lines = drawn.split("\n")
    assert len(lines) <= max(1, height)
    assert max(map(cell_len, lines)) <= width


def test_columns_are_as_high_as_their_values_and_zero_is_blank() -> None:
    *rows, labels = column_chart(chart_of("5", "10", "0", "2.5", "7.5"), Size(50, 9)).plain.split("\n")
    places = [labels.index(f"{day} Nov") + 2 for day in range(1, 6)]
    assert rows[0].startswith("10")
    assert rows[-1].startswith(" 0")
    heights = [sum({"█": 2, "▄": 1}.get(row.ljust(50)[place], 0) for row in rows) for place in places]
    assert heights == [8 + 1, 16, 0, 4 + 1, 12]


def test_a_single_column_and_a_marked_one() -> None:
    assert "█" in column_chart(chart_of("3"), Size(30, 6)).plain
    marked = column_chart(chart_of("1", "9", "1", marked=1), Size(30, 8))
    assert marked.plain.count("!") == 1
    assert {str(span.style) for span in marked.spans if "!" in marked.plain[span.start : span.end]} == {"$status-wait"}
