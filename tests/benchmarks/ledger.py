"""The ledger at a million rows: first paint, keys, bytes: `python -m tests.benchmarks.ledger`."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from tests.benchmarks.peers import LARGE, SMALL, billtop, stock_table
from tests.benchmarks.report import interleaved, ratio
from tests.benchmarks.terminal import MeasuredTerminal

_ROW = "_generation"
PAGE_DOWN, END = b"\x1b[6~", b"\x1b[F"
TOP = b"\x1b[H\x1b[1;5H"
"""Home for billtop's table, ctrl+home for the stock one: each takes the other for a move to the left, where it is."""
_PAGES = 20


def ledger_paint(rows: int) -> float:
    """Seconds from the start, with the ledger's key pressed at once, to its first row."""
    with billtop(rows) as terminal:
        terminal.until("Overview")
        terminal.send(b"2")
        return terminal.until(lambda text: "status        use case" in text and _ROW in text)


def table_paint() -> float:
    """Seconds until the stock table shows its first row."""
    with stock_table() as terminal:
        return terminal.until(_ROW)


@contextmanager
def standing(start: Callable[[], MeasuredTerminal], *keys: bytes) -> Iterator[MeasuredTerminal]:
    """A program that has shown its rows and is idle."""
    with start() as terminal:
        terminal.until(_ROW)
        terminal.settle(1.0)
        for key in keys:
            terminal.press(key)
        terminal.settle(1.0)
        yield terminal


def page_down_cpu(terminal: MeasuredTerminal) -> float:
    """Seconds of processor time a page down takes, from twenty of them."""
    terminal.press(TOP)
    before = terminal.cpu
    for _ in range(_PAGES):
        terminal.press(PAGE_DOWN)
    return (terminal.cpu - before) / _PAGES


def latency(terminal: MeasuredTerminal, key: bytes) -> float:
    """Seconds from a key to the last byte of its answer."""
    terminal.press(TOP)
    return terminal.press(key)[0]


def page_down_bytes(terminal: MeasuredTerminal) -> float:
    """Bytes of a page down in the middle of the rows."""
    terminal.press(TOP)
    terminal.press(PAGE_DOWN)
    return terminal.press(PAGE_DOWN)[1]


def main() -> None:
    """Measure and print."""
    with ExitStack() as running:
        large = running.enter_context(standing(partial(billtop, LARGE), b"2"))
        small = running.enter_context(standing(partial(billtop, SMALL), b"2"))
        stock = running.enter_context(standing(stock_table))
        found = interleaved(
            {
                "cpu large": partial(page_down_cpu, large),
                "cpu stock": partial(page_down_cpu, stock),
                "page large": partial(latency, large, PAGE_DOWN),
                "page small": partial(latency, small, PAGE_DOWN),
                "end large": partial(latency, large, END),
                "end small": partial(latency, small, END),
                "bytes large": partial(page_down_bytes, large),
                "bytes stock": partial(page_down_bytes, stock),
            }
        )
        idle = large.bytes
        large.settle(5.0)
        idle = large.bytes - idle
    paint = interleaved({"large": partial(ledger_paint, LARGE), "table": table_paint})
    ratio("P6", "ledger, 1,000,000 rows / DataTable, 1,000 rows", paint["large"], paint["table"], 0.65)
    ratio("P7", "processor time of a page down / DataTable", found["cpu large"], found["cpu stock"], 0.35)
    ratio("P8", "page down, 1,000,000 rows / 1,000 rows", found["page large"], found["page small"], 1.2)
    ratio("P8", "end, 1,000,000 rows / 1,000 rows", found["end large"], found["end small"], 1.2)
    ratio("P11", "bytes of a page down / DataTable", found["bytes large"], found["bytes stock"], 0.55, unit="B")
    ratio("P12", "bytes in five idle seconds / one", idle, 1, 0, unit="B")


if __name__ == "__main__":
    main()
