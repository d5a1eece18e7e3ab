"""All accounts at a glance: one row each, whichever is shown in the other views."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui.account.state import Phase, Snapshot
from tui.domain import Money
from tui.screens.overview.alerts import Alert, alerts
from tui.screens.overview.money import NO_END, MoneyPicture
from tui.screens.shared.availability import why_no_funds
from tui.screens.shared.host import Host
from tui.screens.shared.view import View
from tui.widgets.commands import command
from tui.widgets.format import BOLD, DIM, MONTHS, WAIT, clock_time, lines, plural
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable

_UNKNOWN = "–"
_FIRST = "overview"
"""The view an account is entered by."""
_YEAR_TOLD = 300
"""Days ahead from which on the year is told instead of the day."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as the table shows it."""

    account: Snapshot
    picture: MoneyPicture
    alerts: tuple[Alert, ...]
    shown: bool
    zone: tzinfo | None

    @classmethod
    def all_of(cls, app: Host) -> tuple["AccountRow", ...]:
        """Work out what the rows of all accounts tell now."""
        now, zone, shown = app.clock.now(), app.zone, app.snapshot.name
        return tuple(
            cls(each, MoneyPicture.of(each, now, zone), alerts(each, now), each.name == shown, zone)
            for each in app.accounts.snapshots
        )

    @property
    def balance(self) -> str:
        """What is left with its unit, or why that is not known."""
        wallet = self.account.wallet
        if wallet is not None:
            return str(wallet.available)
        failed = self.account.connect_error is not None or self.account.balance.phase is Phase.FAILED
        return "unknown" if failed else "reading…"

    @property
    def burn(self) -> str:
        """What it costs a day at the pace of late; a dash when that is not known."""
        return _UNKNOWN if self.picture.runway is None else str(self.picture.runway.a_day)

    @property
    def runway(self) -> str:
        """How long that lasts, and until when; a dash when that is not known."""
        left = self.picture.runway
        if left is None:
            return _UNKNOWN
        if left.days is None or left.until is None:
            return NO_END
        if left.days == 0:
            return "under a day"
        far = left.days >= _YEAR_TOLD
        until = f"{left.until.year}" if far else f"{left.until.day} {MONTHS[left.until.month - 1]}"
        return f"{plural(left.days, 'day')}, {until}"

    @property
    def freshness(self) -> str:
        """When the balance was read; that a later try failed is among the alerts."""
        part = self.account.balance
        return _UNKNOWN if part.as_of is None else clock_time(part.as_of, self.zone)

    @property
    def notes(self) -> str:
        """The worst of the alerts, and how many there are beside it."""
        if not self.alerts:
            return ""
        others = len(self.alerts) - 1
        return f"{self.alerts[0].short} +{others}" if others else self.alerts[0].short


