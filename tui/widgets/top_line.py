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
        self._account = Content()

    def compose(self) -> ComposeResult:
        """Program and account, badge, money."""
        yield PlainText(id="top-account")
        yield Badge(self._mode)
        yield PlainText(id="top-money")

    def on_resize(self) -> None:
        """Where the room is small the account's name matters more than the program's."""
        self._show_names()

    def show(self, snapshot: Snapshot, zone: tzinfo | None) -> None:
        """Show the state of `snapshot`, times in `zone`."""
        self._account = Content.assemble(snapshot.name, (" · ", DIM), snapshot.provider_title)
        self._show_names()
        self.query_one(Badge).show(snapshot.mode)
        self.query_one("#top-money", PlainText).set_text(_money(snapshot, zone))

    def _show_names(self) -> None:
        program = Content.assemble(("billtop", "bold $accent"), "   ")
        names = self._account if self.size.width < _ROOM else program + self._account
        self.query_one("#top-account", PlainText).set_text(names)


def _money(snapshot: Snapshot, zone: tzinfo | None) -> Content:
    """Balance, freshness and what waits, in words for every state."""
    part, wallet = snapshot.balance, snapshot.wallet
    waiting = (f"   {len(snapshot.waiting)} waiting", WAIT) if snapshot.waiting else ""
    unknown = (f"   {len(snapshot.unknown)} unknown", BAD) if snapshot.unknown and snapshot.pays else ""
    if snapshot.connect_error is not None:
        return Content.assemble(("not connected", BAD), waiting, unknown)
    if wallet is None:
        told = ("balance unknown", BAD) if part.error is not None else ("reading…", DIM)
        return Content.assemble(told, waiting, unknown)
    as_of = f"as of {clock_time(part.as_of, zone)}" if part.as_of else ""
    fresh = (f"   {as_of}, stale", WAIT) if part.error is not None else (f"   {as_of}", DIM)
    return Content.assemble((str(wallet.available), BOLD), fresh, waiting, unknown)
