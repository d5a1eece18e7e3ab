"""The ledger at a million rows: first paint, keys, bytes, idling: `python -m tests.benchmarks.ledger`."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median

from tests.benchmarks.peers import LARGE, SMALL, bare_textual, billtop, stock_table, visidata
from tests.benchmarks.report import interleaved, ratio
from tests.benchmarks.terminal import MeasuredTerminal

_ROW = "_generation"
_STOCK_START, _OUR_START = "line 11", "Balance"
PAGE_DOWN, END = b"\x1b[6~", b"\x1b[F"
TOP = b"\x1b[H\x1b[1;5H"
"""Home for billtop's table, ctrl+home for the stock one: each takes the other for a move to the left, where it is."""
_PAGES = 20
_SLOW = 100_000
"""Bytes a second of a slow link."""
_IDLE = 5.0
Start = Callable[[], MeasuredTerminal]


def our_rows(text: str) -> bool:
    """Whether the ledger stands there with its cursor on a row."""
    return "use case" in text and "› " in text


@contextmanager
def standing(start: Start, begun: str, *keys: bytes) -> Iterator[MeasuredTerminal]:
    """A program that shows its first view, then what `keys` lead to, and is idle."""
    with start() as terminal:
        terminal.until(begun)
        terminal.settle(1.0)
        for key in keys:
            terminal.press(key)
        terminal.settle(1.0)
        yield terminal


def first_look(start: Start, begun: str, rows: Callable[[str], bool]) -> float:
    """Seconds from the key of the table, in a program that stands, to its first row."""
    with standing(start, begun) as terminal:
        return shown_after(terminal, b"2", rows)


def shown_after(terminal: MeasuredTerminal, key: bytes, wanted: str | Callable[[str], bool]) -> float:
    """Seconds from a key to the read that brought what is wanted."""
    sent = time.perf_counter() - terminal.started
    terminal.send(key)
    return terminal.until(wanted) - sent


def switched(terminal: MeasuredTerminal, begun: str, rows: Callable[[str], bool]) -> float:
    """Seconds from the key of the table to its rows, which were shown before."""
    shown_after(terminal, b"1", begun)
    terminal.settle()
    took = shown_after(terminal, b"2", rows)
    terminal.settle()
    return took


def loaded(start: Start) -> float:
    """Seconds until VisiData has read its file."""
    with start() as terminal:
        return terminal.until(f"{LARGE} rows [1/1]")


def page_down_cpu(start: Start, begun: str) -> float:
    """Seconds of processor time a page down takes, from twenty pages that were not shown before."""
    with standing(start, begun, b"2") as terminal:
        before = terminal.cpu
        for _ in range(_PAGES):
            terminal.press(PAGE_DOWN)
        return (terminal.cpu - before) / _PAGES


def latency(terminal: MeasuredTerminal, key: bytes) -> float:
    """Seconds from a key to the last byte of its answer: one of three, for a single one is a few milliseconds."""
    took = []
    for _ in range(3):
        terminal.press(TOP)
        took.append(terminal.press(key)[0])
    return median(took)


def page_down_bytes(terminal: MeasuredTerminal) -> float:
    """Bytes of a page down in the middle of the rows."""
    terminal.press(TOP)
    terminal.press(PAGE_DOWN)
    return terminal.press(PAGE_DOWN)[1]


def held_down(start: Start, begun: str) -> float:
    """Seconds on a slow link from the last of sixty page downs, thirty a second, to the last byte of the answer."""
    with standing(start, begun, b"2") as terminal:
        began = last = time.perf_counter()
        for number in range(60):
            while time.perf_counter() < began + number / 30:
                terminal.settle(1 / 100)
            last = time.perf_counter()
            terminal.send(PAGE_DOWN)
        terminal.settle(1.0)
        return terminal.heard - last


def idling(terminal: MeasuredTerminal, told: Callable[[MeasuredTerminal], float]) -> float:
    """What a second of doing nothing costs."""
    before = told(terminal)
    terminal.settle(_IDLE)
    return (told(terminal) - before) / _IDLE


def keys() -> None:
    """Measure programs that stay open."""
    with ExitStack() as running:
        large = running.enter_context(standing(partial(billtop, LARGE), _OUR_START, b"2"))
        small = running.enter_context(standing(partial(billtop, SMALL), _OUR_START, b"2"))
        stock = running.enter_context(standing(stock_table, _STOCK_START, b"2"))
        bare = running.enter_context(standing(bare_textual, "bare textual is up"))
        found = interleaved(
            {
                "page large": partial(latency, large, PAGE_DOWN),
                "page small": partial(latency, small, PAGE_DOWN),
                "end large": partial(latency, large, END),
                "end small": partial(latency, small, END),
                "bytes large": partial(page_down_bytes, large),
                "bytes stock": partial(page_down_bytes, stock),
                "switch large": partial(switched, large, _OUR_START, our_rows),
                "switch stock": partial(switched, stock, _STOCK_START, lambda text: _ROW in text),
            }
        )
        large.press(b"/")
        sent = large.bytes
        idle = {name: idling(each, lambda it: it.cpu) for name, each in (("large", large), ("bare", bare))}
        woken = {name: idling(each, lambda it: it.wakeups) for name, each in (("large", large), ("bare", bare))}
        sent = large.bytes - sent
    ratio("P8", "page down, 1,000,000 rows / 1,000 rows", found["page large"], found["page small"], 1.2)
    ratio("P8", "end, 1,000,000 rows / 1,000 rows", found["end large"], found["end small"], 1.2)
    ratio("P11", "bytes of a page down / DataTable", found["bytes large"], found["bytes stock"], 0.55, unit="B")
    ratio("P12", "bytes in ten idle seconds with the filter focused / one", sent, 1, 0, unit="B")
    ratio("P13", "processor time of an idle second / bare Textual", idle["large"], idle["bare"], 1.3)
    ratio("P13", "wake-ups in an idle second / bare Textual", woken["large"], woken["bare"], 1.3, unit="")
    ratio("P20", "back to the ledger / switch_mode to a DataTable", found["switch large"], found["switch stock"], 0.25)


def starts() -> None:
    """Measure programs that are started for each round."""
    large, small, slow = partial(billtop, LARGE), partial(billtop, SMALL), partial(billtop, LARGE, rate=_SLOW)
    found = interleaved(
        {
            "look large": partial(first_look, large, _OUR_START, our_rows),
            "look small": partial(first_look, small, _OUR_START, our_rows),
            "look stock": partial(first_look, stock_table, _STOCK_START, lambda text: _ROW in text),
            "cpu large": partial(page_down_cpu, large, _OUR_START),
            "cpu stock": partial(page_down_cpu, stock_table, _STOCK_START),
            "held large": partial(held_down, slow, _OUR_START),
            "held stock": partial(held_down, partial(stock_table, 4 * SMALL, rate=_SLOW), _STOCK_START),
        }
    )
    ratio("P5", "first look, 1,000,000 rows / 1,000 rows", found["look large"], found["look small"], 1.1)
    ratio("P6", "first look, 1,000,000 rows / DataTable, 1,000", found["look large"], found["look stock"], 0.65)
    peer = visidata(LARGE)
    if peer is not None:
        ratio("P6", "the same / VisiData until its file is read", found["look large"], loaded(peer), 0.06)
    ratio("P7", "processor time of a new page / DataTable", found["cpu large"], found["cpu stock"], 0.35)
    ratio("P18", "last picture of 60 page downs, 100 kB/s / DataTable", found["held large"], found["held stock"], 0.6)


if __name__ == "__main__":
    keys()
    starts()
