"""The one line on top: which account, whether money is real, what is left, how fresh that is, what waits."""

from datetime import tzinfo

from textual.content import Content
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.domain import Mode
from tui.widgets.format import BAD, BOLD, DIM, WAIT, clock_time

_ROOM = 72
"""Cells from which on the program's name is shown."""
_MARGIN = 2
"""Cells on either side of the badge."""
_BADGES = {
    Mode.LIVE: Content.styled(" LIVE ", "bold $live-text on $live"),
    Mode.SANDBOX: Content.styled("▌ SANDBOX ▐", "bold $sandbox"),
}


class TopLine(Widget):
    """The state of the account in one line, which never wraps: names on the left, then the badge, money on the right.

    The badge is LIVE, filled in the warning colour, or SANDBOX, outlined: a word and a shape, not a colour alone.
    """

    DEFAULT_CSS = """
    TopLine { height: 1; padding: 0 2; text-wrap: nowrap; }
    """

    def __init__(self, mode: Mode) -> None:
        """Begin with the badge alone: whether money is real is known before anything is read."""
        super().__init__()
        self._mode = mode
        self._snapshot: Snapshot | None = None
        self._zone: tzinfo | None = None
        self._line = Content()

    def on_resize(self) -> None:
        """Where the room is small the account's name matters more than all but the money."""
        self._fill()

    def show(self, snapshot: Snapshot, zone: tzinfo | None) -> None:
        """Show the state of `snapshot`, times in `zone`."""
        self._mode, self._snapshot, self._zone = snapshot.mode, snapshot, zone
        self._fill()

    def render(self) -> Content:
        """The line for the width it has now."""
        return self._line

    def _fill(self) -> None:
        line = self._made(self.content_size.width)
        if not line.is_same(self._line):
            self._line = line
            self.refresh()

    def _made(self, width: int) -> Content:
        badge = _BADGES[self._mode]
        names, money = self._fitting(width - badge.cell_length - 2 * _MARGIN)
        room = max(0, width - badge.cell_length - 2 * _MARGIN - money.cell_length)
        gap = Content(" " * _MARGIN)
        return Content.assemble(names.truncate(room, ellipsis=True, pad=True), gap, badge, gap, money)

    def _fitting(self, room: int) -> tuple[Content, Content]:
        """The fullest wording that fits: the program's name goes first, then the provider's, then the time."""
        if self._snapshot is None:
            return Content(), Content()
        account = Content(self._snapshot.name)
        whole = Content.assemble(account, (" · ", DIM), self._snapshot.provider_title)
        program = Content.assemble(("billtop", "bold $accent"), "   ", whole)
        money = _money(self._snapshot, self._zone)
        tries = [(whole, money), (account, money), (account, _money(self._snapshot, self._zone, timed=False))]
        if self.size.width >= _ROOM:
            tries.insert(0, (program, money))
        fitting = (each for each in tries if each[0].cell_length + each[1].cell_length <= room)
        return next(fitting, tries[-1])


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
