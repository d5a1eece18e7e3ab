"""The one line on top: which account, whether money is real, what is left, how fresh that is, what waits."""

from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from tui.domain import Mode
from tui.snapshot import Snapshot
from tui.widgets.format import BAD, BOLD, DIM, WAIT, clock_time
from tui.widgets.plain_text import PlainText

_ROOM = 72
"""Cells from which on the program's name is shown."""
_AROUND = {Mode.LIVE: 10, Mode.SANDBOX: 12}
"""Cells that are neither names nor money: the line's padding, the badge's, its border and its margin."""


class Badge(PlainText):
    """LIVE, filled in the warning colour, or SANDBOX, outlined: a word and a shape, not a colour alone."""

    DEFAULT_CSS = """
    Badge { width: auto; height: 1; margin: 0 2; text-style: bold; }
    Badge.-live { background: $live; color: $live-text; padding: 0 1; }
    Badge.-sandbox { color: $sandbox; border-left: outer $sandbox; border-right: outer $sandbox; padding: 0 1; }
    """

    def __init__(self, mode: Mode) -> None:
        """Show the word for `mode`."""
        super().__init__()
        self.show(mode)

    def show(self, mode: Mode) -> None:
        """Show the word for `mode` from now on."""
        self.set_text(mode.value.upper())
        for each in Mode:
            self.set_class(each is mode, f"-{each.value}")


class TopLine(Horizontal):
    """The state of the account in one line; it never wraps."""

    DEFAULT_CSS = """
    TopLine { height: 1; padding: 0 2; }
    TopLine PlainText { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    TopLine #top-account { width: 1fr; }
    TopLine #top-money { width: auto; }
    """

    def __init__(self, mode: Mode) -> None:
        """Begin with the badge alone: whether money is real is known before anything is read."""
        super().__init__()
        self._mode = mode
        self._snapshot: Snapshot | None = None
        self._zone: tzinfo | None = None

    def compose(self) -> ComposeResult:
        """Program and account, badge, money."""
        yield PlainText(id="top-account")
        yield Badge(self._mode)
        yield PlainText(id="top-money")

    def on_resize(self) -> None:
        """Where the room is small the account's name matters more than all but the money."""
        self._fill()

    def show(self, snapshot: Snapshot, zone: tzinfo | None) -> None:
        """Show the state of `snapshot`, times in `zone`."""
        self._snapshot, self._zone = snapshot, zone
        self.query_one(Badge).show(snapshot.mode)
        self._fill()

    def _fill(self) -> None:
        """The fullest wording that fits: the program's name goes first, then the provider's, then the time."""
        if self._snapshot is None:
            return
        room = self.size.width - _AROUND[self._snapshot.mode] - len(self._snapshot.mode.value)
        account = Content(self._snapshot.name)
        whole = Content.assemble(account, (" · ", DIM), self._snapshot.provider_title)
        program = Content.assemble(("billtop", "bold $accent"), "   ", whole)
        money = _money(self._snapshot, self._zone)
        tries = [(whole, money), (account, money), (account, _money(self._snapshot, self._zone, timed=False))]
        if self.size.width >= _ROOM:
            tries.insert(0, (program, money))
        fitting = (each for each in tries if each[0].cell_length + each[1].cell_length <= room)
        names, told = next(fitting, tries[-1])
        self.query_one("#top-account", PlainText).set_text(names)
        self.query_one("#top-money", PlainText).set_text(told)


def _money(snapshot: Snapshot, zone: tzinfo | None, *, timed: bool = True) -> Content:
    """Balance, freshness and what waits, in words for every state; only what is wrong with it unless `timed`."""
    part, wallet = snapshot.balance, snapshot.wallet
    waiting = (f"   {len(snapshot.waiting)} waiting", WAIT) if snapshot.waiting else ""
    unknown = (f"   {len(snapshot.unknown)} unknown", BAD) if snapshot.unknown and snapshot.pays else ""
    if snapshot.connect_error is not None:
        return Content.assemble(("not connected", BAD), waiting, unknown)
    if wallet is None:
        told = ("balance unknown", BAD) if part.error is not None else ("reading…", DIM)
        return Content.assemble(told, waiting, unknown)
    as_of = f"   as of {clock_time(part.as_of, zone)}" if part.as_of and timed else ""
    stale = f"{as_of}, stale" if as_of else "   stale"
    fresh = (stale, WAIT) if part.error is not None else (as_of, DIM)
    return Content.assemble((str(wallet.available), BOLD), fresh, waiting, unknown)
