"""The first view: what is left, how long it lasts, where it went, what runs and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget

from tui.account.state import Snapshot
from tui.providers.base import Capability
from tui.screens.overview.lots import lots_card
from tui.screens.overview.money import (
    MoneyPicture,
    balance_card,
    balance_width,
    runway_card,
    spend_card,
    usecase_card,
)
from tui.screens.overview.records import cards_card, latest_card, subscriptions_card
from tui.screens.shared.view import View
from tui.widgets.card import Build, Card

if TYPE_CHECKING:
    from textual.widgets import OptionList

    from tui.domain import CheckoutSession
    from tui.screens.overview.pending_links import WaitingLinks


class OverviewView(View):
    """The account at a glance: one column of cards at 80 columns, two from 112 on."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    OverviewView #page { height: 1fr; scrollbar-size-vertical: 1; max-width: 160; }
    OverviewView #top { layout: grid; grid-size: 2; grid-columns: 1fr 1fr; grid-gutter: 1 3; height: auto; }
    OverviewView #spend { column-span: 2; }
    OverviewView #rest { height: 1fr; layout: vertical; }
    OverviewView .column { height: auto; }
    OverviewView #top, OverviewView #rest { visibility: hidden; }
    OverviewView #page Card { visibility: visible; }
    OverviewView #right { height: 1fr; }
    OverviewView #subscriptions, OverviewView #cards, OverviewView #latest { margin-top: 1; }
    OverviewView #latest { height: 1fr; }
    OverviewView #lots { margin-top: 1; max-width: 100; }

    .-wide OverviewView #page { padding-top: 1; }
    .-wide OverviewView #top { grid-size: 3; grid-columns: 20 33 1fr; grid-gutter: 0 2; }
    .-wide OverviewView #spend { column-span: 1; }
    .-wide OverviewView #rest { layout: horizontal; margin-top: 2; }
    .-wide OverviewView .column { width: 1fr; height: 1fr; }
    .-wide OverviewView #left { width: 2fr; margin-right: 4; }
    .-wide OverviewView #right { width: 3fr; }
    .-wide OverviewView #subscriptions { margin-top: 0; }
    .-wide OverviewView #cards, .-wide OverviewView #latest { margin-top: 2; }
    """

    needs_first = False
    sections = (
        Snapshot.balance,
        Snapshot.lots,
        Snapshot.ledger,
        Snapshot.subscriptions,
        Snapshot.payment_methods,
    )

    _waiting: WaitingLinks | None = None
    """The links that wait; None while there are none."""

    def compose_view(self) -> Iterable[Widget]:
        """Money on top; what it went to, what runs and what happened below."""
        with VerticalScroll(id="page", can_focus=False):
            with Horizontal(id="top"):
                yield Card(id="balance")
                yield Card(id="runway")
                yield Card(id="spend")
            with Horizontal(id="rest"):
                with Vertical(id="left", classes="column"):
                    yield Card(id="usecases")
                with Vertical(id="right", classes="column"):
                    yield Card(id="subscriptions")
                    yield Card(id="cards")
                    yield Card(id="latest")

    def main_widget(self) -> Widget | None:
        """The waiting checkouts, when there are any."""
        return None if self._waiting is None else self._waiting.list

    def show(self, snapshot: Snapshot) -> None:
        """Tell every card the new picture."""
        zone, now = self.app.zone, self.app.clock.now()
        compact = not self.screen.has_class("-wide")
        picture = MoneyPicture.of(snapshot, now, zone)
        for name, money in (
            ("balance", balance_card),
            ("runway", runway_card),
            ("spend", spend_card),
            ("usecases", usecase_card),
        ):
            self._card(name).tell(partial(money, picture, compact=compact))
        build = partial(lots_card, snapshot, now=now, zone=zone)
        self._show_lots(build, has_lots=Capability.LOTS in snapshot.capabilities)
        self._card("subscriptions").tell(partial(subscriptions_card, snapshot, now=now, zone=zone, compact=compact))
        self._card("cards").tell(partial(cards_card, snapshot, now=now, compact=compact))
        self._card("latest").tell(partial(latest_card, snapshot, zone=zone))
        self._make_room(picture)
        self._show_abilities(snapshot)
        self._show_waiting(snapshot.waiting)

    def resized(self, width: int) -> None:
        """Other cards for another width class."""
        if self._told is not None:
            self.call_after_refresh(self._changed, self.app.snapshot)

    def _make_room(self, picture: MoneyPicture) -> None:
        """Amounts are never cut: a large wallet gets a wider column."""
        if self.screen.has_class("-wide"):
            self.query_one("#top").styles.grid_columns = f"{max(20, balance_width(picture))} 33 1fr"
        else:
            self.query_one("#top").styles.clear_rule("grid_columns")

    def _card(self, name: str) -> Card:
        return self.query_one(f"#{name}", Card)

    def _show_abilities(self, snapshot: Snapshot) -> None:
        """Leave out the cards of what the account cannot have."""
        needed = {
            "subscriptions": Capability.SUBSCRIPTIONS,
            "cards": Capability.PAYMENT_METHODS,
            "latest": Capability.LEDGER,
            "runway": Capability.LEDGER,
            "spend": Capability.LEDGER,
            "usecases": Capability.LEDGER,
        }
        for name, capability in needed.items():
            self._card(name).display = snapshot.account is None or capability in snapshot.capabilities
        self.query_one("#left").display = self._card("usecases").display or bool(snapshot.waiting)

    def _show_lots(self, build: Build, *, has_lots: bool) -> None:
        """The card of an account that has lots; few have."""
        if has_lots and not self.query("#lots"):
            self.query_one("#page").mount(Card(id="lots"), after="#top")
        for card in self.query("#lots").results(Card):
            card.display = has_lots
            card.tell(build)

    def _show_waiting(self, waiting: tuple[CheckoutSession, ...]) -> None:
        if not waiting:
            if self._waiting is not None:
                self._waiting.remove()
                self._waiting = None
        elif self._waiting is None:
            from tui.screens.overview.pending_links import WaitingLinks

            self._waiting = WaitingLinks(waiting, self.app.zone)
            self.query_one("#left").mount(self._waiting)
        else:
            self._waiting.show(waiting)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show the chosen checkout."""
        session = self.app.account_session.session(event.option_id or "")
        if session is not None:
            self.app.show_checkout(session)
