"""What billtop is measured against, and billtop itself on ledgers of a given size."""

import csv
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from tests.benchmarks.store import history, make_store
from tests.benchmarks.terminal import MeasuredTerminal
from tui.config.accounts import make_account

FOLDER = Path(os.environ.get("BILLTOP_BENCH", "/tmp/billtop-bench"))
"""Where ledgers of benchmarks are kept between runs, and where other programs are looked for: FOLDER/peers/NAME."""
NOWHERE = "http://127.0.0.1:9"
"""Nobody answers here: what is painted comes from the local copy alone."""
SMALL, LARGE = 1_000, 1_000_000

_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    BINDINGS = [("q", "quit")]
    def compose(self):
        yield Static("bare textual is up")
Bare().run()
"""
_DATATABLE = """
import sys
sys.path.insert(0, {root!r})
from rich.text import Text
from textual.app import App
from textual.screen import Screen
from textual.widgets import DataTable, Static
from tests.benchmarks.store import history
ROWS = list(history({rows}))
class Start(Screen):
    def compose(self):
        for number in range(12):
            yield Static(f"press 2 for the table, line {{number}}")
class Table(Screen):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("time", "type", "amount", "status", "use case", "source", "id", "reference")
        for row in ROWS:
            table.add_row(*(Text(str(cell)) for cell in (f"{{row.at:%d %b %H:%M:%S}}", row.direction, row.amount.digits,
                row.status, row.usecase, row.source, row.id, row.reference or "")))
class Stock(App):
    MODES = {{"start": Start, "table": Table}}
    DEFAULT_MODE = "start"
    BINDINGS = [("q", "quit"), ("1", "switch_mode('start')"), ("2", "switch_mode('table')")]
Stock().run()
"""
Start = Callable[[], AbstractContextManager[MeasuredTerminal]]


def bare_textual() -> MeasuredTerminal:
    """An app of Textual with one Static: `bare textual is up`."""
    return MeasuredTerminal([sys.executable, "-c", _BARE])


def stock_table(rows: int = SMALL, *, rate: int | None = None) -> MeasuredTerminal:
    """Two screens: a start of some lines (key 1), and Textual's DataTable with the same rows (key 2)."""
    root = str(Path(__file__).resolve().parents[2])
    return MeasuredTerminal([sys.executable, "-c", _DATATABLE.format(root=root, rows=rows)], rate=rate)


def billtop(rows: int, *, rate: int | None = None) -> MeasuredTerminal:
    """billtop's dashboard on a local copy of `rows` rows, without a network."""
    return MeasuredTerminal([sys.executable, "-m", "tui"], billtop_environ(rows), rate=rate)


def visidata(rows: int) -> Callable[[], MeasuredTerminal] | None:
    """VisiData on a CSV file of the same rows; None where it is not installed."""
    program = installed("visidata")
    if program is None:
        return None
    file = FOLDER / f"ledger-{rows}.csv"
    if not file.exists():
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("time", "type", "amount", "status", "usecase", "source", "id", "reference"))
            for row in history(rows):
                told = (row.direction, row.amount.digits, row.status, row.usecase, row.source, row.id, row.reference)
                writer.writerow((row.at and row.at.isoformat(), *told))
    return lambda: MeasuredTerminal([program, str(file)])


def billtop_environ(rows: int) -> Mapping[str, str]:
    """An account whose ledger has `rows` rows here; the ledger is made when it is missing."""
    home = FOLDER / f"home-{rows}"
    token = f"1|benchmark-{rows}"
    account = make_account(name="environment", provider="modelslab", base_url=NOWHERE, token=token)
    copy = home / "cache" / "billtop" / "ledgers" / f"{account.ref.fingerprint}.sqlite3"
    make_store(copy, account.ref.fingerprint, rows)
    return {
        "BILLTOP_TOKEN": token,
        "BILLTOP_BASE_URL": NOWHERE,
        **{f"XDG_{kind.upper()}_HOME": str(home / kind) for kind in ("cache", "config", "data", "state")},
    }


def installed(name: str) -> str | None:
    """Where another program is, None where it is not installed."""
    own = FOLDER / "peers" / name / "bin" / name
    return str(own) if own.exists() else shutil.which(name)