class AccountsView(View):
    """One row an account: balance, burn, runway, alerts, freshness. Enter shows the account under the cursor."""

    DEFAULT_CSS = """
    AccountsView RecordTable { height: auto; max-height: 50%; }
    AccountsView #account-notes { height: auto; margin-top: 1; }
    AccountsView #account-totals { height: auto; margin-top: 1; }
    """
    BINDING_GROUP_TITLE = "All accounts"

    def _why_no_funds(self) -> str | None:
        """Money goes to the account shown; with the cursor on another one that could be mistaken."""
        row = self._table.current
        if row is not None and not row.shown:
            return f"enter shows {row.account.name} first; then f adds funds to it."
        return why_no_funds(self.app.snapshot) if row is not None else None

    BINDINGS: ClassVar[list[BindingType]] = [
        command("all-accounts.show", "enter", "show account", "Go to the account's overview", action="show_account"),
        command("all-accounts.add-funds", "f", "add funds", why_not=_why_no_funds),
    ]

    _table = getters.query_one[RecordTable[AccountRow]]("#accounts-table", RecordTable)

    def compose_view(self) -> Iterable[Widget]:
        """The table, what the account under the cursor needs, what all have together."""
        yield RecordTable[AccountRow](_columns(), lambda row: str(row.account.name), id="accounts-table")
        yield PlainText(id="account-notes")
        yield PlainText(id="account-totals")

    def on_mount(self) -> None:
        """Follow all accounts, not the one shown alone."""
        super().on_mount()
        self.app.accounts_signal.subscribe(self, lambda _: self._changed(self.app.snapshot))

    def enter(self) -> None:
        """Begin on the account that is shown."""
        super().enter()
        self._table.go_to(str(self.app.snapshot.name))

    def reload(self) -> None:
        """Read every account again."""
        self.app.accounts.refresh()

    def _changed(self, snapshot: Snapshot) -> None:
        """Show all accounts; how the one shown stands hides none of the others."""
        if not self.display:
            return
        rows = AccountRow.all_of(self.app)
        self._table.set_records(rows)
        self._show_notes()
        self.query_one("#account-totals", PlainText).set_text(totals(rows))

    def on_record_table_highlighted(self) -> None:
        """Another account under the cursor."""
        self._show_notes()
        self.screen.refresh_bindings()

    @on(RecordTable.Selected)
    def action_show_account(self) -> None:
        """Show the account under the cursor, beginning with its overview."""
        row = self._table.current
        if row is not None and row.shown:
            self.call_later(self.screen.run_action, f"show_view('{_FIRST}')")
        elif row is not None:
            self.app.show_account(str(row.account.name), _FIRST)

    def action_add_funds(self) -> None:
        """Add funds to the account under the cursor, which is the one shown."""
        self.app.open_add_funds()

    def _show_notes(self) -> None:
        row = self._table.current
        if row is None:
            return
        burn = f"   {row.burn} a day" if row.burn != _UNKNOWN else ""
        as_of = f"   as of {row.freshness}" if row.freshness != _UNKNOWN else ""
        title = Content.assemble((row.account.name, BOLD), (f" · {row.account.provider_title}{burn}{as_of}", DIM))
        told = [Content.assemble((each.words, each.style)) for each in row.alerts]
        words = told or [Content.styled("Nothing needs you here.", DIM)]
        self.query_one("#account-notes", PlainText).set_text(lines((title, *words)))


def totals(rows: Sequence[AccountRow]) -> Content:
    """What accounts of one unit have together: real money and a sandbox's never, nor credits of two providers."""
    groups: defaultdict[tuple[str, str, str], list[Money]] = defaultdict(list)
    missing = [row.account.name for row in rows if row.account.wallet is None]
    for row in rows:
        wallet = row.account.wallet
        if wallet is not None:
            unit = wallet.available.unit
            of_whom = row.account.provider_title if unit == "credits" else ""
            groups[(row.account.mode.value.upper(), unit, of_whom)].append(wallet.available)
    told = []
    for (mode, _, of_whom), amounts in groups.items():
        if len(amounts) > 1:
            total = sum(amounts[1:], amounts[0])
            whose = f" of {of_whom}" if of_whom else ""
            told.append(Content.assemble((f"Together {mode}{whose}  ", DIM), (str(total), BOLD)))
    if told and missing:
        told.append(Content.styled(f"without {', '.join(missing)}", WAIT))
    return lines(told)


def _columns() -> list[Column[AccountRow]]:
    return [
        Column("account", 10, lambda row: str(row.account.name), grow=1, most=24),
        Column("", 7, lambda row: row.account.mode.value.upper(), lambda row: f"${row.account.mode.value} bold"),
        Column("balance", 14, lambda row: row.balance, right=True),
        Column("runway", 16, lambda row: row.runway),
        Column(
            "needs you",
            15,
            lambda row: row.notes,
            lambda row: row.alerts[0].style if row.alerts else "",
            grow=3,
            most=48,
        ),
        Column(
            "as of", 8, lambda row: row.freshness, lambda row: DIM if row.account.balance.phase is Phase.FRESH else WAIT
        ),
        Column("a day", 14, lambda row: row.burn, right=True, wide=100),
        Column("provider", 15, lambda row: row.account.provider_title, wide=100),
    ]
